"""Run every benchmark, each in a process of its own: ``python -m benchmarks [name ...]``."""

import os
import subprocess
import sys
from pathlib import Path

NOT_BENCHMARKS = {
    "__init__", "__main__", "airflow_kills", "gptl_estimators", "growth_page", "growth_parts", "kills", "measure",
    "preselection_sizes", "processes", "prs_csx_grid", "prs_csx_people", "real_data", "schedule", "scheduler",
    "statistics_scores", "two_populations",
}  # fmt: skip


def main() -> int:
    here = Path(__file__).parent
    names = sys.argv[1:] or sorted({path.stem for path in here.glob("*.py")} - NOT_BENCHMARKS)
    # One thread, so that CPU seconds of both sides mean the same.
    environment = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ
    failed = [name for name in names if not _passed(name, environment)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


def _passed(name: str, environment: dict[str, str]) -> bool:
    print(f"\n== {name}", flush=True)
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
