"""Stages whose program runs in a container of the machine's own Docker engine."""

from gtl.config import StudyConfig
from operators.container import ContainerOperator
from operators.container_tool import ContainerTool
from operators.tool_stage import ToolStageOperator


class ContainerStageOperator(ToolStageOperator, ContainerOperator):
    """A :class:`operators.tool_stage.ToolStageOperator` by Docker.

    Parameters
    ----------
    stage, arguments
        As :class:`operators.stage.StageOperator`.
    image, weight
        As :class:`operators.container.ContainerOperator`.
    """

    def stage_tool(self, config: StudyConfig) -> ContainerTool:
        """The image in containers."""
        return self.tool(*self.names(config))
