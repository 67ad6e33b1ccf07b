"""The operator of a stage whose computation the settings can hand to a program of an image."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gtl.config import StudyConfig
from operators.stage import StageOperator

if TYPE_CHECKING:
    from gtl.engines.tool import Tool


class ToolStageOperator(StageOperator):
    """Run a function of :mod:`gtl.stages`, with an engine in a container where the settings name one.

    Reading inputs, the transaction and writing outputs stay in the stage, in the worker's process; only the computing
    step goes into the container. With a built-in engine nothing is needed that starts containers.

    Parameters are those of :class:`operators.stage.StageOperator`.
    """

    ui_color = "#e3f1dc"

    def stage_tool(self, config: StudyConfig) -> "Tool":
        """The image as a tool for this stage of this study."""
        raise NotImplementedError

    def engine(self, config: StudyConfig) -> dict[str, Any]:
        """The engine that the settings name, if it runs in a container."""
        raise NotImplementedError

    def names(self, config: StudyConfig) -> Sequence[str]:
        """What the task works on, for people, and where: two tasks with equal ones never run at the same time."""
        texts = [str(value) for value in self.arguments.values() if isinstance(value, str)]
        return f"{config.name}: {' '.join([self.stage, *texts])}", config.store
