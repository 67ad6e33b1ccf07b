"""Module 3: the step that tests every SNP for association."""

from typing import Any

from operators.stage import StageOperator


class AssociateOperator(StageOperator):
    """Association of every shared SNP with case status, by the engine that the settings name (built-in tests).

    Parameters
    ----------
    code
        Phenotype code X_Y_Z (templated).
    population
        large or small.
    genotypes, split
        References to the shared genotypes and the split (templated).
    """

    ui_color = "#e3f1dc"

    def __init__(self, *, code: Any, population: str, genotypes: Any, split: Any, **kwargs: Any) -> None:
        arguments = {"code": code, "population": population, "genotypes": genotypes, "split": split}
        super().__init__(stage="associate", arguments=arguments, **kwargs)
