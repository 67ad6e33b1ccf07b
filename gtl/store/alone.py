"""One process of a machine at a time makes an artefact; a second one waits and then finds it finished."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gtl.store.faults import translated

logger = logging.getLogger(__name__)


@contextmanager
def alone(path: Path, name: str) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs; first wait until no other process or thread does.

    The operating system frees the lock when its holder ends, however it ends, so a killed stage blocks nobody. Other
    machines are not kept out.

    Parameters
    ----------
    path
        Is made, and removed afterwards.
    name
        What is being made, for the log.
    """
    while True:
        with _opened(path) as file:
            _take(file, name)
            if _is_there(file, path):
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)
                return


def _opened(path: Path) -> IO[str]:
    with translated(path.parent):
        return path.open("w")


def _take(file: IO[str], name: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        logger.warning("%s is being made by another process; waiting for it", name)
        fcntl.flock(file, fcntl.LOCK_EX)


def _is_there(file: IO[str], path: Path) -> bool:
    """Whether the file at ``path`` is still the one that was locked: its former holder has removed it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
