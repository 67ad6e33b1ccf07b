"""One image as a tool: containers that can do no harm, leave nothing behind, and say why they failed."""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.docker.operators.docker import fetch_logs
from docker import APIClient
from docker.errors import APIError, NotFound
from docker.types import LogConfig, Mount

from gtl.errors import ToolError
from operators.container_cpu import cpu_counted
from operators.container_faults import failure, translated
from operators.scratch_folder import LABEL, SCRATCH, scratch_folder, step_of

if TYPE_CHECKING:
    from airflow.sdk.types import Logger

_PROCESSES = 256
_REMOVAL_SECONDS = 10


class ContainerTool:
    """An image as a :class:`gtl.engines.tool.Tool`.

    A container has no network, no capabilities, a read-only root file system, the calling user's identity, limits of
    memory, processor and processes, and one folder to write in. It is removed on success, failure, kill and timeout;
    one that outlived a killed worker is removed when its task runs again.

    Parameters
    ----------
    connect
        Makes a new connection to the Docker engine.
    image
        Name and tag; never pulled.
    names
        What it works on, for messages and the label; see :meth:`operators.container.ContainerOperator.tool`.
    memory
        Limit, in Docker's notation such as ``2g``.
    cpus
        Limit, processor cores.
    log
        Gets the program's output line by line.
    """

    def __init__(
        self,
        connect: Callable[[], APIClient],
        image: str,
        *,
        names: Sequence[str],
        memory: str,
        cpus: float,
        log: "Logger",
    ) -> None:
        self._connect = connect
        self._image = image
        self._what = names[0]
        self._step = step_of(names)
        self._memory, self._cpus, self._log = memory, cpus, log
        self._killed = False

    def scratch(self) -> AbstractContextManager[Path]:
        """An empty folder, as :func:`operators.scratch_folder.scratch_folder`; the Docker engine has to see it, too."""
        return scratch_folder(self._what, self._step, self._remove_containers)

    def run(self, argv: Sequence[str], scratch: Path) -> None:
        """Run ``argv`` in a new container; see :meth:`gtl.engines.tool.Tool.run`.

        Raises
        ------
        InputError
            If the image has not been built.
        ToolError
            If the Docker engine does not answer, or the program does not end with exit code 0.
        """
        with translated(argv[0], self._image), closing(self._connect()) as client:
            container = client.create_container(**self._settings(client, argv, scratch))["Id"]
            try:
                self._run_to_end(client, container, argv[0])
            finally:
                _remove(client, container)

    def kill(self) -> None:
        """Remove the container; callable from a signal handler, since it uses a connection of its own."""
        self._killed = True
        try:
            self._remove_containers()
        except ToolError as error:
            self._log.warning("cannot remove the container of %s: %s", self._what, error)

    def _settings(self, client: APIClient, argv: Sequence[str], scratch: Path) -> dict[str, Any]:
        limits = client.create_host_config(
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            mounts=[Mount(SCRATCH, str(scratch), type="bind")],
            mem_limit=self._memory,
            memswap_limit=self._memory,
            nano_cpus=round(self._cpus * 1e9),
            pids_limit=_PROCESSES,
            log_config=LogConfig(config={"max-size": "10m", "max-file": "1"}),
        )
        return {
            "image": self._image,
            "command": list(argv),
            "user": f"{os.getuid()}:{os.getgid()}",
            "working_dir": SCRATCH,
            "environment": {"HOME": SCRATCH, "TMPDIR": SCRATCH},
            "labels": {LABEL: self._step},
            "host_config": limits,
        }

    def _run_to_end(self, client: APIClient, container: str, program: str) -> None:
        if self._killed:  # on the way here, when there was no container to remove
            raise ToolError(f"{program} was stopped before it began; run again")
        client.start(container)
        with cpu_counted(self._connect, container):
            with closing(client.logs(container, stream=True, follow=True)) as output:
                lines = fetch_logs(output, self._log)
            status = client.wait(container)["StatusCode"]
        if status != 0:
            state = client.inspect_container(container)["State"]
            raise failure(program, status, out_of_memory=state["OOMKilled"], memory=self._memory, lines=lines)

    def _remove_containers(self) -> None:
        with translated("docker", self._image), closing(self._connect()) as client:
            for container in client.containers(all=True, filters={"label": f"{LABEL}={self._step}"}):
                _remove(client, container["Id"])


def _remove(client: APIClient, container: str) -> None:
    """Remove a container until it is gone; others may be removing it, too."""
    deadline = time.monotonic() + _REMOVAL_SECONDS
    while True:
        try:
            client.remove_container(container, v=True, force=True)
        except NotFound:
            return
        except APIError as error:
            if error.status_code != HTTPStatus.CONFLICT or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
