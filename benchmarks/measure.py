"""How every benchmark measures: processor seconds, elapsed seconds and peak memory of one call or command."""

import multiprocessing
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

GOAL = "goal: "
"""How the line of a goal begins, by which ``python -m benchmarks`` gathers them."""


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


def installed(program: str) -> str:
    """Path of a peer's program of Debian; ends the benchmark with what to do if it is not there."""
    found = shutil.which(program)
    if found is None:
        raise SystemExit(f"{program} is not installed: run `apt-get install {program}`, then this again")
    return found


def measure_command(command: Sequence[str | Path], folder: Path) -> Measured[str]:
    """Run a program in ``folder`` once, start and imports and all, and return what it wrote.

    Its peak memory is at least this process's own at that moment, as Linux counts it: measure from a small process.
    """
    wall, output = time.perf_counter(), folder / "output"
    with output.open("wb") as out, (folder / "messages").open("wb") as messages:
        process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=out, stderr=messages)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed:\n{(folder / 'messages').read_text()[-2000:]}")
    cpu = used.ru_utime + used.ru_stime
    return Measured(output.read_text(), cpu, time.perf_counter() - wall, used.ru_maxrss / 1024)


def in_own_process(call: Callable[[], T]) -> T:
    """Result of ``call`` from a new process, so that its memory is not this one's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(call)


def say_goal(name: str, found: float, goal: float, unit: str, *, at_least: bool = False) -> None:
    """Print what was to be reached and what was; a missed goal is no failure.

    >>> say_goal("association on counts", 0.874, 1.0, "x plink1.9")
    goal: association on counts <= 1 x plink1.9: 0.87, met
    >>> say_goal("deep grid, Keras fit over ours", 32, 45, "x", at_least=True)
    goal: deep grid, Keras fit over ours >= 45 x: 32.00, missed
    """
    met, sign = (found >= goal, ">=") if at_least else (found <= goal, "<=")
    print(f"{GOAL}{name} {sign} {goal:g} {unit}: {found:.2f}, {'met' if met else 'missed'}", flush=True)


def _cpu() -> float:
    usages = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
