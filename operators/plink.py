"""Module 3: the step that tests every variant for association."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import AssociationEngine
from operators.container_stage import ContainerStageOperator
from operators.pod_stage import PodStageOperator
from operators.tool_stage import ToolStageOperator

IMAGE = "gtl/plink:1"


class _ByPlink(ToolStageOperator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """PLINK's tests, if the settings ask for them."""
        if config.engines.association is AssociationEngine.BUILTIN:
            return {}
        from gtl.engines.plink import PlinkAssociation

        return {"engine": PlinkAssociation(self.stage_tool(config))}


class AssociateOperator(_ByPlink, ContainerStageOperator):
    """Association of every shared variant with the trait, by the built-in tests or PLINK 1.9.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """


class AssociatePodOperator(_ByPlink, PodStageOperator):
    """As :class:`AssociateOperator`, with the program as a pod.

    Parameters are those of :class:`operators.pod_stage.PodStageOperator`.
    """
