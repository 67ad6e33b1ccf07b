"""Module 2: the step that makes a trait of both populations."""

from typing import Any

from gtl.config import StudyConfig
from gtl.config.study import PhenotypeEngine
from gtl.flow import Weight
from operators.container_stage import ContainerStageOperator
from operators.pod_stage import PodStageOperator
from operators.tool_stage import ToolStageOperator

IMAGE = "gtl/phenotypesimulator:1"


class _ByPhenotypeSimulator(ToolStageOperator):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, weight=Weight.MEMORY, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """The R package, if the settings ask for it."""
        if not config.is_simulated or config.engines.phenotypes is PhenotypeEngine.BUILTIN:
            return {}
        from gtl.engines.phenotype_simulator import PhenotypeSimulator

        return {"engine": PhenotypeSimulator(self.stage_tool(config))}


class MakeTraitOperator(_ByPhenotypeSimulator, ContainerStageOperator):
    """One trait: from the tables, or simulated by the built-in model or the R package PhenotypeSimulator.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """


class MakeTraitPodOperator(_ByPhenotypeSimulator, PodStageOperator):
    """As :class:`MakeTraitOperator`, with the program as a pod.

    Parameters are those of :class:`operators.pod_stage.PodStageOperator`.
    """
