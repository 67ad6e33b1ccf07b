"""Airflow's command, for programs that are started here: Python looks for garbage rarely while they load.

A component makes a million objects that stay before it answers; to look them through again and again is a tenth of the
seconds that it takes to start.
"""

import gc
from runpy import run_module

_OBJECTS = 100_000
"""New ones after which Python looks for garbage; its own number is some thousand."""


def run_airflow() -> None:
    """Run ``airflow`` with the arguments of this command."""
    run_module("airflow", run_name="__main__")


def collect_rarely() -> None:
    """Look for garbage less often, from now on and in forks."""
    gc.set_threshold(_OBJECTS)


if __name__ == "__main__":
    collect_rarely()
    run_airflow()
