"""The supervisor of a task notices that the task's process has ended, also where it closed its pipes before."""

import subprocess
import sys

# The process closes all that it writes to, and ends a second later. Then nothing wakes who listens to its pipes: here
# listening returns at once with nothing, so only who waits for the process itself learns how it ended.
SUPERVISES = """
import os, sys, time
from airflow.sdk.execution_time.supervisor import WatchedSubprocess
from operators.prompt_ends import notice_ends_at_once

if sys.argv[1:] == ["prompt"]:
    notice_ends_at_once()

def task():
    os.closerange(0, 100)
    time.sleep(1)
    os._exit(7)

process = WatchedSubprocess.start(target=task, id=None)
while process._open_sockets:
    process._service_subprocess(max_wait_time=60)
process.selector.select = lambda timeout: []
print(process._service_subprocess(max_wait_time=60))
"""


def found(*arguments: str) -> str:
    command = [sys.executable, "-c", SUPERVISES, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def test_the_end_of_a_process_without_open_pipes_is_noticed():
    assert found("prompt") == "7"


def test_airflow_itself_does_not_notice_it():
    """When this fails, Airflow does notice it, and operators/prompt_ends.py has had its time."""
    assert found() == "None"
