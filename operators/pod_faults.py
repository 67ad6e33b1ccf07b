"""Faults of pods and of the cluster in the user's words: what happened, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from airflow.sdk.exceptions import AirflowException
from kubernetes.client.exceptions import ApiException
from kubernetes.config.config_exception import ConfigException
from urllib3.exceptions import HTTPError

from gtl.errors import InputError, ToolError
from operators.container_faults import failure
from operators.pod_spec import FETCH, PROGRAM

_NO_IMAGE = {"ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"}
_NEVER_STARTS = {"CreateContainerConfigError", "CreateContainerError"}
_OUT_OF_MEMORY = "OOMKilled"
_REFUSED = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}


def check_can_start(status: Any, image: str) -> None:
    """Raise :class:`ToolError` if a container waits for what will not come by itself."""
    for container in _containers(status):
        waiting = container.state.waiting if container.state else None
        if waiting is None:
            continue
        said = f"({waiting.reason}: {waiting.message or 'no message'})"
        if waiting.reason in _NO_IMAGE:
            raise ToolError(
                f"the cluster cannot get the image {container.image or image} {said}; push it to the registry, or "
                "correct [gtl] tools_registry or tools_pull, then run again"
            )
        if waiting.reason in _NEVER_STARTS:
            raise ToolError(
                f"the container {container.name} cannot be made {said}; correct [gtl] tools_secrets and what the "
                "namespace has, then run again"
            )


def waits_for_room(status: Any) -> str | None:
    """Why the cluster has no machine for the pod, if that is so."""
    for condition in status.conditions or []:
        if condition.type == "PodScheduled" and condition.status == "False":
            return str(condition.message or condition.reason)
    return None


def ended_container(status: Any) -> Any | None:
    """The container that made the pod fail, or None if the cluster ended it for reasons of its own."""
    ended = [one for one in _containers(status) if one.state and one.state.terminated]
    return next((one for one in ended if one.state.terminated.exit_code != 0), None)


def failed(status: Any, program: str, memory: str, lines: list[str]) -> ToolError:
    """Why a pod did not succeed; ``lines`` are the last ones of :func:`ended_container`."""
    container = ended_container(status)
    if status.reason or container is None:
        said = ": ".join(filter(None, (status.reason, status.message))) or "no reason given"
        return ToolError(f"the pod of {program} was ended by the cluster ({said}); run again")
    ended = container.state.terminated
    doing = {PROGRAM: program, FETCH: f"fetching the inputs of {program}"}
    return failure(
        doing.get(container.name, f"publishing the outputs of {program}"),
        ended.exit_code,
        out_of_memory=ended.reason == _OUT_OF_MEMORY,
        memory=memory,
        lines=lines or [ended.message or ended.reason or ""],
    )


@contextmanager
def translated(program: str) -> Iterator[None]:
    """Turn faults of the cluster while it handles ``program`` into :class:`InputError` or :class:`ToolError`."""
    try:
        yield
    except ApiException as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise ToolError(f"{program} was stopped from outside, its pod is gone; run again") from error
        said = f"({error.status} {error.reason}): {str(error.body)[:500]}"
        if error.status in _REFUSED:
            raise InputError(
                f"the cluster refused to run {program} {said}; the workers' service account has to be allowed to "
                "create, get, list and delete pods and to get pods/log in [gtl] tools_namespace"
            ) from error
        raise ToolError(f"the cluster failed to run {program} {said}; run again") from error
    except ConfigException as error:
        raise InputError(
            f"no cluster to run {program} in ({error}); run the workers in one, make the connection "
            "kubernetes_default, or set [gtl] tools to docker"
        ) from error
    except (HTTPError, AirflowException) as error:
        raise ToolError(
            f"the cluster does not answer ({type(error).__name__}: {str(error)[:500]}); run again when it does"
        ) from error


def _containers(status: Any) -> list[Any]:
    return [*(status.init_container_statuses or []), *(status.container_statuses or [])]
