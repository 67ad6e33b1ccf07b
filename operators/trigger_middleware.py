"""The middleware that answers triggers of studies whose settings cannot be (:mod:`operators.trigger_check`).

It stands in front of ``POST .../dagRuns``, and looks at what those send who may trigger the DAG: everybody else gets
Airflow's own answer. What is wrong is answered with 422; every other request passes as it came, but a run of the DAG
``transfer_study`` without an id gets one with the study's name.
"""

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from operators.trigger_check import Params, looked_at, refusal

_ROUTE = re.compile(r"/api/v2/dags/([^/]+)/dagRuns/?\Z")
MOST_BYTES = 2**20


class TriggerCheck:
    """ASGI middleware for ``fastapi_root_middlewares`` of an Airflow plugin."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a trigger that cannot be, and hand on everything else."""
        dag_id = _triggered(scope)
        params = await _params_for(scope, dag_id) if dag_id else None
        if params is None:
            return await self._app(scope, receive, send)
        body = await bounded_body(receive)
        if body is None:
            text = f"the request is larger than {MOST_BYTES:,} bytes; a study's settings are not"
            return await JSONResponse({"detail": text}, 413)(scope, receive, send)
        found = await run_in_threadpool(looked_at, params, body)
        if isinstance(found, bytes):
            return await self._app(_of_length(scope, len(found)), _again(found, receive), send)
        return await refusal(found)(scope, receive, send)


def _triggered(scope: Scope) -> str | None:
    """The DAG that a request triggers, if it does."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    # The path may begin with that of [api] base_url, or a proxy may have taken it away.
    found = _ROUTE.search(scope["path"])
    return found.group(1) if found else None


async def _params_for(scope: Scope, dag_id: str) -> Params | None:
    """The DAG's parameters, if it is one of ours and the caller may trigger it."""
    if not await _may_trigger(Request(scope), dag_id):
        return None
    return await run_in_threadpool(_study_params, scope["app"].state.dag_bag, dag_id)


async def _may_trigger(request: Request, dag_id: str) -> bool:
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user, requires_access_dag
    from fastapi import HTTPException

    try:
        user = await get_user(request, None, await bearer_scheme(request))
        await run_in_threadpool(requires_access_dag("POST", DagAccessEntity.RUN, dag_id), request, user)
    except HTTPException:  # Airflow says it itself when the request gets there
        return False
    return True


def _study_params(dag_bag: Any, dag_id: str) -> Params | None:
    from airflow.utils.session import create_session

    with create_session() as session:
        dag = dag_bag.get_latest_version_of_dag(dag_id, session=session)
    if dag is None or "gtl" not in dag.tags or "panel.source" not in dag.params:
        return None
    return {name: dag.params[name] for name in dag.params}


async def bounded_body(receive: Receive) -> bytes | None:
    """The request's body; None, and no more of it is read, once it is larger than settings can be."""
    chunks, size = [], 0
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(chunks)


def _of_length(scope: Scope, length: int) -> Scope:
    headers = [
        (name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")
    ]
    return {**scope, "headers": [*headers, (b"content-length", str(length).encode())]}


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, and then whatever else comes."""
    sent = False

    async def first_the_body() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return first_the_body
