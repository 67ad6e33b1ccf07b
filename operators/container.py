"""Tools in containers: what every container of this project may and may not do."""

from collections.abc import Sequence
from typing import Any

from airflow.providers.docker.hooks.docker import DockerHook
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import Context
from docker import APIClient

from gtl.flow import Weight
from operators.container_tool import ContainerTool
from operators.policies import container_limits


class ContainerOperator(DockerOperator):
    """Run a program of an image with one scratch folder, and nothing else of this machine, in its reach.

    Of :class:`DockerOperator` it keeps the fields and the connection, not the way of running: no image is ever
    pulled, no output is ever unpickled, and a container lives no longer than its task. See
    :class:`operators.container_tool.ContainerTool`.

    Parameters
    ----------
    image
        Name and tag of a local image, see ``make images``.
    command
        Argument list, the program first; never a text, so that no shell and no parser comes between.
    weight
        Decides the memory and processor limits.
    """

    template_fields: Sequence[str] = ()
    template_ext: Sequence[str] = ()

    def __init__(
        self, *, image: str, command: list[str] | None = None, weight: Weight = Weight.CPU, **kwargs: Any
    ) -> None:
        super().__init__(
            image=image,
            command=command,
            network_mode="none",
            mount_tmp_dir=False,
            auto_remove="force",
            **container_limits(weight) | kwargs,
        )
        self._tool: ContainerTool | None = None

    def execute(self, context: Context) -> None:
        """Run ``command`` in an empty scratch folder."""
        tool = self.tool(f"{self.dag_id}.{self.task_id}", context["run_id"], str(context["ti"].map_index))
        with tool.scratch() as folder:
            tool.run(list(self.command or ()), folder)

    def tool(self, *names: str) -> ContainerTool:
        """The image as a :class:`gtl.engines.tool.Tool`.

        Parameters
        ----------
        names
            What the task works on. Two tasks with the same names never run at the same time: the later one takes the
            earlier one's container and scratch folder for leftovers, and removes them.
        """
        self._tool = ContainerTool(
            self._connect, self.image, names=names, memory=str(self.mem_limit), cpus=self.cpus, log=self.log
        )
        return self._tool

    def on_kill(self) -> None:
        """Remove the container at once: Airflow kills the task itself seconds later."""
        if self._tool is not None:
            self._tool.kill()

    def _connect(self) -> APIClient:
        return DockerHook(docker_conn_id=None, base_url=self.docker_url, timeout=self.timeout).api_client
