"""However `make run` is ended, nothing of its Airflow goes on: signals at every phase, with scripts as components."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import astuple

import psutil
import pytest

from gtl.errors import GtlError
from operators.home_lock import locked
from operators.sessions import Identity

PROGRAM = """
import sys, time
from pathlib import Path
from operators import local_airflow
from operators.ending import ENDING
from operators.local_airflow import AirflowApi, local_airflow as started

ENDING.install()
local_airflow._airflow = lambda: sys.argv[2]
local_airflow._command = lambda name: [sys.argv[2], name]
AirflowApi.is_ready = lambda self: sys.argv[3] == "up"
AirflowApi.set_pool = lambda *_: None
with started(Path(sys.argv[1]), triggerer=True):
    Path(sys.argv[1], "up").touch()
    time.sleep(300)
"""

COMPONENT = """#!/bin/sh
touch "$AIRFLOW_HOME/$1.begun"
if [ "$1" = db ]; then sleep 1; touch "$AIRFLOW_HOME/db.made"; exit 0; fi
set -m
sleep 300 &
trap '{}' TERM
while :; do wait; sleep 0.1; done
"""
"""Has a child in a process group of its own, as a running task is."""

SLEEP = str(shutil.which("sleep"))
AT_ONCE, NEVER = "exit 0", ""


@pytest.fixture(autouse=True)
def signals_are_not_ignored():
    """Behind ``nohup``, or in a script's background, programs that the tests start would ignore them."""
    handlers = {signal.SIGHUP: signal.SIG_DFL, signal.SIGINT: signal.default_int_handler}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def started(tmp_path):
    """Start a program with a home of its own: ``started("up" or "starting", what a component does on TERM)``."""
    programs = []

    def start(phase="up", on_term=AT_ONCE):
        script = tmp_path / "airflow"
        script.write_text(COMPONENT.format(on_term))
        script.chmod(0o755)
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "home"), str(script), phase]
        programs.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        return programs[-1]

    yield start
    for process in [*components(tmp_path), *programs]:
        with suppress(psutil.Error, ProcessLookupError):
            process.kill()
    for program in programs:
        program.stderr.close()
        program.wait()


def components(folder):
    """Processes that the program started for its home."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = process.environ().get("AIRFLOW_HOME") == str(folder / "home")
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def wait_for(what, seconds=60):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("wanted", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("phase", "mark"),
    [("up", "db.begun"), ("starting", "scheduler.begun"), ("starting", "triggerer.begun"), ("up", "up")],
)
def test_a_signal_ends_everything_at_every_phase(started, tmp_path, wanted, phase, mark):
    program = started(phase)
    wait_for((tmp_path / "home" / mark).exists)
    program.send_signal(wanted)
    program.wait(60)
    assert components(tmp_path) == []
    assert (tmp_path / "home" / "db.made").exists()  # a database that was begun is made
    with locked(tmp_path / "home"):
        pass


def test_a_second_ctrl_c_ends_at_once_what_the_first_waits_for(started, tmp_path):
    program = started("up", NEVER)
    wait_for((tmp_path / "home" / "up").exists)
    program.send_signal(signal.SIGINT)
    time.sleep(1)
    assert program.poll() is None
    assert components(tmp_path)
    for _ in range(3):
        program.send_signal(signal.SIGINT)
    program.wait(15)  # and not the 20 seconds that a component is given
    assert components(tmp_path) == []


def test_the_terminal_s_end_is_no_reason_to_leave_anything(started, tmp_path):
    program = started("up")
    wait_for((tmp_path / "home" / "up").exists)
    program.stderr.close()
    program.send_signal(signal.SIGHUP)
    assert program.wait(60) == 128 + signal.SIGHUP
    assert components(tmp_path) == []


def test_what_a_killed_program_left_keeps_the_lock_and_is_ended_by_the_next(started, tmp_path):
    program = started("up")
    wait_for((tmp_path / "home" / "up").exists)
    with pytest.raises(GtlError, match="another `make run` or `make ui` of this folder is running"):
        locked(tmp_path / "home").__enter__()
    program.kill()
    program.wait()
    assert components(tmp_path)
    with subprocess.Popen([SLEEP, "300"], start_new_session=True) as bystander, locked(tmp_path / "home"):
        assert components(tmp_path) == []
        assert bystander.poll() is None
        bystander.kill()


def test_a_process_that_has_a_recorded_number_by_now_is_left_alone(tmp_path):
    with subprocess.Popen([SLEEP, "300"], start_new_session=True) as other:
        with locked(tmp_path) as lock:
            lock.record([other.pid])
            text = (tmp_path / "lock").read_text()
        created = Identity.of(other.pid).created
        assert str(created) in text
        (tmp_path / "lock").write_text(text.replace(str(created), str(created - 60)))
        with locked(tmp_path):
            assert other.poll() is None
        other.kill()


def test_what_was_recorded_before_the_machine_was_started_anew_is_nobody(tmp_path):
    with subprocess.Popen([SLEEP, "300"], start_new_session=True) as other:
        with locked(tmp_path) as lock:
            lock.record([other.pid])
            text = (tmp_path / "lock").read_text()
        (tmp_path / "lock").write_text(text.replace('"boot": "', '"boot": "x'))
        with locked(tmp_path):
            assert other.poll() is None
        other.kill()


def test_an_identity_is_a_process_and_not_its_number():
    own = Identity.of(os.getpid())
    assert own.is_alive()
    assert not own.was_replaced()
    assert not Identity(own.pid, own.created - 60).is_alive()
    assert Identity(*astuple(own)) == own


def test_the_home_is_its_owner_s_alone(started, tmp_path):
    (tmp_path / "home").mkdir(mode=0o755)
    started("up")
    wait_for((tmp_path / "home" / "up").exists)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
