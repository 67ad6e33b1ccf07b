"""One Airflow at a time in a folder: two schedulers on one database would take each other's runs for leftovers."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gtl.errors import GtlError


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the lock of an Airflow's ``home`` while the block runs.

    The operating system frees the lock when its holder ends, however it ends. Programs that the holder starts do not
    inherit it.

    Raises
    ------
    GtlError
        If another process or thread holds it; nobody waits, since ``make ui`` may stay up for days.
    """
    path = home / "lock"
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GtlError(
                f"another `make run` or `make ui` of this folder is running (it holds {path}); wait for its end, "
                "trigger the study on the page of `make ui`, or clone the project into another folder"
            ) from None
        yield
