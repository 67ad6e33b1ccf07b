import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import pytest

from gtl import worker_pool
from gtl.errors import WorkerLost
from gtl.worker_pool import workers


def test_a_process_that_the_system_ends_is_a_clear_error_and_not_a_traceback():
    expected = "finished stages are kept: run the same command again, with a smaller --jobs"
    with pytest.raises(WorkerLost, match=expected), workers(1, None) as (_, submit):
        submit(signal.raise_signal, signal.SIGKILL).result()


def test_an_error_or_a_stop_ends_the_other_processes_at_once():
    with suppress(KeyboardInterrupt), workers(2, None) as (_, submit):
        other = submit(time.sleep, 100)
        raise KeyboardInterrupt
    assert other.exception() is not None  # it did not sleep to its end


def test_a_study_that_is_killed_leaves_no_worker_behind():
    program = textwrap.dedent("""
        import os, time
        from gtl.worker_pool import workers
        if __name__ == "__main__":
            with workers(1, None) as (_, submit):
                print(submit(os.getpid).result(), flush=True)
                time.sleep(600)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as study:
        worker = int(study.stdout.readline())
        os.kill(worker, 0)
        study.kill()
    for _ in range(600):
        if not running(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on without its study")


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGHUP])
def test_a_study_that_is_asked_to_end_gives_its_locks_back(wanted):
    """What it had not given back, Python's tracker of such things would tell of as leaked."""
    program = textwrap.dedent("""
        import os, signal, time
        from gtl.__main__ import end_in_order
        from gtl.worker_pool import workers
        if __name__ == "__main__":
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # behind nohup it would be ignored
            end_in_order()
            with workers(2, None) as (_, submit):
                print(submit(os.getpid).result(), flush=True)
                submit(time.sleep, 600).result()
    """)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as study:
        study.stdout.readline()
        study.send_signal(wanted)
        _, said = study.communicate(timeout=120)  # to the end of the tracker, which has the same standard error
    assert study.returncode == 128 + wanted
    assert said == ""


def running(process):
    """Whether a process is there and not merely waiting to be collected by its new parent."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_that_grows_is_replaced_and_the_work_goes_on(monkeypatch):
    monkeypatch.setattr(worker_pool, "_MEMORY_GROWTH", "1e8")
    with workers(1, None) as (_, submit):
        first = submit(os.getpid).result()
        assert submit(os.getpid).result() == first
        # Its memory is looked at after a call, and once a second at most.
        submit(exec, "import sys, time; time.sleep(1.1); sys.kept = b'x' * 200_000_000").result()
        assert submit(os.getpid).result() != first
