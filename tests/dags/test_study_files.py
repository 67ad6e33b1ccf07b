"""Scheduled studies: which files become a DAG, and what is said of those that do not."""

import os
import re
import shutil

import pytest

from operators.dags import all_dags
from operators.dags.scheduled_studies import scheduled_studies
from tests.dags.conftest import DAGS


def test_a_scheduled_study_s_relative_store_is_the_same_wherever_a_worker_stands(tmp_path, monkeypatch):
    from airflow.dag_processing.dagbag import DagBag

    dags = shutil.copytree(DAGS, tmp_path / "dags")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(dags))
    for name, store in {"near": "results/near", "far": "s3://mine@bucket/far"}.items():
        (dags / "studies" / f"{name}.yaml").write_text(f"preset: quick\nname: {name}\nstore: {store}\n")
    read = DagBag(str(dags / "gtl_dags.py")).dags
    assert read["study_near"].params["store"] == str(tmp_path / "results" / "near")
    assert read["study_far"].params["store"] == "s3://mine@bucket/far"


@pytest.fixture
def scheduled(tmp_path):
    """Reads scheduled studies, written from file name → text: the DAGs, and what Airflow shows as an import error."""
    from airflow.dag_processing.dagbag import DagBag

    def read(**files):
        dags = shutil.copytree(DAGS, tmp_path / "dags")
        for path in (dags / "studies").iterdir():
            path.unlink()
        for name, text in files.items():
            (dags / "studies" / name.replace("__", ".")).write_text(text)
        found = DagBag(str(dags / "gtl_dags.py"))
        return set(found.dags) - {"transfer_study", "reference_panel"}, "".join(found.import_errors.values())

    return read


@pytest.mark.parametrize("wanted", ["transfer_study", "reference_panel", "study_fine", "study_of-nobody"])
def test_a_task_reads_no_dag_but_its_own(tmp_path, monkeypatch, wanted):
    for name in ("fine", "other"):
        (tmp_path / f"{name}.yaml").write_text(f"preset: quick\nname: {name}\n")
    with monkeypatch.context() as task:
        task.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", wanted)
        found = all_dags(tmp_path)
    assert [*found] == ([] if wanted == "study_of-nobody" else [wanted])
    assert set(all_dags(tmp_path)) == {"transfer_study", "reference_panel", "study_fine", "study_other"}


FINE = {"fine__yaml": "preset: quick\nname: fine\nschedule: '@weekly'\n"}


@pytest.mark.parametrize(
    "file", ["study_dag", "load_study", "anchored", "schedule_of", "DOC", "HOME", "DAG", "my study"]
)
def test_a_study_file_may_have_any_name(scheduled, file):
    assert scheduled(**FINE, **{f"{file}__yaml": "preset: quick\nname: dag\n"}) == ({"study_fine", "study_dag"}, "")


def test_a_study_file_may_end_in_yml(scheduled):
    assert scheduled(mine__yml="preset: quick\nname: mine\n") == ({"study_mine"}, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [\n", r"bad\.yaml.* is not YAML"),
        ("preset: quick\nname: Not A Name\n", r"bad\.yaml: name: "),
        ("preset: quick\nname: bad\nschedule: every tuesday\n", r"bad\.yaml: schedule: .*Expected cron such as"),
        ("preset: quick\nname: bad\nschedule: '@fortnightly'\n", r"bad\.yaml: schedule: .*Expected cron such as"),
        (
            "preset: quick\nname: bad\nschedule: 0 0 31 2 *\n",
            r"bad\.yaml: schedule: failed to find .* date",
        ),
        ("preset: quick\nname: bad\nschedule: 0 0 3 * * 1 2020\n", r"bad\.yaml: schedule: failed to find next date"),
        ("a: " + "[" * 3000, r"bad\.yaml is nested too deeply; settings have three levels"),
        ("preset: quick\nname: bad\nschedule: 5\n", r"bad\.yaml: schedule: expected text"),
        ("preset: quick\nname: fine\n", r"studies: bad\.yaml and fine\.yaml have the same `name: fine`"),
    ],
)
def test_what_is_wrong_with_a_study_file_is_an_import_error_and_others_stay(scheduled, text, said):
    good = {"good__yaml": "preset: quick\nname: good\nschedule: panel\n"}
    found, error = scheduled(**FINE, **good, bad__yaml=text)
    assert re.search(said, error)
    assert found == ({"study_good"} if "name: fine" in text else {"study_good", "study_fine"})


def test_files_that_editors_and_systems_leave_are_not_looked_at(scheduled, tmp_path):
    left = {name: "\0no study" for name in ("._fine__yaml", "__hidden__yaml", "fine__yaml~", "__fine__yaml__swp")}
    assert scheduled(**FINE, **left) == ({"study_fine"}, "")


def test_a_pipe_holds_nobody(tmp_path):
    os.mkfifo(tmp_path / "x.yaml")
    dags = scheduled_studies(tmp_path)
    from airflow.sdk.exceptions import AirflowTimetableInvalid

    with pytest.raises(AirflowTimetableInvalid, match=r"study file: .*x\.yaml is a pipe, not a file"):
        dags["scheduled_studies"].validate()


def test_every_study_file_that_is_wrong_is_named(scheduled):
    found, error = scheduled(a__yaml="name: [", b__yaml="name: b\nschedule: never\n", c__yaml="nam: c\n", **FINE)
    assert found == {"study_fine"}
    assert all(f"{name}.yaml" in error for name in "abc")
