"""Module 3: the step that tests every SNP for association."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import AssociationEngine
from operators.container_stage import ContainerStageOperator

IMAGE = "gtl/plink:1"


class AssociateOperator(ContainerStageOperator):
    """Association of every shared SNP with case status, by the built-in tests or PLINK 1.9.

    Parameters
    ----------
    code
        Phenotype code X_Y_Z (templated).
    population
        large or small.
    genotypes, split
        References to the shared genotypes and the split (templated).
    """

    def __init__(self, *, code: Any, population: str, genotypes: Any, split: Any, **kwargs: Any) -> None:
        arguments = {"code": code, "population": population, "genotypes": genotypes, "split": split}
        super().__init__(stage="associate", arguments=arguments, image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """PLINK's tests, if the settings ask for them."""
        if config.engines.association is AssociationEngine.BUILTIN:
            return {}
        from gtl.engines.plink import PlinkAssociation

        return {"engine": PlinkAssociation(self.stage_tool(config))}
