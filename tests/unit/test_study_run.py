import os
import signal
import time
from contextlib import suppress

import pytest

from gtl import study_run
from gtl.errors import WorkerLost
from gtl.study_run import workers


def test_a_process_that_the_system_ends_is_a_clear_error_and_not_a_traceback():
    expected = "finished stages are kept: run the same command again, with a smaller --jobs"
    with pytest.raises(WorkerLost, match=expected), workers(1, None) as (_, submit):
        submit(signal.raise_signal, signal.SIGKILL).result()


def test_an_error_or_a_stop_ends_the_other_processes_at_once():
    with suppress(KeyboardInterrupt), workers(2, None) as (_, submit):
        other = submit(time.sleep, 100)
        raise KeyboardInterrupt
    assert other.exception() is not None  # it did not sleep to its end


def test_a_process_that_grows_is_replaced_and_the_work_goes_on(monkeypatch):
    monkeypatch.setattr(study_run, "_MEMORY_GROWTH", "1e8")
    with workers(1, None) as (_, submit):
        first = submit(os.getpid).result()
        assert submit(os.getpid).result() == first
        # Its memory is looked at after a call, and once a second at most.
        submit(exec, "import sys, time; time.sleep(1.1); sys.kept = b'x' * 200_000_000").result()
        assert submit(os.getpid).result() != first
