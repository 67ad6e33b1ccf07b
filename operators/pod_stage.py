"""Stages whose program runs as a pod of a Kubernetes cluster."""

from typing import TYPE_CHECKING, Any

from gtl.config import StudyConfig
from gtl.flow import Weight
from operators.policies import pod_limits
from operators.tool_stage import ToolStageOperator

if TYPE_CHECKING:
    from operators.pod_tool import PodTool


class PodStageOperator(ToolStageOperator):
    """A :class:`operators.tool_stage.ToolStageOperator` by Kubernetes.

    It is no ``KubernetesPodOperator`` but starts some, :class:`operators.pod_spec.ToolPod`: one for each run of the
    program, none with a built-in engine.

    Parameters
    ----------
    image
        Name and tag, as Docker has them.
    weight
        Decides the pod's limits of memory, processor and time.
    kwargs
        As :class:`operators.stage.StageOperator`.
    """

    def __init__(self, *, image: str, weight: Weight = Weight.CPU, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.image = image
        self.weight = weight
        self._tool: PodTool | None = None

    def stage_tool(self, config: StudyConfig) -> "PodTool":
        """The image in pods."""
        from operators.pod_tool import PodTool

        names, limits = self.names(config), pod_limits(self.weight)
        self._tool = PodTool(self.image, config.store, names=names, log=self.log, **limits)
        return self._tool

    def on_kill(self) -> None:
        """Remove the pod at once: Airflow kills the task itself seconds later."""
        if self._tool is not None:
            self._tool.kill()
