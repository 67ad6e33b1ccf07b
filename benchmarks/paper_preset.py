"""The paper's whole study through Airflow, a first run: minutes of the clock, and where CPU seconds went. No peer.

    python -m benchmarks.paper_preset [--preset paper]

Half an hour on two slow cores. What stages cost is what they noted themselves; the rest is Airflow and starting its
tasks. The report of the study, whose place the run prints last, has its Gantt chart and the critical path.
"""

import argparse
import subprocess
import sys
import tempfile
from io import StringIO

import pandas as pd

from benchmarks.measure import measure, say_goal


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="paper")
    name = parser.parse_args().preset
    with tempfile.TemporaryDirectory() as store:
        command = [sys.executable, "-m", "operators", "run", "--preset", name, "--store", store]
        run = measure(lambda: subprocess.run(command, check=True))
        spent = stage_seconds(store, name)
    total = spent.sum()
    print(f"{'stages':<34}{total:9.0f} CPU-s")
    for stage, seconds in spent.nlargest(5).items():
        print(f"  {stage:<32}{seconds:9.0f}")
    print(f"{'Airflow, and starting tasks':<34}{run.cpu_seconds - total:9.0f}")
    say_goal(f"{name} preset through Airflow, first run", run.wall_seconds / 60, 6, "min")


def stage_seconds(store: str, study: str) -> "pd.Series[float]":
    """CPU seconds of every stage, over all phenotypes."""
    command = [sys.executable, "-m", "gtl", "results", study, "--table", "times", "--format", "csv", "--store", store]
    table = pd.read_csv(StringIO(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return table.groupby("stage")["cpu_seconds"].sum()


if __name__ == "__main__":
    main()
