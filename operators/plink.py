"""Module 3: the step that tests every variant for association."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import AssociationEngine
from operators.container_stage import ContainerStageOperator

IMAGE = "gtl/plink:1"


class AssociateOperator(ContainerStageOperator):
    """Association of every shared variant with the trait, by the built-in tests or PLINK 1.9.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """PLINK's tests, if the settings ask for them."""
        if config.engines.association is AssociationEngine.BUILTIN:
            return {}
        from gtl.engines.plink import PlinkAssociation

        return {"engine": PlinkAssociation(self.stage_tool(config))}
