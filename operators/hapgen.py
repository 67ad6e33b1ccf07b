"""Module 1: the step that makes a cohort's genotypes."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import GenotypeEngine
from operators.container_stage import ContainerStageOperator
from operators.pod_stage import PodStageOperator
from operators.tool_stage import ToolStageOperator

IMAGE = "gtl/hapgen2:1"


class _ByHapgen2(ToolStageOperator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """HAPGEN2, if the settings ask for it."""
        if not config.is_simulated or config.engines.genotypes is GenotypeEngine.BUILTIN:
            return {}
        from gtl.engines.hapgen2 import Hapgen2

        return {"engine": Hapgen2(self.stage_tool(config))}


class MakeCohortOperator(_ByHapgen2, ContainerStageOperator):
    """People of one cohort: imported, or simulated by built-in resampling or HAPGEN2.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """


class MakeCohortPodOperator(_ByHapgen2, PodStageOperator):
    """As :class:`MakeCohortOperator`, with the program as a pod.

    Parameters are those of :class:`operators.pod_stage.PodStageOperator`.
    """
