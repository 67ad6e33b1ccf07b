"""Run every benchmark, each in a process of its own: ``python -m benchmarks [name ...]``.

Ends with a table of the goals that they state, met and missed; a missed one is no failure.
"""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import GOAL

NOT_BENCHMARKS = {
    "__init__", "__main__", "airflow_kills", "gptl_estimators", "growth_page", "growth_parts", "height_study",
    "kills", "measure", "preselection_sizes", "processes", "prs_csx_grid", "prs_csx_people", "published_score_study",
    "real_data", "regenie_study", "same_studies", "schedule", "scheduler", "simulated_size", "statistics_scores",
    "two_populations",
}  # fmt: skip


def main() -> int:
    here = Path(__file__).parent
    names = sys.argv[1:] or sorted({path.stem for path in here.glob("*.py")} - NOT_BENCHMARKS)
    # One thread, so that CPU seconds of both sides mean the same.
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ
    goals: list[str] = []
    failed = [name for name in names if not _passed(name, environment, goals)]
    _print_goals(goals)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


def _passed(name: str, environment: dict[str, str], goals: list[str]) -> bool:
    """Whether a benchmark ran; what it prints is passed on, its goals are kept, too."""
    print(f"\n== {name}", flush=True)
    command = [sys.executable, "-u", "-m", f"benchmarks.{name}"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as run:
        for line in run.stdout or ():
            print(line, end="", flush=True)
            goals += [line.removeprefix(GOAL).rstrip()] if line.startswith(GOAL) else []
    return run.returncode == 0


def _print_goals(goals: list[str]) -> None:
    if goals:
        print(f"\n{'goal':<80}{'found':>8}")
    for line in goals:
        goal, found = line.rsplit(": ", 1)
        figure, verdict = found.split(", ")
        print(f"{goal:<80}{figure:>8}  {verdict}")


if __name__ == "__main__":
    sys.exit(main())
