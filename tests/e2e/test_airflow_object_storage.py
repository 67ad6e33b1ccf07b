"""The study through Airflow with its store on a real S3 server, which is away for a while in mid-run."""

from pathlib import Path

import pytest

from gtl.config import flatten, with_overrides
from gtl.store import Store
from operators.local_airflow import local_airflow
from tests.e2e.test_airflow_study import MINUTES, ended, until

BUCKET = "s3://study@gtl"


def test_a_study_outlives_an_outage_of_its_store(s3, tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
    store = f"{BUCKET}/airflow"
    methods = "transfer.methods=[no_transfer, deep_transfer]"
    network = "training.networks=[{name: Model 1, layers: [[dense, 30], [dense, 10], [dense, 2]]}]"
    config = with_overrides(
        tiny, [f"store={store}", "phenotypes.iterations=1", "association.plots=false", methods, network]
    )
    with local_airflow(tmp_path / "airflow") as api:
        until(lambda: api.has_dag("transfer_study"), 3 * MINUTES)
        run_id = api.trigger("transfer_study", flatten(config))
        until(lambda: _has_ended(api, run_id, "cohorts.genotypes"), 5 * MINUTES)
        s3.stop(kill=True)
        until(lambda: _waits_for_retry(api, run_id), 5 * MINUTES)
        s3.start()
        ended(api, "transfer_study", run_id)
        instances = api.task_instances("transfer_study", run_id)
    assert {task["state"] for task in instances} == {"success", "skipped"}
    assert max(task["try_number"] for task in instances) > 1
    _verify_everything(Store(store))
    _finds_no_secret(tmp_path / "airflow", s3)


def _has_ended(api, run_id: str, task_id: str) -> bool:
    tasks = api.task_instances("transfer_study", run_id)
    return any(task["task_id"] == task_id and task["state"] == "success" for task in tasks)


def _waits_for_retry(api, run_id: str) -> bool:
    return any(task["state"] == "up_for_retry" for task in api.task_instances("transfer_study", run_id))


def _verify_everything(store: Store) -> None:
    keys = store.keys("")
    assert any(key.endswith("studies/tiny/report") for key in keys)
    for key in keys:
        store.read(store.find(key), unseal=True).verify()


def _finds_no_secret(home: Path, s3) -> None:
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert s3.secret.encode() not in content, path
            assert s3.key.encode() not in content, path


@pytest.fixture(scope="module", autouse=True)
def _no_other_connection():
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.delenv(name, raising=False)
        yield
