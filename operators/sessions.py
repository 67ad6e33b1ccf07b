"""The processes that components of Airflow are and start: found by the sessions that the components lead.

Each component leads a session; a running task is in a process group of its own, but in the same session. A process is
known by its number and the second in which it began, as numbers are given again. While a process of a session lives,
the kernel gives its leader's number to nobody else.
"""

import os
import signal
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil

STOP_SECONDS = 20
_SAME_SECONDS = 0.05


@dataclass(frozen=True)
class Identity:
    """A process of this machine since it was started: its number, and when it began (seconds since 1970)."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """The process that has the number now."""
        return cls(pid, psutil.Process(pid).create_time())

    def is_alive(self) -> bool:
        """Whether this very process runs."""
        return self._created_now() is not None and not self.was_replaced()

    def was_replaced(self) -> bool:
        """Whether another process has its number by now."""
        created = self._created_now()
        return created is not None and abs(created - self.created) > _SAME_SECONDS

    def _created_now(self) -> float | None:
        try:
            process = psutil.Process(self.pid)
            return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
        except psutil.Error:
            return None


def in_sessions(leaders: Collection[int]) -> list[int]:
    """Processes of the sessions that ``leaders`` lead; those that have ended and only wait to be noticed left out."""
    found = []
    for process in psutil.process_iter(["status"]):
        with suppress(ProcessLookupError, psutil.Error):
            if os.getsid(process.pid) in leaders and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def end_sessions(leaders: Collection[int], hurry: Callable[[], bool] = lambda: False) -> None:
    """End every process of the sessions that ``leaders`` lead: ask, and after a while, or in a ``hurry``, kill."""
    for wanted in (signal.SIGTERM, signal.SIGKILL):
        for pid in in_sessions(leaders):
            with suppress(ProcessLookupError):
                os.kill(pid, wanted)
        deadline = time.monotonic() + STOP_SECONDS
        while in_sessions(leaders) and time.monotonic() < deadline and (wanted == signal.SIGKILL or not hurry()):
            time.sleep(0.2)
