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
``tools``           what starts the containers of plink, HAPGEN2 and PhenotypeSimulator: ``docker``, the machine's
                    own engine, or ``kubernetes``, as pods; ``docker``
``tools_namespace`` namespace of those pods; the worker's, or that of its connection ``kubernetes_default``
``tools_registry``  where the cluster gets images, such as ``registry.example.org``; nothing, for names as they are
``tools_account``   service account of those pods, whose cloud identity opens the store; the namespace's default
``tools_secrets``   secrets, ``,`` between them, whose keys are environment variables that open the store; none
``tools_pull``      secrets, ``,`` between them, that open the registry; none
==================  ==================================================================================================

In the environment a setting is called ``AIRFLOW__GTL__<NAME>``, such as ``AIRFLOW__GTL__ALLOWED_ROOTS``.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from airflow.configuration import conf

from gtl.errors import InputError
from gtl.flow import Weight

SECTION = "gtl"
DEFAULT_POOL = "default_pool"


class Tools(StrEnum):
    """What starts the containers of the programs that studies can choose as engines."""

    DOCKER = "docker"
    KUBERNETES = "kubernetes"


@dataclass(frozen=True)
class PodSettings:
    """Where pods of programs run, and by which names they get their images and open the store."""

    namespace: str | None
    registry: str
    account: str | None
    secrets: tuple[str, ...]
    pull_secrets: tuple[str, ...]

    def image(self, name: str) -> str:
        """The image's name in the registry.

        >>> PodSettings(None, "registry.example.org", None, (), ()).image("gtl/plink:1")
        'registry.example.org/gtl/plink:1'
        """
        return f"{self.registry.rstrip('/')}/{name}" if self.registry else name


def tools() -> Tools:
    """What starts the programs' containers.

    Raises
    ------
    InputError
        If the setting is neither.
    """
    named = _setting("tools") or Tools.DOCKER
    if named not in set(Tools):
        raise InputError(f"[gtl] tools: {named} is not known; expected {' or '.join(Tools)}")
    return Tools(named)


def pod_settings() -> PodSettings:
    """How programs run as pods."""
    return PodSettings(
        namespace=_setting("tools_namespace") or None,
        registry=_setting("tools_registry"),
        account=_setting("tools_account") or None,
        secrets=_names("tools_secrets"),
        pull_secrets=_names("tools_pull"),
    )


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


def _names(setting: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in _setting(setting).split(",") if name.strip())
