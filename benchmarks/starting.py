"""What starting costs: commands, the DAG file, Airflow, and a study that is finished already. No peer; seconds.

    python -m benchmarks.starting [--store FOLDER]

The study is the quick preset's; `gtl run` makes it first, unless it is in the store. Commands are the best of five,
by the clock; parsing the DAG file is CPU seconds in a process that has imported Airflow, as its processor has. Through
Airflow: from the command to where Airflow is ready, and from there to where the study is known to be finished. What
comes first in a clone makes Airflow's database, too.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import say_goal

ROUNDS = 5
PRESET = ("--preset", "quick")
PARSE = """
import sys, time
from airflow.dag_processing.dagbag import DagBag
begin = time.process_time()
found = DagBag(sys.argv[1])
spent = time.process_time() - begin
assert found.dags and not found.import_errors, found.import_errors
print(spent)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", help="where the quick study is, or will be; otherwise in a temporary folder")
    with tempfile.TemporaryDirectory() as folder:
        store = ("--store", parser.parse_args().store or folder)
        run = [sys.executable, "-m", "gtl", "run", *PRESET, *store]
        subprocess.run(run, check=True)
        say_goal("gtl --help", fastest([sys.executable, "-m", "gtl", "--help"]), 0.3, "s")
        say_goal("gtl results", fastest([sys.executable, "-m", "gtl", "results", "quick", *store]), 1, "s")
        for file in sorted(Path("dags").glob("*.py")):
            say_goal(f"parsing {file}", parsing(file), 1, "CPU-s")
        say_goal("gtl run of a finished study", fastest(run), 2, "s")
        first, _ = through_airflow(store)
        ready, finished = through_airflow(store)
        say_goal("make run: Airflow is ready, first time in a clone", first, 15, "s")
        say_goal("make run: Airflow is ready", ready, 15, "s")
        say_goal("a finished study found finished through Airflow", finished, 20, "s")


def fastest(command: Sequence[str]) -> float:
    """Seconds of a command from start to end."""
    spent = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        spent.append(time.perf_counter() - begin)
    return min(spent)


def parsing(file: Path) -> float:
    """CPU seconds to read a DAG file."""
    run = [sys.executable, "-c", PARSE, str(file)]
    return min(
        float(subprocess.run(run, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        for _ in range(ROUNDS)
    )


def through_airflow(store: Sequence[str]) -> tuple[float, float]:
    """Seconds until Airflow is ready, and from there until the study is known to be finished."""
    begin, times = time.perf_counter(), dict[str, float]()
    command = [sys.executable, "-u", "-m", "operators", "run", *PRESET, *store]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        for line in run.stdout or ():
            times.setdefault(line.split(" (")[0], time.perf_counter() - begin)
    if run.returncode:
        raise SystemExit(f"operators run ended with {run.returncode}")
    return times["airflow: running"], times["study: finished"] - times["airflow: running"]


if __name__ == "__main__":
    main()
