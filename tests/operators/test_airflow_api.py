"""The client of Airflow's REST API, against a server that loses answers and tokens as a busy Airflow does."""

import json
import threading
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from gtl.errors import ToolError
from operators import airflow_api
from operators.__main__ import _explanation, _resumed
from operators.airflow_api import AirflowApi

STATE = "/api/v2/dags/study/dagRuns/first"
RUNS = "/api/v2/dags/study/dagRuns"


@dataclass
class Airflow:
    """What the server has been asked, and what it does about it."""

    lost: list[str] = field(default_factory=list)  # paths whose next answer does not arrive
    calls: list[str] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    cleared: list[dict[str, str]] = field(default_factory=list)
    logins: int = 0
    listed: list[dict[str, str]] = field(default_factory=list)
    log: list[Any] = field(default_factory=list)

    def answer(self, method: str, path: str, body: dict[str, str], token: str | None) -> tuple[int, dict[str, str]]:
        self.calls.append(path)
        if path == "/auth/token":
            assert set(body) == {"username", "password"}  # Airflow refuses any other field
            self.logins += 1
            return 201, {"access_token": f"token {self.logins}"}
        if token != f"Bearer token {self.logins}":
            return 401, {"detail": "Token Expired"}
        if method == "POST" and path == RUNS:
            if body["dag_run_id"] in self.runs:
                return 409, {"detail": "Unique constraint violation"}
            self.runs.append(body["dag_run_id"])
        if method == "GET" and path.partition("?")[0].endswith("/dagRuns"):
            limit, offset = (int(text.partition("=")[2]) for text in path.partition("?")[2].split("&"))
            return 200, {"dag_runs": self.listed[offset : offset + min(limit, 50)], "total_entries": len(self.listed)}
        if path.endswith("/clearTaskInstances"):
            self.cleared.append(body)
        if "/logs/" in path:
            return 200, {"content": self.log}
        return 200, {"state": "running"}


@pytest.fixture
def airflow(monkeypatch):
    monkeypatch.setattr(airflow_api, "_PAUSE_SECONDS", 0)
    airflow = Airflow()

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self):
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
            status, answer = airflow.answer(self.command, self.path, body, self.headers.get("Authorization"))
            if self.path in airflow.lost:
                airflow.lost.remove(self.path)
                return  # the connection is closed without an answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, *_):
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        airflow.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield airflow
        server.shutdown()
        thread.join()


@pytest.fixture
def api(airflow):
    with closing(AirflowApi(airflow.url, "admin", "secret")) as api:
        yield api


def test_a_call_whose_answer_is_lost_is_made_again(airflow, api):
    airflow.lost += ["/auth/token", STATE, STATE]
    assert api.run_state("study", "first") == "running"
    assert airflow.calls == ["/auth/token", "/auth/token", STATE, STATE, STATE]


def test_a_server_that_never_answers_is_a_clear_error(airflow, api):
    airflow.lost += [STATE] * 100
    said = rf"Airflow \({airflow.url}\) did not answer GET /dags/study/dagRuns/first, asked 10 times \(.*\); see"
    with pytest.raises(ToolError, match=said):
        api.run_state("study", "first")


def test_an_expired_token_is_replaced_by_a_new_one(airflow, api):
    assert api.run_state("study", "first") == "running"
    airflow.logins += 1  # the server no longer takes the token that it gave
    assert api.run_state("study", "first") == "running"
    assert airflow.logins == 3


def test_a_token_that_is_refused_when_new_is_an_error(airflow, api, monkeypatch):
    monkeypatch.setattr(api, "_new_token", lambda: "nobody's")
    with pytest.raises(ToolError, match=r"refused GET .* \(401\): Token Expired"):
        api.run_state("study", "first")


def test_a_trigger_whose_answer_is_lost_starts_one_run(airflow, api):
    airflow.lost += [RUNS]
    assert [api.trigger("study", {})] == airflow.runs
    assert airflow.calls.count(RUNS) == 2


def test_runs_beyond_the_first_page_are_seen(airflow, api):
    airflow.listed = [{"dag_run_id": str(number)} for number in range(120)]
    assert api.runs("study") == airflow.listed


def test_runs_that_airflow_goes_on_with_are_told(airflow, api):
    states = ("success", "queued", "running", "failed")
    airflow.listed = [{"dag_run_id": f"mine__{state}", "state": state} for state in states]
    queued, running = _resumed(api)
    assert queued == "goes on with the interrupted run mine__queued; to end it, mark it as failed on its page"
    assert "mine__running" in running


def test_only_failed_tasks_of_the_run_are_cleared(airflow, api):
    api.clear_failed("study", "first")
    assert airflow.calls[-1] == "/api/v2/dags/study/clearTaskInstances"
    (asked,) = airflow.cleared
    assert asked == {"dag_run_id": "first", "only_failed": True, "dry_run": False, "reset_dag_runs": True}


FAILED = {"dag_id": "study", "dag_run_id": "first", "task_id": "trait.split", "map_index": 3, "try_number": 1}


@pytest.mark.parametrize(
    ("log", "why"),
    [
        ([], "its log is empty: its process was ended"),
        ([{"event": "begun"}, {"event": "Killed\nby  somebody"}], "Killed by somebody"),
        (
            [
                {"event": "failed", "error_detail": [
                    {"exc_type": "InputError", "exc_value": "a.vcf:\nline 3"}, {"exc_type": "OSError"},
                ]},
                {"event": "ended", "error_detail": None},
            ],
            "InputError: a.vcf: line 3",
        ),
    ],
)  # fmt: skip
def test_a_failed_task_s_reason_is_its_error_in_a_line(api, airflow, log, why):
    airflow.log = log
    assert api.reason(FAILED) == why


def test_a_failed_study_is_explained_in_three_lines(api, airflow):
    airflow.log = [{"event": "failed", "error_detail": [{"exc_type": "InputError", "exc_value": "mend it"}]}]
    task = FAILED | {"state": "failed", "rendered_map_index": "YRI_5_1"}
    later = task | {"map_index": 4, "rendered_map_index": "YRI_5_2", "end_date": "2026-02-02"}
    what, why, todo = _explanation(api, [later, task | {"end_date": "2026-02-01"}]).splitlines()
    assert what == "YRI_5_1: split failed (1 more failed)"
    assert why == "InputError: mend it"
    log = "dag_id=study/run_id=first/task_id=trait.split/map_index=3/attempt=1.log"
    assert todo.startswith("next: mend that, then run the same command again; what is finished is kept; its log: ")
    assert todo.endswith(log)
