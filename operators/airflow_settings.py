"""What an Airflow's configuration says to this project, in its section ``[gtl]``; every setting has a default.

==================  ==================================================================================================
setting             meaning, and what holds without it
==================  ==================================================================================================
``store``           where results go by default; ``results``
``home``            folder that relative stores and paths lie in; the one that the folder of the DAGs lies in
``allowed_roots``   folders, ``:`` between them, whose files studies may name; ``data``, ``results`` and
                    ``dags/studies`` of the home
``cpu_pool``        pool of CPU-heavy tasks; ``default_pool``, which every Airflow has
``memory_pool``     pool of tasks that train networks or hold statistics; ``default_pool``
``cpu_queue``       Celery queue of CPU-heavy tasks; Airflow's default queue
``memory_queue``    Celery queue of tasks that train networks or hold statistics; Airflow's default queue
``pod_limits``      ``true``: under the KubernetesExecutor each task's pod asks for what its weight needs; ``false``
==================  ==================================================================================================

In the environment a setting is called ``AIRFLOW__GTL__<NAME>``, such as ``AIRFLOW__GTL__ALLOWED_ROOTS``.
"""

import os
from pathlib import Path

from airflow.configuration import conf

from gtl.errors import InputError
from gtl.flow import Weight

SECTION = "gtl"
DEFAULT_POOL = "default_pool"


def default_store() -> str:
    """The store that forms begin with; with several machines one that all of them see."""
    return _setting("store") or "results"


def home() -> Path:
    """The folder that relative stores and paths of a form lie in."""
    return Path(_setting("home") or dags_folder().parent)


def has_home() -> bool:
    """Whether the setting names the home."""
    return bool(_setting("home"))


def allowed_roots() -> tuple[Path, ...]:
    """The folders whose files studies may name.

    Raises
    ------
    InputError
        If a folder of the setting is not absolute: it would mean another one for every worker.
    """
    named = _setting("allowed_roots")
    if not named:
        return home() / "data", home() / "results", dags_folder() / "studies"
    roots = tuple(Path(text).expanduser() for text in named.split(os.pathsep) if text)
    for root in roots:
        if not root.is_absolute():
            raise InputError(f"[gtl] allowed_roots: {root} is not absolute; name folders from / on")
    return roots


def pool_of(weight: Weight) -> str:
    """The pool that tasks of a weight run in.

    Airflow never starts a task whose pool does not exist, and a task cannot ask for pools; so it is ``default_pool``
    unless somebody who made others names them.
    """
    return DEFAULT_POOL if weight is Weight.LIGHT else _setting(f"{weight}_pool") or DEFAULT_POOL


def queue_of(weight: Weight) -> str | None:
    """The Celery queue of tasks of a weight; None for Airflow's default queue."""
    return None if weight is Weight.LIGHT else _setting(f"{weight}_queue") or None


def has_pod_limits() -> bool:
    """Whether tasks are pods that ask for what their weight needs."""
    return conf.getboolean(SECTION, "pod_limits", fallback=False)


def dags_folder() -> Path:
    """Airflow's folder of DAGs."""
    return Path(conf.get("core", "dags_folder"))


def _setting(name: str) -> str:
    return str(conf.get(SECTION, name, fallback="")).strip()
