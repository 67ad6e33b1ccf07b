"""Processor seconds of a container, which its caller's own clock does not have: it is no child of the caller's."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any

from docker import APIClient
from docker.errors import APIError

from gtl.store.spent import add_cpu_seconds

_EVERY_SECONDS = 0.5
_NANO = 1e-9


@contextmanager
def cpu_counted(connect: Callable[[], APIClient], container: str) -> Iterator[None]:
    """Add what a container uses while the block runs to what the stage around it costs.

    The engine tells for as long as the container runs, so it is asked twice a second; what follows the last answer is
    taken to have been like what went before.
    """
    counter = _Counter(connect, container)
    counter.start()
    try:
        yield
    finally:
        counter.ended.set()
        counter.join()
        with suppress(APIError), closing(connect()) as client:
            add_cpu_seconds(_whole(counter.answers, client.inspect_container(container)["State"]))


class _Counter(threading.Thread):
    """Asks for as long as the container runs.

    Attributes
    ----------
    answers : the last answer with a figure, if any: when it was given, and processor seconds until then
    """

    def __init__(self, connect: Callable[[], APIClient], container: str) -> None:
        super().__init__(name="cpu-counter", daemon=True)
        self.ended = threading.Event()
        self.answers: list[tuple[datetime, float]] = []
        self._connect, self._container = connect, container

    def run(self) -> None:
        """Ask until the container is gone."""
        # Without an answer the stage goes on: its times then are those of the worker alone.
        with suppress(Exception), closing(self._connect()) as client:
            while not self.ended.wait(_EVERY_SECONDS):
                answer: Any = client.stats(self._container, stream=False, one_shot=True)
                if used := answer["cpu_stats"]["cpu_usage"]["total_usage"]:
                    self.answers = [(_time(answer["read"]), used * _NANO)]


def _whole(answers: list[tuple[datetime, float]], state: dict[str, Any]) -> float:
    """Processor seconds until the end, from those at the last answer.

    >>> state = {"StartedAt": "2026-01-01T00:00:00.5Z", "FinishedAt": "2026-01-01T00:00:05.500000001Z"}
    >>> _whole([(_time("2026-01-01T00:00:04.5Z"), 2.0)], state)
    2.5
    >>> _whole([], state)
    5.0
    """
    begin, end = _time(state["StartedAt"]), _time(state["FinishedAt"])
    lasted = (end - begin).total_seconds()
    if not answers:
        return max(0.0, lasted)  # so short that nobody was asked: a processor's core
    ((when, used),) = answers
    known = (when - begin).total_seconds()
    return used * lasted / known if 0 < known < lasted else used


def _time(text: str) -> datetime:
    """A time of the engine's, which has nanoseconds."""
    seconds, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction[:6]:0<6}+00:00")
