"""What making an artefact cost: kept beside its files, and no part of its manifest, since no two runs cost the same."""

import resource
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

TIME_NAME = "time.json"

Times = dict[str, float]

_elsewhere: list[float] = []
"""Processor seconds of this process's stages that were used outside it."""


def add_cpu_seconds(seconds: float) -> None:
    """Count processor seconds that the stage which runs now used elsewhere, as in a container."""
    _elsewhere.append(seconds)


@dataclass(frozen=True)
class Spent:
    """Readings of the clocks when a stage began."""

    started: float
    wall: float
    cpu: float

    @classmethod
    def begin(cls) -> Self:
        """Read the clocks."""
        return cls(time.time(), time.perf_counter(), _cpu_seconds())

    def shared_by(self, artefacts: int) -> Times:
        """What was spent since then; processor seconds in equal shares."""
        return {
            "started": self.started,
            "wall_seconds": time.perf_counter() - self.wall,
            "cpu_seconds": (_cpu_seconds() - self.cpu) / artefacts,
        }


def own_times(found: Iterable[tuple[str, Times]]) -> list[tuple[str, Times]]:
    """Key and times without those of parts that were made while their stage ran, and without empty ones.

    >>> own_times([("a/1", {"started": 5.0}), ("a", {"started": 4.0}), ("b/1", {"started": 3.0}), ("b", {})])
    [('a', {'started': 4.0}), ('b/1', {'started': 3.0})]
    """
    timed = [(key, times) for key, times in found if times]
    begun = {key: times.get("started", 0.0) for key, times in timed}
    return [(key, times) for key, times in timed if not _within(key, begun)]


def _within(key: str, begun: Mapping[str, float]) -> bool:
    """Whether ``key`` is a part of a stage that had begun when it was."""
    return any(key.startswith(f"{other}/") and begun[key] >= start for other, start in begun.items())


def _cpu_seconds() -> float:
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) + sum(_elsewhere)
