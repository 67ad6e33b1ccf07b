"""The operator of a stage whose computation the settings can move into a container."""

from typing import Any

from gtl.config import StudyConfig
from operators.container import ContainerOperator
from operators.container_tool import ContainerTool
from operators.stage import StageOperator


class ContainerStageOperator(StageOperator, ContainerOperator):
    """Run a function of :mod:`gtl.stages`, with an engine in a container where the settings name one.

    Reading inputs, the transaction and writing outputs stay in the stage, in the worker's process; only the computing
    step goes into the container. With a built-in engine no Docker engine is needed.

    Parameters
    ----------
    stage, arguments
        As :class:`StageOperator`.
    image, weight
        As :class:`ContainerOperator`.
    """

    ui_color = "#e3f1dc"

    def stage_tool(self, config: StudyConfig) -> ContainerTool:
        """The image as a tool for this stage of this study."""
        texts = [str(value) for value in self.arguments.values() if isinstance(value, str)]
        return self.tool(f"{config.name}: {' '.join([self.stage, *texts])}", config.store)

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """The engine that the settings name, if it runs in a container."""
        raise NotImplementedError
