"""What ``gtl doctor`` says of good and bad surroundings; of Airflow's: tests/operators/test_doctor.py."""

import os
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from gtl import doctor
from gtl.doctor import Alone, examine, surroundings

WHAT = ["Python", "packages", "store", "store's disk", "scratch", "Airflow"]


def test_all_is_well_and_nothing_is_left(tmp_path):
    findings = list(examine(str(tmp_path / "store"), Alone()))
    assert [finding.what for finding in findings] == WHAT
    assert not any(finding.is_fatal for finding in findings)
    assert str(findings[2]) == f"ok      store: {tmp_path}/store: written, read back and removed"
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_was_there_stays(tmp_path):
    (tmp_path / "x").touch()
    list(examine(str(tmp_path), Alone()))
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_store_on_s3_is_probed_there(s3, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_MINE", s3.connection())
    store = list(examine("s3://mine@gtl/doctor", Alone()))[2]
    assert store.found == "s3://mine@gtl/doctor: written, read back and removed"
    assert Alone().open_store("s3://mine@gtl/doctor").files("") == []


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("{folder}/file/x", "a file stands where a folder is needed"),
        ("s3://nobody@gtl/x", "connection 'nobody' is not in the environment; set AIRFLOW_CONN_NOBODY"),
        ("s3://key:secret@gtl/x", "keys and passwords never go into the URI"),
    ],
)
def test_a_store_that_cannot_be_used_is_fatal_and_says_what_to_do(tmp_path, uri, said):
    (tmp_path / "file").touch()
    store = list(examine(uri.format(folder=tmp_path), Alone()))[2]
    assert store.is_fatal
    assert said in store.advice


def test_little_room_is_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "_LEAST_FREE", 1e18)
    room = list(examine(str(tmp_path), Alone()))[3]
    assert str(room).startswith("note    store's disk: ")
    assert not room.is_fatal


def test_a_package_of_a_wrong_version_or_none_is_named():
    assert doctor._wrong(Requirement("packaging>=1")) == ""
    assert doctor._wrong(Requirement("packaging<1")) == f"packaging is {metadata.version('packaging')}, needed is <1"
    assert doctor._wrong(Requirement("no-such-package")) == "no-such-package is not installed"
    assert doctor._wrong(Requirement("no-such-package; extra == 'airflow'")) == ""


def test_an_airflow_that_is_installed_and_not_set_up_is_not_asked(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith("AIRFLOW"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert isinstance(surroundings(), Alone)
    assert "`make run` brings its own" in str(next(Alone().findings()))
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow" / "airflow.db").touch()
    assert not isinstance(surroundings(), Alone)
