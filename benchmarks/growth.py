"""Cost as it grows: CPU seconds and peak memory of each part, by SNPs, by people and by phenotypes.

    python -m benchmarks.growth [--points results/growth.csv]

One number is varied at a time from 1,000 SNPs, 1,000 people of the large population and one phenotype; each point is
measured in a process of its own (imports not in the seconds, but in the memory), three times where once takes less
than 20 s, and the fastest counts. It is kept in a file, so that an interrupted run goes on where it stopped; remove the
file to measure anew. A point that would take more than 150 s or 4 GB by the growth of those before it is not run, which
the table says. Ends with docs/growth.md and docs/images/growth.png.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.growth_page import slopes, write_page
from benchmarks.growth_parts import BASE, BRANCHES, PARTS
from benchmarks.measure import Measured, measure, say_goal

GRID = {
    "SNPs": (10, 100, 1000, 10_000, 50_000),
    "people": (100, 300, 1000, 3000, 10_000, 50_000),
    "phenotypes": (1, 3, 10, 30, 100),
}
MOST_SECONDS, MOST_MB = 150.0, 4000.0
ROUNDS, REPEATED_SECONDS = 3, 20.0
_COLUMNS = ["part", "axis", "value", "seconds", "mb", "measured"]


def main() -> None:
    options = _options()
    if options.point:
        part, *sizes = options.point
        _tell(measure(PARTS[part](*map(int, sizes))))
    else:
        points = measure_all(Path(options.points))
        print(f"\n{write_page(points, GRID)}")
        for axis, steepest in slopes(points).items():
            say_goal(f"growth by {axis}, the steepest part's slope", steepest, 1.05, "")


def measure_all(path: Path) -> pd.DataFrame:
    """Measure what the file does not have yet; each point is in it as soon as it is known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        for axis in ("SNPs", "people", *(["phenotypes"] if part == BRANCHES else [])):
            for value in GRID[axis]:
                done = _read(path)
                series = done[(done["part"] == part) & (done["axis"] == axis)]
                if value not in set(series["value"]):
                    _append(path, part, axis, value, *_measured_or_expected(part, axis, value, series))
    return _read(path)


def _measured_or_expected(part: str, axis: str, value: int, series: pd.DataFrame) -> tuple[float, float, bool]:
    expected = _expected(series, value)
    if expected is not None and (expected[0] > MOST_SECONDS or expected[1] > MOST_MB):
        return *expected, False
    sizes = {"SNPs": BASE, "people": BASE, "phenotypes": 1} | {axis: value}
    best = _point(part, sizes)
    if best["seconds"] < REPEATED_SECONDS:
        best = min([best, *(_point(part, sizes) for _ in range(ROUNDS - 1))], key=lambda point: point["seconds"])
    return best["seconds"], best["mb"], True


def _expected(series: pd.DataFrame, value: int) -> tuple[float, float] | None:
    """Seconds and MB at ``value``, if both grow on as between the last two points."""
    if len(series) < 2:
        return None
    (x0, s0, m0), (x1, s1, m1) = series[["value", "seconds", "mb"]].to_numpy()[-2:]
    steps = np.log(value / x1) / np.log(x1 / x0)
    return s1 * max(s1 / s0, 1.0) ** steps, m1 * max(m1 / m0, 1.0) ** steps


def _point(part: str, sizes: dict[str, int]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.growth", "--point", part, *map(str, sizes.values())]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    point: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return point


def _tell(run: Measured[object]) -> None:
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": run.cpu_seconds, "mb": max(run.peak_mb, children)}), flush=True)


def _append(path: Path, part: str, axis: str, value: int, seconds: float, mb: float, measured: bool) -> None:
    row = pd.DataFrame([[part, axis, value, seconds, mb, measured]], columns=_COLUMNS)
    row.to_csv(path, mode="a", header=not path.exists(), index=False)
    print(f"{part}, {value:,} {axis}: {seconds:.2f} CPU-s, {mb:.0f} MB{'' if measured else ' expected, not run'}")


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path) if path.exists() else pd.DataFrame(columns=_COLUMNS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", default="results/growth.csv", help="file that measured points are kept in")
    parser.add_argument("--point", nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    from gtl.worker_environment import WORKER_ENVIRONMENT

    os.environ.update(WORKER_ENVIRONMENT)  # one thread, for the processes that measure
    main()
