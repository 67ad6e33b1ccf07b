"""How every benchmark measures: processor seconds, elapsed seconds and peak memory of one call."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Measured(Generic[T]):
    """Result of a call and what it cost (CPU counts this process, its threads and its ended children)."""

    result: T
    cpu_seconds: float
    wall_seconds: float
    peak_mb: float


def measure(call: Callable[[], T]) -> Measured[T]:
    """Run ``call`` once. ``peak_mb`` is the process's peak so far, so run the leaner side first."""
    cpu, wall = _cpu(), time.perf_counter()
    result = call()
    return Measured(result, _cpu() - cpu, time.perf_counter() - wall, _peak_mb())


def _cpu() -> float:
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
