"""What is said to whoever triggers a study, and the middleware that says it; the real Airflow is in tests/e2e."""

import asyncio
import json
import re

import pytest

from gtl.errors import InputError
from operators.trigger_check import KINDS_OF_RUNS, checked, looked_at, problems_in, run_id_of
from operators.trigger_middleware import MOST_BYTES, TriggerCheck, bounded_body


@pytest.fixture
def params(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__GTL__ALLOWED_ROOTS", str(tmp_path))
    return {"preset": None, "store": str(tmp_path / "results"), "name": None, "seed": None}


def request(conf, **more) -> bytes:
    return json.dumps({"logical_date": None, "conf": conf, **more}).encode()


def test_a_run_is_named_after_its_study_and_has_no_blanks(params):
    sent = json.loads(looked_at(params, request({"preset": "paper", "seed": None, "training.epochs": "3"})))
    assert sent["dag_run_id"].startswith("paper__20")
    assert sent["conf"] == {"preset": "paper", "training.epochs": "3", "name": "paper"}
    assert json.loads(looked_at(params, request({}, dag_run_id="mine")))["dag_run_id"] == "mine"


def test_a_run_of_a_study_file_is_handed_on_as_it_came(params):
    scheduled = {name: value for name, value in params.items() if name != "preset"} | {"name": "file", "seed": 1}
    body = request({"training.epochs": 3})
    assert looked_at(scheduled, body) == body


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"3", b'{"conf": [1]}', b'{"conf": 3}', b"\xff"])
def test_what_is_no_trigger_is_left_to_airflow(params, body):
    assert looked_at(params, body) == body


def test_deep_nesting_is_refused(params):
    (problem,) = looked_at(params, b'{"conf": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}")
    assert "nested too deeply" in problem.message


@pytest.mark.parametrize(
    ("conf", "field", "said"),
    [
        (
            {"transfer.methods": ["guess"]},
            "transfer.methods",
            "there is no method 'guess'; there are 'no_transfer', 'snp_transfer'",
        ),
        ({"seed": 2**63}, "seed", "less than 2147483648"),
        ({"training": {"epochs": 0}}, "training.epochs", "greater than or equal to 1"),
        ({"transfer.freeze_depths": "99"}, "transfer.freeze_depths", "layers cannot be frozen"),
        (
            {"cohorts.effective_size_large": 60_000, "engines.genotypes": "hapgen2"},
            "cohorts.effective_size_large",
            "Ne",
        ),
        ({"store": "/etc/results"}, "store", "is not below a folder whose files studies may name"),
        ({"panel.vcf": "/etc/passwd"}, "panel.vcf", "is not below a folder whose files studies may name"),
        ({"name": "quick\n"}, "name", r"'quick\n' is not a name of lower-case letters"),
        ({"store": "results\n"}, "store", r"'results\n' has a line break"),
        ({"store": "s3://mine@bucket/x\r"}, "store", "has a line break"),
        ({"panel.chromosome": "21\n"}, "panel.chromosome", r"'21\n' is not a chromosome's name"),
        ({"populations": {"small": "YRI\n"}}, "populations.small", r"'YRI\n' is not a code of letters"),
        ({"store": "s3://key:secret@bucket/x"}, "store", "keys and passwords never go into settings"),
    ],
)
def test_what_a_task_would_refuse_is_refused(params, conf, field, said):
    (problem,) = looked_at(params, request(conf))
    assert problem.field == field
    assert said in problem.message
    assert "secret" not in problem.message


def test_a_file_is_missed_where_its_folder_is_there(params, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "yri.bed").touch()
    files = {"source": "files", "files.small.genotypes": str(tmp_path / "data" / "yri.bed")}
    there = files | {"files.large.genotypes": str(tmp_path / "elsewhere" / "ceu.bed")}
    checked({**params, **there})  # a worker may see the folder that is not here
    with pytest.raises(
        InputError, match=r"files.large.genotypes: .*ceu.bed does not exist; correct the path"
    ) as raised:
        checked({**params, **files, "files.large.genotypes": str(tmp_path / "data" / "ceu.bed")})
    assert [problem.field for problem in problems_in(raised.value)] == ["files.large.genotypes"]


def test_the_kinds_of_runs_are_airflow_s():
    from airflow.utils.types import DagRunType

    assert {kind.value for kind in DagRunType} - {DagRunType.MANUAL.value} == KINDS_OF_RUNS


@pytest.mark.parametrize("name", ["scheduled", "backfill", "asset_triggered", "scheduled__x"])
def test_a_run_id_never_says_another_kind_of_run(name):
    assert re.match(rf"study_{name}__\d{{4}}-", run_id_of(name))


def test_the_body_is_read_no_further_than_settings_reach():
    read = []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b" " * 100_000, "more_body": True}

    assert asyncio.run(bounded_body(receive)) is None
    assert len(read) == MOST_BYTES // 100_000 + 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v2/dags/transfer_study/dagRuns"),
        ("POST", "/api/v2/dags/transfer_study/dagRuns/list"),
        ("POST", "/api/v2/dags/transfer_study/dagRuns/x/clear"),
        ("POST", "/api/v2/pools"),
    ],
)
def test_other_requests_pass_unread(method, path):
    passed = []

    async def app(scope, receive, send):
        passed.append(scope["path"])

    async def receive():
        raise AssertionError("read")

    asyncio.run(TriggerCheck(app)({"type": "http", "method": method, "path": path, "headers": []}, receive, None))
    assert passed == [path]


@pytest.mark.filterwarnings("ignore:Using .httpx. with")  # Airflow's API server imports Starlette's test client
@pytest.mark.parametrize("prefix", ["", "/base", "/a/b"])
def test_a_stranger_gets_airflow_s_own_answer_whatever_is_sent(prefix):
    passed = []

    async def app(scope, receive, send):
        passed.append(await receive())

    async def receive():
        return {"type": "http.request", "body": b"{", "more_body": False}

    path = f"{prefix}/api/v2/dags/transfer_study/dagRuns"
    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""}
    asyncio.run(TriggerCheck(app)(scope, receive, None))
    assert passed == [{"type": "http.request", "body": b"{", "more_body": False}]
