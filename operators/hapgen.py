"""Module 1: the step that makes a cohort's genotypes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gtl.config import StudyConfig
from gtl.config.study import GenotypeEngine
from operators.container_stage import ContainerStageOperator
from operators.pod_stage import PodStageOperator

if TYPE_CHECKING:
    from gtl.engines.tool import Tool

IMAGE = "gtl/hapgen2:1"


class MakeCohortOperator(ContainerStageOperator):
    """People of one cohort: imported, or simulated by built-in resampling or HAPGEN2.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """HAPGEN2, if the settings ask for it."""
        return hapgen2_engine(config, self.stage_tool)


class MakeCohortPodOperator(PodStageOperator):
    """As :class:`MakeCohortOperator`, with the program as a pod.

    Parameters are those of :class:`operators.pod_stage.PodStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """HAPGEN2, if the settings ask for it."""
        return hapgen2_engine(config, self.stage_tool)


def hapgen2_engine(config: StudyConfig, tool: "Callable[[StudyConfig], Tool]") -> dict[str, Any]:
    """HAPGEN2, if the settings ask for it."""
    if not config.is_simulated or config.engines.genotypes is GenotypeEngine.BUILTIN:
        return {}
    from gtl.engines.hapgen2 import Hapgen2

    return {"engine": Hapgen2(tool(config))}
