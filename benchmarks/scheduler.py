"""How many tasks a second Airflow's scheduler starts: a real one on PostgreSQL, whose executor ends every task at once.

The DAG is a group of 22 tasks, one after the other, mapped 100 times, as a study's tasks of a trait are. So measured is
what the scheduler alone costs: finding what can run, queueing it, and taking note of its end. What a worker costs to
start a task is not in it, nor the API server's part, of which there can be several.

Run it with ``python -m benchmarks.scheduler``; ``--per-query 64`` lets the scheduler take up more tasks at a time than
Airflow's 16, ``--seconds 300`` ends it before all tasks have ended.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from airflow.executors.base_executor import BaseExecutor

from tests.celery_airflow import environment
from tests.local_services import local_postgres
from tests.own_process import end, start

_ENDED_TASKS = "select count(*) from task_instance where end_date is not null"
_ENDED_RUNS = "select count(*) from dag_run where state = 'success'"
_AIRFLOW = str(Path(sys.executable).with_name("airflow"))
_DAG = """
from airflow.sdk import DAG, task, task_group
from airflow.sdk.bases.operator import chain

with DAG("many", schedule=None, max_active_tasks=100_000):
    @task_group
    def branch(number: int) -> None:
        chain(*(task(task_id=f"stage_{stage}")(lambda number: None)(number) for stage in range(22)))

    branch.expand(number=list(range(MAPPED)))
"""


class AtOnce(BaseExecutor):
    """Every task has succeeded as soon as it is started: what its worker would tell Airflow is in the database then."""

    def _process_workloads(self, workload_items: Sequence[Any]) -> None:
        from airflow.models.taskinstance import TaskInstance
        from airflow.utils.session import create_session
        from sqlalchemy import update

        tasks, now = [workload.ti for workload in workload_items], datetime.now(UTC)
        with create_session() as session:
            done = {"state": "success", "start_date": now, "end_date": now, "duration": 0}
            session.execute(update(TaskInstance).where(TaskInstance.id.in_([ti.id for ti in tasks])).values(**done))
        for ti in tasks:
            del self.queued_tasks[ti.key]
            self.running.add(ti.key)
            self.success(ti.key)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mapped", type=int, default=100)
    parser.add_argument("--per-query", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, local_postgres() as database:
        place = Path(name)
        for folder in ("home", "tmp", "dags"):
            (place / folder).mkdir()
        (place / "dags" / "many.py").write_text(_DAG.replace("MAPPED", str(given.mapped)))
        own = {
            "CORE__EXECUTOR": "benchmarks.scheduler.AtOnce",
            "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "CORE__PARALLELISM": "100000",
            "SCHEDULER__MAX_TIS_PER_QUERY": str(given.per_query),
        }
        variables = environment(place, "http://127.0.0.1:1", "http://127.0.0.1:1", database, "redis://127.0.0.1:1")
        variables |= {f"AIRFLOW__{key}": value for key, value in own.items()}
        for command in ("db migrate", "dags reserialize", "pools set default_pool 100000 all", "dags trigger many"):
            subprocess.run([_AIRFLOW, *command.split()], env=variables, check=True, capture_output=True)
        _measure(database, variables, place / "scheduler.log", given.seconds)


def _measure(database: str, variables: dict[str, str], log: Path, most_seconds: float) -> None:
    process = start([_AIRFLOW, "scheduler", "--skip-serve-logs"], log, variables)
    try:
        _until(database, _ENDED_TASKS, float("inf"))
        first, before, begun = _ask(database, _ENDED_TASKS), _cpu(process.pid), time.monotonic()
        _until(database, _ENDED_RUNS, begun + most_seconds)
        tasks, cpu, seconds = _ask(database, _ENDED_TASKS) - first, _cpu(process.pid) - before, time.monotonic() - begun
    finally:
        end(process)
    print(
        f"{tasks} tasks in {seconds:.0f} s: {tasks / seconds:.1f} a second; scheduler {1000 * cpu / tasks:.0f} CPU ms "
        f"a task, at most {tasks / cpu:.1f} a second of a core; {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}",
        flush=True,
    )


def _until(database: str, question: str, deadline: float) -> None:
    while _ask(database, question) == 0 and time.monotonic() < deadline:
        time.sleep(0.5)


def _ask(database: str, question: str) -> int:
    import psycopg2

    connection = psycopg2.connect(f"postgresql://{database}")
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return int(cursor.fetchone()[0])
    finally:
        connection.close()


def _cpu(pid: int) -> float:
    times = [process.cpu_times() for process in psutil.Process(pid).children(recursive=True)]
    return sum(one.user + one.system for one in times)


if __name__ == "__main__":
    main()
