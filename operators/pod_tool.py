"""One image as a tool: pods that can do little harm, get their files by way of the store, and say why they failed."""

import logging
import secrets
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.cncf.kubernetes.hooks.kubernetes import KubernetesHook
from kubernetes.client import CoreV1Api
from kubernetes.client.exceptions import ApiException
from upath import UPath

from gtl.errors import InputError, StoreError, StoreUnavailable, ToolError
from gtl.store import exchange
from operators.airflow_settings import pod_settings
from operators.pod_faults import check_can_start, ended_container, failed, translated, waits_for_room
from operators.pod_spec import PROGRAM, ToolPod
from operators.scratch_folder import LABEL, scratch_folder, step_of
from operators.stores import open_store

if TYPE_CHECKING:
    from airflow.sdk.types import Logger

_ENDED = ("Succeeded", "Failed")
_POLL_SECONDS = 2.0
_REMOVAL_SECONDS = 60
_ROOM_SECONDS = 1800
"""How long a pod waits for a machine; a cluster that adds some takes minutes."""

_LOG_BYTES = 10 << 20
_OWN_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class PodTool:
    """An image as a :class:`gtl.engines.tool.Tool`, whose runs are pods of a Kubernetes cluster.

    Inputs and outputs travel through the store, at a place of each run's own (:mod:`gtl.store.exchange`), which is
    removed with the pod. What a killed worker has left is removed when its task runs again, or by ``gtl gc``; its pod
    ends by itself.

    Parameters
    ----------
    image
        Name and tag, as Docker has them.
    store
        URI of the study's store.
    names
        What it works on, for messages and the label; two tasks with the same names never run at the same time.
    memory, cpus
        Limits, in Kubernetes' notation.
    seconds
        After which the cluster ends a pod.
    log
        Gets the program's output when it has ended.
    """

    def __init__(
        self, image: str, store: str, *, names: Sequence[str], memory: str, cpus: str, seconds: int, log: "Logger"
    ) -> None:
        if "://" not in store or store.startswith("file:"):
            raise InputError(
                f"store: {store} is a folder, which pods do not see; expected s3://bucket/prefix or "
                "s3://connection@bucket/prefix, or [gtl] tools = docker"
            )
        self._image, self._what, self._step = image, names[0], step_of(names)
        self._uri = f"{store.rstrip('/')}/{exchange.FOLDER}/{self._step}"
        self._place = open_store(store).root / exchange.FOLDER / self._step
        self._memory, self._cpus, self._seconds, self._log = memory, cpus, seconds, log
        self._hook, self._killed = KubernetesHook(), False

    def scratch(self) -> AbstractContextManager[Path]:
        """An empty folder; see :func:`operators.scratch_folder.scratch_folder`."""
        return scratch_folder(self._what, self._step, self._remove_leftovers)

    def run(self, argv: Sequence[str], scratch: Path) -> None:
        """Run ``argv`` in a new pod; see :meth:`gtl.engines.tool.Tool.run`.

        Raises
        ------
        InputError
            If the cluster refuses the pod, or there is none.
        ToolError
            If the cluster does not answer, has no image or no room, or the program does not end with exit code 0.
        StoreError, StoreUnavailable
            If the files cannot go through the store.
        """
        name = secrets.token_hex(8)
        place = self._place / name
        try:
            exchange.send_inputs(scratch, place)
            with translated(argv[0]):
                self._run_to_end(self._pod(argv, f"{self._uri}/{name}"), argv[0])
            exchange.fetch_outputs(place, scratch)
        finally:
            self._remove(place)

    def kill(self) -> None:
        """Remove the pod; callable from a signal handler, since it uses a connection of its own."""
        self._killed = True
        try:
            self._remove_pods()
        except (InputError, ToolError) as error:
            self._log.warning("cannot remove the pod of %s: %s", self._what, error)

    def _pod(self, argv: Sequence[str], place: str) -> ToolPod:
        return ToolPod(
            image=self._image,
            argv=argv,
            place=place,
            step=self._step,
            what=self._what,
            memory=self._memory,
            cpus=self._cpus,
            seconds=self._seconds,
            namespace=namespace_of(self._hook),
            settings=pod_settings(),
        )

    def _run_to_end(self, operator: ToolPod, program: str) -> None:
        if self._killed:  # on the way here, when there was no pod to remove
            raise ToolError(f"{program} was stopped before it began; run again")
        pod = operator.build_pod_request_obj()
        try:
            operator.pod_manager.create_pod(pod)
            status = self._followed(operator, pod, program)
            self._log_output(operator, pod, PROGRAM)
            if status.phase != "Succeeded":
                container = ended_container(status)
                lines = self._output(operator, pod, container.name) if container else []
                raise failed(status, program, self._memory, lines)
        finally:
            operator.pod_manager.delete_pod(pod)

    def _followed(self, operator: ToolPod, pod: Any, program: str) -> Any:
        """The pod's status once it has ended."""
        begun = time.monotonic()
        while (status := operator.pod_manager.read_pod(pod).status).phase not in _ENDED:
            check_can_start(status, self._image)
            reason = waits_for_room(status)
            if reason and time.monotonic() - begun > _ROOM_SECONDS:
                raise ToolError(f"the cluster has no room for {program} ({reason}); add machines, then run again")
            time.sleep(_POLL_SECONDS)
        return status

    def _log_output(self, operator: ToolPod, pod: Any, container: str) -> None:
        for line in self._output(operator, pod, container):
            self._log.info(line)

    @staticmethod
    def _output(operator: ToolPod, pod: Any, container: str) -> list[str]:
        """What a container printed; nothing if it never ran."""
        where = pod.metadata.name, pod.metadata.namespace
        try:
            answer = operator.client.read_namespaced_pod_log(
                *where, container=container, limit_bytes=_LOG_BYTES, _preload_content=False
            )
        except ApiException as error:
            logging.getLogger(__name__).debug("no output of %s: %s", container, error)
            return []
        return bytes(answer.data).decode(errors="replace").splitlines()

    def _remove_leftovers(self) -> None:
        self._remove_pods()
        exchange.remove(self._place)

    def _remove(self, place: UPath) -> None:
        try:
            exchange.remove(place)
        except (StoreError, StoreUnavailable) as error:  # it is in nobody's way
            self._log.warning("cannot remove %s: %s", place, error)

    def _remove_pods(self) -> None:
        """Remove the step's pods until they are gone: one that still runs could be in the next one's way."""
        with translated("kubernetes"):
            client, namespace = CoreV1Api(self._hook.get_conn()), namespace_of(self._hook)
            deadline = time.monotonic() + _REMOVAL_SECONDS
            while left := client.list_namespaced_pod(namespace, label_selector=f"{LABEL}={self._step}").items:
                for pod in left:
                    _delete(client, pod.metadata.name, namespace)
                if time.monotonic() > deadline:
                    raise ToolError(f"the pod {left[0].metadata.name} cannot be removed; remove it, then run again")
                time.sleep(_POLL_SECONDS / 4)


def namespace_of(hook: KubernetesHook) -> str:
    """Where pods of programs run: as the settings say, or the connection, or else where the worker runs."""
    named = pod_settings().namespace or hook.get_namespace()
    if named:
        return named
    return _OWN_NAMESPACE.read_text().strip() if _OWN_NAMESPACE.exists() else "default"


def _delete(client: Any, name: str, namespace: str) -> None:
    try:
        client.delete_namespaced_pod(name, namespace)
    except ApiException as error:
        if error.status != 404:
            raise
