"""Who may see what: Airflow's login, and its permission to read the DAG that a study belongs to.

A study that a scheduled DAG (``study_<name>``) makes belongs to that DAG, every other to ``transfer_study``. What a
user may not see is not there: the answer is the same as for what does not exist.
"""

from collections.abc import Iterable
from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from airflow.models.dag import DagModel
from fastapi import Depends, HTTPException

TRANSFER_STUDY = "transfer_study"
SCHEDULED = "study_"

logged_in = get_user
"""Dependency of every route: the user of the session's cookie or of a token; else 401 or 403."""

User = Annotated[BaseUser, Depends(logged_in)]
"""Type of a route's argument that is the user."""


def may_read(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may read a DAG and its runs."""
    details = DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))
    manager = get_auth_manager()
    return all(
        manager.is_authorized_dag(method="GET", access_entity=entity, details=details, user=user)
        for entity in (None, DagAccessEntity.RUN)
    )


def may_trigger(user: BaseUser, dag_id: str) -> bool:
    """Whether the user may start runs of a DAG."""
    details = DagDetails(id=dag_id, team_name=DagModel.get_team_name(dag_id))
    return bool(
        get_auth_manager().is_authorized_dag(
            method="POST", access_entity=DagAccessEntity.RUN, details=details, user=user
        )
    )


def check_may_read(user: BaseUser, dag_id: str) -> None:
    """Answer 404 unless the user may read the DAG."""
    if not may_read(user, dag_id):
        raise not_found()


def readable(user: BaseUser, studies: Iterable[str], dag_ids: Iterable[str]) -> set[str]:
    """Those of the names of ``studies`` that the user may see; ``dag_ids`` are all DAGs that Airflow knows."""
    owners = {name: owner_of(name, set(dag_ids)) for name in studies}
    allowed = {dag_id for dag_id in set(owners.values()) if may_read(user, dag_id)}
    return {name for name, dag_id in owners.items() if dag_id in allowed}


def owner_of(study: str, dag_ids: set[str]) -> str:
    """The DAG that a study belongs to.

    >>> owner_of("rice", {"transfer_study", "study_rice"}), owner_of("maize", {"transfer_study", "study_rice"})
    ('study_rice', 'transfer_study')
    """
    scheduled = f"{SCHEDULED}{study}"
    return scheduled if scheduled in dag_ids else TRANSFER_STUDY


def not_found(what: str = "There is no such page, or you may not see it.") -> Any:
    """The answer to a request for what is not there."""
    return HTTPException(404, what)
