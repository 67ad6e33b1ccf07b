"""Faults of containers and of the Docker engine in the user's words: what happened, and what to do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import requests
from airflow.sdk.exceptions import AirflowException
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from gtl.errors import InputError, StoreError, ToolError

_LAST_LINES = 10
_LAST_CHARACTERS = 2000
_KILLED = 137
_FULL = "No space left on device"
_GOING = "marked for removal"
"""What the engine says of a container that somebody is removing: for a moment it is there, and takes no orders."""


def failure(
    program: str, status: int, *, out_of_memory: bool, memory: str, lines: Sequence[str]
) -> StoreError | ToolError:
    r"""Why a program did not end with exit code 0.

    >>> print(failure("plink1.9", 3, out_of_memory=False, memory="2g", lines=["PLINK", "Error: no such file."]))
    plink1.9 ended with exit code 3; its last lines:
    PLINK
    Error: no such file.
    """
    if out_of_memory:
        return ToolError(
            f"{program} needed more than its memory limit of {memory} and was stopped (exit code {status}); set "
            "GTL_CONTAINER_MEMORY, such as 8g, for the Airflow workers, then run again"
        )
    if status == _KILLED:
        return ToolError(f"{program} was killed from outside (exit code {status}); run again")
    last = "\n".join([line for line in lines if line][-_LAST_LINES:])[-_LAST_CHARACTERS:]
    if _FULL in last:  # which does not pass, so it is not tried again
        return StoreError(
            f"{program} found the disk of its scratch folder full; free some space or set TMPDIR to another disk, then "
            f"run again; its last lines:\n{last}"
        )
    return ToolError(f"{program} ended with exit code {status}; its last lines:\n{last}")


@contextmanager
def translated(program: str, image: str) -> Iterator[None]:
    """Turn faults of the Docker engine while it handles ``program`` into :class:`InputError` or :class:`ToolError`."""
    try:
        yield
    except ImageNotFound as error:
        raise InputError(
            f"this machine's Docker engine has no image {image}; build it with `make images`, or set the study's "
            "engine to builtin"
        ) from error
    except APIError as error:
        if isinstance(error, NotFound) or _GOING in str(error.explanation):
            raise ToolError(f"{program} was stopped from outside, its container is gone; run again") from error
        raise ToolError(f"the Docker engine refused to run {program}: {error.explanation or error}") from error
    except (DockerException, AirflowException, requests.RequestException) as error:
        raise ToolError(
            f"the Docker engine does not answer ({type(error).__name__}: {error}); start it, then run again, or set "
            "the study's engine to builtin"
        ) from error
