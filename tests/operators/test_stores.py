"""Stores as tasks open them: Airflow finds the connection, and the store behaves as the command line's."""

import pytest

from gtl.config import preset
from gtl.errors import InputError, StoreError
from gtl.store import Store, files
from gtl.store.records import Records
from operators.plink import AssociateOperator
from operators.scratch_folder import step_of
from operators.stage import placed
from operators.stores import check_that_all_find, open_store


@pytest.fixture
def connection(s3, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_TASK", s3.connection())
    return s3


def make(store):
    def compute(out):
        out.write_text("a.txt", "alpha")
        with out.file("large.bin") as path:
            path.write_bytes(bytes(2 * files.PART_BYTES))

    return store.run("study/stage", compute, params={})


def test_a_task_s_artefact_is_the_command_line_s(connection):
    uri = "s3://task@gtl/tasks"
    by_task, by_command_line = open_store(uri), Store(uri)
    assert by_task.files("") == []
    assert make(by_command_line) == make(by_task)
    assert by_task.files("") == by_command_line.files("")
    assert by_task.uri("study") == by_command_line.uri("study") == "s3://task@gtl/tasks/study"
    by_task.read(by_task.find("study/stage")).verify()
    Records(by_task.root / "openings")["a/b"] = "text"
    assert dict(Records(by_command_line.root / "openings")) == {"a/b": "text"}


def test_a_folder_needs_no_connection(tmp_path):
    assert open_store(str(tmp_path)).uri("x") == f"{tmp_path}/x"


def test_faults_are_the_same(connection, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_STRANGER", connection.connection(password="nonsense-nonsense"))  # noqa: S106
    with pytest.raises(StoreError, match="the access key or its secret is wrong"):
        make(open_store("s3://stranger@gtl/x"))
    with pytest.raises(StoreError, match="the bucket does not exist; create it"):
        make(open_store("s3://task@no-such-bucket/x"))


def test_a_relative_folder_is_refused_where_workers_have_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    with pytest.raises(InputError, match=r"store: results is a relative folder, .* every worker of CeleryExecutor"):
        check_that_all_find("results")
    check_that_all_find(str(tmp_path))
    monkeypatch.setenv("AIRFLOW__GTL__HOME", str(tmp_path))
    check_that_all_find("results")


def test_two_clones_of_one_study_do_not_take_each_other_s_containers_for_leftovers(tmp_path, monkeypatch):
    labels = []
    for clone in ("one", "one", "two"):
        monkeypatch.setenv("AIRFLOW__GTL__HOME", str(tmp_path / clone))
        task = AssociateOperator(task_id="x", stage="associate", arguments={"chromosome": "21", "splits": [1]})
        labels.append(step_of(task.names(placed(preset("quick")))))  # the store is `results`, relative
    assert labels[0] == labels[1] != labels[2]


def test_a_relative_folder_is_good_enough_for_one_machine(monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    check_that_all_find("results")
