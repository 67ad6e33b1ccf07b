"""Module 2: the step that simulates a phenotype in both populations."""

from typing import Any

from operators.stage import StageOperator


class SimulatePhenotypeOperator(StageOperator):
    """One phenotype, by the engine that the settings name (built-in PhenotypeSimulator model).

    Parameters
    ----------
    code
        Phenotype code X_Y_Z (templated).
    genotypes, kinship_large, kinship_small
        References to the shared genotypes and the kinship factors (templated).
    """

    ui_color = "#e3f1dc"

    def __init__(self, *, code: Any, genotypes: Any, kinship_large: Any, kinship_small: Any, **kwargs: Any) -> None:
        arguments = {
            "code": code, "genotypes": genotypes, "kinship_large": kinship_large, "kinship_small": kinship_small,
        }  # fmt: skip
        super().__init__(stage="simulate_phenotype", arguments=arguments, **kwargs)
