"""Studies on Airflow with Celery: workers with nothing in common but the store; one is lost in mid-training."""

import os
import shutil
from pathlib import Path

import pytest

from gtl.config import StudyConfig, flatten, load_study, with_overrides
from gtl.simulate.example import ExampleSize
from gtl.simulate.example_files import write_example
from gtl.store import Store
from gtl.study_run import run_study
from operators.airflow_api import Json
from tests import own_process
from tests.celery_airflow import CeleryAirflow, celery_airflow
from tests.e2e.test_airflow_study import MINUTES, ended, is_alive, until
from tests.local_services import postgres_programs

DAG = "transfer_study"
METHODS = ["own_gblup", "transfer_gblup", "polygenic_score"]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("machines")


@pytest.fixture(scope="module")
def real_people(place) -> StudyConfig:
    """The example of real people, smaller; its files lie at the same place on every machine."""
    write_example(place / "data" / "example", ExampleSize(large=200, small=90, snps=150, length=1_000_000))
    changes = ["traits.names=[height]", f"transfer.methods=[{', '.join(METHODS)}]", "association.plots=false"]
    return load_study(place / "data" / "example" / "study.yaml", changes)


@pytest.fixture(scope="module")
def simulated(tiny) -> StudyConfig:
    """The tiny study with one phenotype and enough epochs to be caught in them."""
    long = ["training.epochs=300", "training.patience=0"]
    short = ["phenotypes.iterations=1", "association.plots=false", "transfer.methods=[no_transfer, deep_transfer]"]
    return with_overrides(tiny, [*long, *short])


@pytest.fixture(scope="module")
def cluster(place, real_people, s3):
    """Airflow with the workers w1 and w2; when it has ended, no process of it is left."""
    _needs_what_debian_has()
    with celery_airflow(place, ("w1", "w2"), {"AIRFLOW_CONN_STUDY": s3.connection()}) as running:
        until(lambda: running.api.has_dag(DAG), 5 * MINUTES)
        yield running
        begun = [process for name in running.processes for process in running.processes_of(name)]
    assert len(begun) > len(running.processes)
    assert [process for process in begun if is_alive(process)] == []


def test_a_study_outlives_a_worker_that_is_lost_in_training(cluster, simulated, s3, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    uri = "s3://study@gtl/celery"
    store = Store(uri)
    run = started(cluster, simulated, uri)
    first, second = (f"studies/tiny/phenotypes/YRI_3_1/networks/Model-{number}" for number in (1, 4))
    until(lambda: store.find(first), 10 * MINUTES, pause=0.1)
    (training,) = [task for task in tasks(cluster, run, "branch.networks") if task["state"] == "running"]
    its_processes = cluster.processes_of(training["hostname"])
    cluster.kill_worker(training["hostname"])
    assert store.find(second) is None
    assert [process for process in its_processes if is_alive(process)] == []
    cluster.add_worker("w3")
    assert ended(cluster.api, DAG, run) == "success"
    (trained,) = tasks(cluster, run, "branch.networks")
    assert trained["try_number"] > training["try_number"]
    assert trained["hostname"] != training["hostname"]
    assert {"w1", "w2"} <= {task["hostname"] for task in tasks(cluster, run) if task["state"] == "success"}
    same_bytes_as_the_command_line(simulated, store, tmp_path)


def test_real_people_outlive_a_restart_of_the_broker(cluster, real_people, s3, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    uri = "s3://study@gtl/people"
    store = Store(uri)
    run = started(cluster, real_people, uri)
    until(lambda: store.find("studies/example/people"), 10 * MINUTES)
    cluster.redis.kill()
    cluster.redis.start()
    assert ended(cluster.api, DAG, run) == "success"
    assert {task["state"] for task in tasks(cluster, run)} <= {"success", "skipped"}
    same_bytes_as_the_command_line(real_people, store, tmp_path)


def test_no_machine_has_kept_a_secret_of_the_store(cluster, s3, place):
    for path in place.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert s3.secret.encode() not in content, path
            assert s3.key.encode() not in content, path


def started(cluster: CeleryAirflow, config: StudyConfig, store: str) -> str:
    return cluster.api.trigger(DAG, flatten(config.model_copy(update={"store": store})))


def tasks(cluster: CeleryAirflow, run: str, task_id: str | None = None) -> list[Json]:
    return [task for task in cluster.api.task_instances(DAG, run) if task_id in (None, task["task_id"])]


def same_bytes_as_the_command_line(config: StudyConfig, store: Store, folder: Path) -> None:
    local = Store(str(folder / "command_line"))
    run_study(config, local, jobs=2)
    assert made(store) == made(local)


def made(store: Store) -> dict[str, str]:
    """Key → digest of every artefact, whose files are what it says, but of the report, which shows measured times."""
    found = {key: store.find(key) for key in store.keys("")}
    assert found
    for ref in found.values():
        store.read(ref, unseal=True).verify()
    return {key: ref.sha256 for key, ref in found.items() if not key.endswith("/report")}


def _needs_what_debian_has() -> None:
    lacking = {
        "PostgreSQL is not installed; apt-get install postgresql": postgres_programs() is None,
        "Redis is not installed; apt-get install redis-server": shutil.which("redis-server") is None,
        f"this machine can have no others on it ({own_process.cannot()})": own_process.cannot() is not None,
    }
    for reason, is_so in lacking.items():
        if is_so:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
