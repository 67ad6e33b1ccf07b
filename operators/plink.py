"""Module 3: the step that tests every variant for association."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gtl.config import StudyConfig
from gtl.config.study import AssociationEngine
from operators.container_stage import ContainerStageOperator
from operators.pod_stage import PodStageOperator

if TYPE_CHECKING:
    from gtl.engines.tool import Tool

IMAGE = "gtl/plink:1"


class AssociateOperator(ContainerStageOperator):
    """Association of every shared variant with the trait, by the built-in tests or PLINK 1.9.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """PLINK's tests, if the settings ask for them."""
        return plink_engine(config, self.stage_tool)


class AssociatePodOperator(PodStageOperator):
    """As :class:`AssociateOperator`, with the program as a pod.

    Parameters are those of :class:`operators.pod_stage.PodStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """PLINK's tests, if the settings ask for them."""
        return plink_engine(config, self.stage_tool)


def plink_engine(config: StudyConfig, tool: "Callable[[StudyConfig], Tool]") -> dict[str, Any]:
    """PLINK's tests, if the settings ask for them."""
    if config.engines.association is AssociationEngine.BUILTIN:
        return {}
    from gtl.engines.plink import PlinkAssociation

    return {"engine": PlinkAssociation(tool(config))}
