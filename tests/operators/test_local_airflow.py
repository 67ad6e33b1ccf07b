"""The local Airflow: one a folder."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from pkgutil import resolve_name

import jwt
import pytest
from airflow.configuration import conf
from jwt.warnings import InsecureKeyLengthWarning
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from gtl.errors import GtlError, ToolError
from operators import __main__
from operators.airflow_api import AirflowApi
from operators.home_lock import locked
from operators.local_airflow import _check_alive, _settings, local_airflow

HOLDER = """
import subprocess, sys
from pathlib import Path
from operators.home_lock import locked
with locked(Path(sys.argv[1])), subprocess.Popen(["sleep", "300"], stdout=subprocess.DEVNULL) as started:
    print(started.pid, flush=True)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of the home ``tmp_path`` and has started a program, as Airflow's are."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        started = int(process.stdout.readline())
        yield process
        process.kill()
        os.kill(started, signal.SIGKILL)


def test_a_second_airflow_of_the_same_folder_is_refused_before_it_touches_anything(holder, tmp_path):
    said = "another `make run` or `make ui` of this folder is running .*; wait for its end, trigger the study"
    with pytest.raises(GtlError, match=said), local_airflow(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_killed_airflow_blocks_nobody_though_programs_that_it_started_live_on(holder, tmp_path):
    holder.kill()
    holder.wait()
    with locked(tmp_path):
        pass


def test_the_next_airflow_of_a_folder_is_let_in_when_the_first_has_ended(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            pass


@pytest.mark.parametrize("name", ["CONNECT_ARGS", "CONNECT_ARGS_ASYNC"])
def test_who_finds_the_database_locked_waits_for_a_minute(tmp_path, name):
    options = resolve_name(_settings(8080, tmp_path, tmp_path, 30)[f"AIRFLOW__DATABASE__SQL_ALCHEMY_{name}"])
    with closing(sqlite3.connect(tmp_path / "airflow.db", **options)) as connection:
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (60_000,)


@pytest.mark.parametrize("name", ["user@domain", "a%20b", "100%", "what?", "a#b", "a b", "ä"])
def test_the_database_lies_in_the_home_whatever_folder_it_is_in(tmp_path, name):
    home = tmp_path / name
    home.mkdir()
    engine = create_engine(_settings(8080, home, home, 30)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE made (x INT)"))
    engine.dispose()
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.db")] == [Path(name, "airflow.db")]


@pytest.mark.parametrize("reread_seconds", [30, 240])
def test_dags_outlast_readings_that_fail_on_a_busy_machine(tmp_path, reread_seconds):
    settings = _settings(8080, tmp_path, tmp_path, reread_seconds)
    assert conf.getint("dag_processor", "stale_dag_threshold") == 50  # Airflow's own, less than two readings apart
    assert int(settings["AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD"]) > 3 * reread_seconds
    assert int(settings["AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT"]) >= 600


def test_the_key_of_tokens_is_long_enough_for_nobody_to_be_warned(tmp_path):
    key = _settings(8080, tmp_path, tmp_path, 30)["AIRFLOW__API_AUTH__JWT_SECRET"]
    jwt.encode({}, key, algorithm="HS512")
    with pytest.warns(InsecureKeyLengthWarning):
        jwt.encode({}, key[:32], algorithm="HS512")


def test_a_part_of_airflow_that_has_ended_is_named_at_the_next_question(tmp_path):
    said = r"Airflow's scheduler has ended \(exit code -9\); see .*scheduler.log"
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as scheduler:
        api = AirflowApi("http://127.0.0.1:1", "", "", lambda: _check_alive({"scheduler": scheduler}, tmp_path))
        with closing(api):
            assert not api.is_ready()  # nobody answers there, but the part is alive
            scheduler.kill()
            scheduler.wait()
            for ask in (api.is_ready, lambda: api.run_state("transfer_study", "run")):
                with pytest.raises(ToolError, match=said):
                    ask()


@pytest.mark.parametrize(
    ("options", "variables", "shown"),
    [
        ([], {}, "{here}/results"),
        (["--store", "../mine"], {}, "{here}/../mine"),
        ([], {"GTL_STORE": "/data/gtl"}, "/data/gtl"),
        (
            [],
            {"GTL_STORE": "/data/gtl", "AIRFLOW__GTL__STORE": "s3://aws@bucket/of-airflow"},
            "s3://aws@bucket/of-airflow",
        ),
        (["--store", "/named"], {"AIRFLOW__GTL__STORE": "s3://aws@bucket/of-airflow"}, "/named"),
    ],
)
def test_the_web_ui_shows_the_store_that_is_named(tmp_path, monkeypatch, options, variables, shown):
    given = {}

    def not_started(**settings):
        given.update(settings)
        raise ToolError("nothing is started here")

    for name in ("GTL_STORE", "AIRFLOW__GTL__STORE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(__main__, "local_airflow", not_started)
    CliRunner().invoke(__main__.app, ["ui", *options])
    assert given["store"] == shown.format(here=tmp_path)
