"""Module 2: the step that makes a trait of both populations."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gtl.config import StudyConfig
from gtl.config.study import PhenotypeEngine
from gtl.flow import Weight
from operators.container_stage import ContainerStageOperator
from operators.pod_stage import PodStageOperator

if TYPE_CHECKING:
    from gtl.engines.tool import Tool

IMAGE = "gtl/phenotypesimulator:1"


class MakeTraitOperator(ContainerStageOperator):
    """One trait: from the tables, or simulated by the built-in model or the R package PhenotypeSimulator.

    Parameters are those of :class:`operators.container_stage.ContainerStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, weight=Weight.MEMORY, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """The R package, if the settings ask for it."""
        return phenotype_simulator_engine(config, self.stage_tool)


class MakeTraitPodOperator(PodStageOperator):
    """As :class:`MakeTraitOperator`, with the program as a pod.

    Parameters are those of :class:`operators.pod_stage.PodStageOperator`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(image=IMAGE, weight=Weight.MEMORY, **kwargs)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """The R package, if the settings ask for it."""
        return phenotype_simulator_engine(config, self.stage_tool)


def phenotype_simulator_engine(config: StudyConfig, tool: "Callable[[StudyConfig], Tool]") -> dict[str, Any]:
    """The R package, if the settings ask for it."""
    if not config.is_simulated or config.engines.phenotypes is PhenotypeEngine.BUILTIN:
        return {}
    from gtl.engines.phenotype_simulator import PhenotypeSimulator

    return {"engine": PhenotypeSimulator(tool(config))}
