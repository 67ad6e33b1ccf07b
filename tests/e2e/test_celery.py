"""Studies on Airflow with Celery: workers with nothing in common but the store; one is lost in mid-training."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from gtl.config import StudyConfig, flatten, load_study, with_overrides
from gtl.domain.trait import TraitKind
from gtl.errors import ToolError
from gtl.evaluate.wording import metric_words
from gtl.simulate.example import ExampleSize
from gtl.simulate.example_files import write_example
from gtl.store import Store
from gtl.study_run import run_study
from operators.airflow_api import AirflowApi, Json
from operators.local_airflow import USER, password
from tests import own_process
from tests.celery_airflow import CeleryAirflow, celery_airflow
from tests.e2e.browser import logged_in
from tests.e2e.test_airflow_study import MINUTES, ended, is_alive, until
from tests.e2e.walk import Walked, walk
from tests.local_services import local_proxy, nginx, postgres_programs

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


PEOPLE = "s3://study@gtl/people"


@pytest.fixture(scope="module")
def run_of_people(cluster, real_people, s3) -> str:
    """The run of the study of real people, in whose midst the broker was restarted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
        store = Store(PEOPLE)
        run = started(cluster, real_people, PEOPLE)
        until(lambda: store.find("studies/example/people"), 10 * MINUTES)
        cluster.redis.kill()
        cluster.redis.start()
        assert ended(cluster.api, DAG, run) == "success"
    return run


def test_real_people_outlive_a_restart_of_the_broker(cluster, run_of_people, real_people, s3, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    assert {task["state"] for task in tasks(cluster, run_of_people)} <= {"success", "skipped"}
    same_bytes_as_the_command_line(real_people, Store(PEOPLE), tmp_path)


@pytest.fixture(scope="module")
def behind_a_proxy(cluster, tmp_path_factory) -> Iterator[AirflowApi]:
    """The API at the address that users have: below a path, with nginx in front of it."""
    if nginx() is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("nginx is not installed; apt-get install nginx-light")
    user, server = urlsplit(cluster.address), urlsplit(cluster.api.url)
    with (
        local_proxy(tmp_path_factory.mktemp("nginx"), user.port, server.netloc),
        closing(AirflowApi(cluster.address, USER, password(cluster.place))) as api,
    ):
        yield api


def test_results_on_s3_are_walked_through_behind_a_base_url_and_a_proxy(
    behind_a_proxy, run_of_people, cluster, real_people, s3, monkeypatch
):
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    walked = Walked(
        behind_a_proxy.url, run_of_people, Store(PEOPLE), "example",
        f"Does knowledge of {real_people.populations.large} help to predict {real_people.populations.small_names[0]}?",
        real_people.populations.small_names[0], "", {"split": "final", "method": "own_gblup"},
        {"height": metric_words(real_people.selection.primary(TraitKind.QUANTITATIVE))},
        is_real=True, has_pictures=False,
    )  # fmt: skip
    with logged_in(walked.url, password(cluster.place)) as page:
        walk(page, walked)


def test_what_a_task_would_refuse_is_answered_at_the_trigger_behind_a_proxy(behind_a_proxy):
    with pytest.raises(ToolError, match=r"\(422\).*cohorts.large: .*greater than or equal to 1 \(got 0\)"):
        behind_a_proxy.trigger(DAG, {"cohorts.large": 0})


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
