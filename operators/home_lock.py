"""One Airflow at a time in a folder: two schedulers on one database would take each other's runs for leftovers.

The lock is held by the program that starts Airflow and by the components, which inherit it, so that it lives as long as
any of them. The file names them. Where the program was killed and its components live on, the next one ends them.
"""

import fcntl
import json
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any, TextIO

import psutil

from gtl.errors import GtlError
from operators.sessions import Identity, end_sessions

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_WAIT_SECONDS = 30
"""For what a killed program left and nobody recorded: it was making the database, which ends by itself."""


class HomeLock:
    """The lock while it is held; ``fd`` is for components to inherit."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.fd = file.fileno()

    def record(self, leaders: Collection[int]) -> None:
        """Write down who holds the lock: this program, and the components that it has started."""
        holders = {"boot": _boot(), "holder": _own(), "leaders": [astuple(Identity.of(pid)) for pid in leaders]}
        self._file.seek(0)
        self._file.truncate()
        json.dump(holders, self._file)
        self._file.flush()


@contextmanager
def locked(home: Path) -> Iterator[HomeLock]:
    """Hold the lock of an Airflow's ``home`` while the block runs.

    The operating system frees it when its holders have ended, however they end. What a killed program left of this home
    is ended before.

    Raises
    ------
    GtlError
        If another program or thread holds it; nobody waits, since ``make ui`` may stay up for days.
    """
    path = home / "lock"
    with path.open("a+") as file:
        free = _taken(file)
        recorded = _recorded(file)
        if not free and (not recorded or _holder_of(recorded).is_alive()):
            raise GtlError(
                f"another `make run` or `make ui` of this folder is running (it holds {path}); wait for its end, "
                "trigger the study on the page of `make ui`, or clone the project into another folder"
            )
        _end_leftovers(recorded)
        if not free and not _taken_soon(file):
            raise GtlError(f"a program that outlived a killed `make run` holds {path}; end it (`fuser -v {path}`)")
        lock = HomeLock(file)
        lock.record(())
        yield lock
        file.truncate(0)


def _taken(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken_soon(file: TextIO) -> bool:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not _taken(file):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def _recorded(file: TextIO) -> dict[str, Any]:
    """What the last holder wrote, if this machine has not been started anew since; else nothing."""
    file.seek(0)
    try:
        found = dict(json.load(file))
    except ValueError:
        return {}
    return found if found.get("boot") == _boot() else {}


def _end_leftovers(recorded: dict[str, Any]) -> None:
    leaders = [Identity(*fields) for fields in recorded.get("leaders", [])]
    left = {leader.pid for leader in leaders if not leader.was_replaced()}
    if left:
        end_sessions(left)


def _holder_of(recorded: dict[str, Any]) -> Identity:
    return Identity(*recorded["holder"])


def _own() -> tuple[Any, ...]:
    return astuple(Identity.of(psutil.Process().pid))


def _boot() -> str:
    """Since when the numbers of processes mean what they do."""
    return _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else f"{psutil.boot_time():.0f}"
