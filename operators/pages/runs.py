"""The runs of studies that Airflow knows: which study in which store each makes, and with which settings."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.serialized_dag import SerializedDagModel
from airflow.utils.session import create_session
from sqlalchemy import or_, select

from gtl.config import StudyConfig, with_paths_below
from gtl.config.answers import study_of_answers
from operators.airflow_settings import home
from operators.pages.access import SCHEDULED, TRANSFER_STUDY
from operators.pages.places import absolute

MOST = 200
"""Runs that are looked at, the newest first."""

UNDER_WAY = ("queued", "running")

_KEPT_SECONDS = 60


@dataclass(frozen=True)
class StudyRun:
    """A run of a study.

    Attributes
    ----------
    state
        queued, running, success or failed.
    began
        When it started; None for one that waits.
    store
        Absolute folder or URI.
    study
        Name of the study.
    """

    dag_id: str
    run_id: str
    state: str
    began: datetime | None
    store: str
    study: str

    @property
    def is_under_way(self) -> bool:
        """Whether it has not ended."""
        return self.state in UNDER_WAY


def study_dags() -> set[str]:
    """Ids of the DAGs that make studies, those that Airflow has read."""
    ours = or_(DagModel.dag_id == TRANSFER_STUDY, DagModel.dag_id.startswith(SCHEDULED, autoescape=True))
    with create_session() as session:
        return set(session.scalars(select(DagModel.dag_id).where(ours)))


def recent_runs() -> list[StudyRun]:
    """The newest runs of studies, the newest first."""
    ours = or_(DagRun.dag_id == TRANSFER_STUDY, DagRun.dag_id.startswith(SCHEDULED, autoescape=True))
    # Of a run's hundred settings only two are asked of the database.
    asked = [DagRun.conf[name].as_string() for name in ("store", "name")]
    columns = (DagRun.dag_id, DagRun.run_id, DagRun.state, DagRun.start_date, *asked)
    with create_session() as session:
        rows = session.execute(select(*columns).where(ours).order_by(DagRun.id.desc()).limit(MOST)).all()
    return [_run(*row) for row in rows]


def settings_of(dag_id: str, run_id: str) -> StudyConfig | None:
    """The settings that a run has, paths in them below the home as its tasks have them; None if there is no such run.

    Raises
    ------
    InputError
        If they are not a study's.
    """
    with create_session() as session:
        run = session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
        given = None if run is None else dict(run.conf or {})
    if given is None:
        return None
    return with_paths_below(study_of_answers(_defaults(dag_id) | given), home())


def _run(dag_id: str, run_id: str, state: str, began: datetime | None, store: str | None, name: str | None) -> StudyRun:
    defaults = {} if store and name else _defaults(dag_id)
    place = absolute(str(store or defaults.get("store", "")))
    return StudyRun(dag_id, run_id, str(state), began, place, str(name or defaults.get("name", "")))


def _defaults(dag_id: str) -> dict[str, Any]:
    """The settings of a DAG's params; read again after a while, since study files change."""
    return dict(_kept_defaults(dag_id, int(time.monotonic() // _KEPT_SECONDS)))


@lru_cache(maxsize=256)
def _kept_defaults(dag_id: str, _minute: int) -> Mapping[str, Any]:
    dag = SerializedDagModel.get_dag(dag_id)
    return {} if dag is None else {name: dag.params[name] for name in dag.params}
