"""The few calls of Airflow's REST API that starting and watching a study needs."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from gtl.errors import ToolError
from operators.trigger_check import run_id_of

Json = dict[str, Any]
_TRIES = 10
_PAUSE_SECONDS = 1.0
_PAGE = 100


class AirflowApi:
    """A logged-in client of one Airflow.

    Parameters
    ----------
    url
        Address of the API server, such as http://127.0.0.1:8080.
    user, password
        Of Airflow's simple auth manager.
    check
        Called before every question; raises if there will be no answer, or none that ever changes.
    """

    def __init__(self, url: str, user: str, password: str, check: Callable[[], None] = lambda: None) -> None:
        self.url = url
        self.check = check
        self._login = {"username": user, "password": password}
        self._token: str | None = None
        self._client = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def is_ready(self) -> bool:
        """Whether the API server answers and the scheduler and DAG processor are alive."""
        self.check()
        try:
            health = self._client.get("/api/v2/monitor/health").json()
        except (httpx.TransportError, ValueError):
            return False
        return all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))

    def set_pool(self, name: str, settings: Json) -> None:
        """Make or change a pool."""
        body = {"name": name, **settings}
        if self._call("PATCH", f"/pools/{name}", body, accept=(404,)) is None:
            self._call("POST", "/pools", body, accept=(409,))

    def has_dag(self, dag_id: str) -> bool:
        """Whether the DAG has been read."""
        return self._call("GET", f"/dags/{dag_id}", accept=(404,)) is not None

    def import_errors(self) -> list[str]:
        """What went wrong in reading DAG files."""
        errors = self._pages("/importErrors", "import_errors")
        return [f"{error['filename']}: {error['stack_trace']}" for error in errors]

    def unpause(self, dag_id: str) -> None:
        """Let the DAG run."""
        self._call("PATCH", f"/dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, params: Json) -> str:
        """Unpause the DAG and start a run; its id. A parameter that Airflow refuses is a :class:`ToolError`."""
        self.unpause(dag_id)
        # With an id of our own, a call that is made again because its answer was lost starts no second run.
        run_id = run_id_of(str(params.get("name") or "manual"))
        body = {"dag_run_id": run_id, "conf": params, "logical_date": None}
        self._call("POST", f"/dags/{dag_id}/dagRuns", body, accept=(409,))
        return run_id

    def runs(self, dag_id: str) -> list[Json]:
        """All runs of the DAG."""
        return self._pages(f"/dags/{dag_id}/dagRuns", "dag_runs")

    def fail_run(self, dag_id: str, run_id: str) -> None:
        """Stop a run: its tasks are ended and it counts as failed."""
        self._call("PATCH", f"/dags/{dag_id}/dagRuns/{run_id}", {"state": "failed"})

    def clear_failed(self, dag_id: str, run_id: str) -> None:
        """Let a failed run go on: its failed tasks, and those that waited for them, are tried again."""
        body = {"dag_run_id": run_id, "only_failed": True, "dry_run": False, "reset_dag_runs": True}
        self._call("POST", f"/dags/{dag_id}/clearTaskInstances", body)

    def run_state(self, dag_id: str, run_id: str) -> str:
        """State of the run: queued, running, success or failed."""
        return str((self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}") or {})["state"])

    def task_instances(self, dag_id: str, run_id: str) -> list[Json]:
        """All task instances of the run."""
        return self._pages(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances")

    def reason(self, instance: Mapping[str, Any]) -> str:
        """Why a task instance failed, in a line: its error, or where there is none the last line of its log."""
        entries = [entry for entry in self._log(instance) if isinstance(entry, dict)]
        errors = [detail for entry in entries for detail in (entry.get("error_detail") or [])[:1]]
        if errors:
            return " ".join(f"{errors[-1].get('exc_type')}: {errors[-1].get('exc_value')}".split())
        return " ".join(str(entries[-1].get("event")).split()) if entries else "its log is empty: its process was ended"

    def _log(self, instance: Mapping[str, Any]) -> list[Any]:
        path = f"/dags/{instance['dag_id']}/dagRuns/{instance['dag_run_id']}/taskInstances/{instance['task_id']}"
        content = self._call("GET", f"{path}/logs/{instance['try_number']}?map_index={instance['map_index']}") or {}
        return list(content.get("content", []))

    def _pages(self, path: str, name: str) -> list[Json]:
        """Everything that is listed at ``path``: Airflow gives so many entries at a time."""
        found: list[Json] = []
        while True:
            page = self._call("GET", f"{path}?limit={_PAGE}&offset={len(found)}") or {}
            found += page[name]
            if not page[name] or len(found) >= page["total_entries"]:
                return found

    def _call(self, method: str, path: str, body: Json | None = None, accept: tuple[int, ...] = ()) -> Json | None:
        answer = self._answer(method, path, body)
        if answer.status_code in accept:
            return None
        if answer.is_error:
            raise ToolError(f"Airflow refused {method} {path} ({answer.status_code}): {_detail(answer)}")
        return dict(answer.json())

    def _answer(self, method: str, path: str, body: Json | None) -> httpx.Response:
        # SQLite lets one process write at a time: a call can find it locked, or wait longer than the client does.
        for _ in range(_TRIES):
            self.check()
            answer = self._tried(method, path, body)
            if isinstance(answer, httpx.Response) and answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                break
            time.sleep(_PAUSE_SECONDS)
        if isinstance(answer, httpx.TransportError):
            raise ToolError(
                f"Airflow ({self.url}) did not answer {method} {path}, asked {_TRIES} times "
                f"({type(answer).__name__}: {answer}); see api-server.log in its home, then run again"
            ) from answer
        return answer

    def _tried(self, method: str, path: str, body: Json | None) -> httpx.Response | httpx.TransportError:
        try:
            answer = self._sent(method, path, body)
            if answer.status_code == httpx.codes.UNAUTHORIZED:  # a token is good for a day, a study may take longer
                self._token = None
                answer = self._sent(method, path, body)
            return answer
        except httpx.TransportError as error:
            return error

    def _sent(self, method: str, path: str, body: Json | None) -> httpx.Response:
        if self._token is None:
            self._token = self._new_token()
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._client.request(method, f"/api/v2{path}", json=body, headers=headers)

    def _new_token(self) -> str:
        answer = self._client.post("/auth/token", json=self._login)
        if answer.is_error:
            raise ToolError(f"Airflow refused the login ({answer.status_code}): {_detail(answer)}")
        return str(answer.json()["access_token"])


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail", answer.text))
    except ValueError:
        return answer.text[:2000]
