"""What ``gtl doctor`` says of an Airflow: a real database, read by the DAG processor's own code or not at all."""

import os
import shutil
import subprocess
import sys

import pytest

from gtl.doctor import surroundings
from operators.doctor import AirflowSurroundings
from tests.dags.conftest import DAGS


@pytest.fixture(scope="module")
def airflow(tmp_path_factory):
    """Run a program in an Airflow of its own, which has read the DAGs: ``airflow(*argv, **environment)``."""
    home = tmp_path_factory.mktemp("airflow")
    shutil.copytree(DAGS, home / "dags")
    own = {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"), "PYTHONPATH": os.getcwd()}
    base = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__GTL__")} | own

    def run(*argv, **environment):
        done = subprocess.run(
            [sys.executable, "-m", *argv], env=base | environment, cwd=home, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    for command in (["db", "migrate"], ["dags", "reserialize"]):
        code, said = run("airflow", *command)
        assert code == 0, said
    return run


def lines(said, what):
    return [line for line in said.splitlines() if f" {what}: " in line]


def test_an_airflow_without_our_pools_can_run_studies(airflow):
    code, said = airflow("gtl", "doctor")
    assert code == 0, said
    assert lines(said, "pool") == ["ok      pool: default_pool has 128 slots"]
    assert lines(said, "DAGs") == [
        "note    DAGs: transfer_study is known, and paused; a run waits until it is unpaused: "
        "airflow dags unpause transfer_study"
    ]
    assert "results: written, read back and removed" in said


def test_a_pool_that_settings_name_and_nobody_made_is_fatal(airflow):
    code, said = airflow("gtl", "doctor", AIRFLOW__GTL__CPU_POOL="gtl_cpu")
    assert code == 2
    (pool,) = [line for line in lines(said, "pool") if "gtl_cpu" in line]
    assert "gtl_cpu does not exist; its tasks would wait for ever: airflow pools set gtl_cpu" in pool


def test_a_store_outside_the_allowed_folders_is_fatal_and_no_container_engine_is_not(airflow, tmp_path):
    code, said = airflow("gtl", "doctor", "--store", str(tmp_path / "store"), DOCKER_HOST="tcp://127.0.0.1:1")
    assert code == 2
    assert "is not below a folder whose files studies may name" in lines(said, "store")[0]
    assert [line for line in said.splitlines() if line.startswith("NOT ok")] == lines(said, "store")
    assert "note    container engine: none answers" in lines(said, "container engine")[0]


def test_a_database_that_does_not_answer_is_fatal(airflow, tmp_path):
    code, said = airflow("gtl", "doctor", AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{tmp_path}/empty.db")
    assert code == 2
    assert "a new one needs `airflow db migrate`" in lines(said, "database")[0]


def test_gtl_finds_the_airflow_by_its_entry_point():
    assert isinstance(surroundings(), AirflowSurroundings)
