"""Module 2: the step that simulates a phenotype in both populations."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import PhenotypeEngine
from operators.container_stage import ContainerStageOperator
from operators.policies import Weight

IMAGE = "gtl/phenotypesimulator:1"


class SimulatePhenotypeOperator(ContainerStageOperator):
    """One phenotype, by the built-in model or the R package PhenotypeSimulator.

    Parameters
    ----------
    code
        Phenotype code X_Y_Z (templated).
    genotypes, kinship_large, kinship_small
        References to the shared genotypes and the kinship factors (templated).
    """

    def __init__(self, *, code: Any, genotypes: Any, kinship_large: Any, kinship_small: Any, **kwargs: Any) -> None:
        arguments = {
            "code": code, "genotypes": genotypes, "kinship_large": kinship_large, "kinship_small": kinship_small,
        }  # fmt: skip
        super().__init__(stage="simulate_phenotype", arguments=arguments, image=IMAGE, weight=Weight.MEMORY, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """The R package, if the settings ask for it."""
        if config.engines.phenotypes is PhenotypeEngine.BUILTIN:
            return {}
        from gtl.engines.phenotype_simulator import PhenotypeSimulator

        return {"engine": PhenotypeSimulator(self.stage_tool(config))}
