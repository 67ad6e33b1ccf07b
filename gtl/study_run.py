"""A whole study without Airflow: found finished, or run in processes of this machine."""

import logging
from concurrent.futures import ThreadPoolExecutor

from gtl.config import StudyConfig
from gtl.errors import InputError
from gtl.preflight import check_settings
from gtl.progress import announce, silent
from gtl.store import Store
from gtl.store.finished import FinishedOnly, NotFinished
from gtl.study_stages import StudyResult, run_stages
from gtl.worker_pool import workers

_READS_AT_ONCE = 8
"""Artefacts that are looked for at a time: object storage answers slowly."""


def run_study(config: StudyConfig, store: Store, jobs: int, progress: logging.Handler | None = None) -> StudyResult:
    """Run every stage of the study that is not finished yet, ``jobs`` branches at a time.

    Parameters
    ----------
    progress
        Gets the progress records of all processes, see :func:`gtl.progress.bars`.

    Raises
    ------
    InputError
        If the settings name an engine that runs in a container: these are Airflow's to start.
    """
    check(config)
    if (finished := find_finished(config, store)) is not None:
        announce("study", "found finished: nothing to compute")
        return finished
    with store.left_tidy(), workers(jobs, progress) as (begin_set, submit):
        return run_stages(config, store, begin_set, submit)


def find_finished(config: StudyConfig, store: Store) -> StudyResult | None:
    """The study's results if every stage is finished, made from the same settings, inputs and code; or else None.

    Nothing is computed and no process is started, so that it takes a second where starting processes takes several. It
    ends at the first stage that is not finished.
    """
    finished = FinishedOnly(store)
    with silent(), ThreadPoolExecutor(_READS_AT_ONCE) as sets, ThreadPoolExecutor(_READS_AT_ONCE) as stages:
        try:
            return run_stages(config, finished, sets.submit, stages.submit)
        except NotFinished:
            return None


def check(config: StudyConfig) -> None:
    """Find what is wrong with settings before anything is computed.

    Raises
    ------
    InputError
        As :func:`run_study` and :func:`gtl.preflight.check_settings`.
    """
    for step, engine in config.engines.model_dump(mode="json").items():
        if engine != "builtin":
            raise InputError(
                f"engines.{step} is {engine}, which runs in a container that Airflow starts: use `make run`, or set it "
                "to builtin"
            )
    check_settings(config)
