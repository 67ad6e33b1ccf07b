"""The study as an Airflow DAG: form, REST API and schedule alike, with the bytes that the command line gives."""

import http.client
import json
import re
import shutil
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import psutil
import pytest
import yaml

from gtl.config import StudyConfig, flatten, load_study, preset, with_overrides
from gtl.config.answers import study_of_answers
from gtl.methods.registry import METHODS
from gtl.store import Store
from gtl.study_run import run_study
from operators.__main__ import _explanation
from operators.airflow_api import AirflowApi
from operators.local_airflow import ROOT, USER, local_airflow, log_of, password
from tests.e2e.browser import logged_in
from tests.e2e.conftest import manifests
from tests.e2e.hostile import OUTSIDE, hostile_addresses
from tests.e2e.walk import Walked, read_results, take_a_network, walk
from tests.stored import folder_of

MINUTES = 60

FORGED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiIsInJvbGUiOiJhZG1pbiJ9."
"""A token without a signature that says that its bearer is the administrator."""


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="module")
def airflow(home, stores, tiny):
    """An Airflow with the project's DAGs and one more scheduled study, which is due at once.

    Its store is the one of the run by REST: what that has made must be what this would make.
    """
    dags = home / "dags"
    shutil.copytree(ROOT / "dags", dags)
    study = tiny.model_dump(mode="json") | {"schedule": "@once", "store": str(stores / "rest")}
    (dags / "studies" / "tiny.yaml").write_text(yaml.safe_dump(study))
    with local_airflow(home / "airflow", dags, viewers=["reader"]) as api:
        until(lambda: api.has_dag("transfer_study") and api.has_dag("study_tiny"), 3 * MINUTES)
        yield api
        begun = airflow_processes()
    assert begun
    assert [process for process in begun if is_alive(process)] == []


@pytest.fixture(scope="module")
def begun_by_rest(airflow, stores, tiny) -> str:
    return started(airflow, tiny, stores / "rest")


@pytest.fixture(scope="module")
def by_rest(airflow, begun_by_rest) -> str:
    assert ended(airflow, "transfer_study", begun_by_rest) == "success"
    return begun_by_rest


def airflow_processes() -> list[psutil.Process]:
    """Of the processes below this one, those of Airflow; it renames them, which leaves no environment to look at."""
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "airflow" in " ".join(process.cmdline()):
                found.append(process)
    return found


def is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def addresses_listened_on() -> set[str]:
    """Where the programs that this process has started, and those that they have started, take connections."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            sockets = process.net_connections()
            found |= {socket.laddr.ip for socket in sockets if socket.status == psutil.CONN_LISTEN}
    return found


def until(condition, seconds, pause=0.5):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(pause)


def started(api, config: StudyConfig, store: Path) -> str:
    return api.trigger("transfer_study", flatten(config.model_copy(update={"store": str(store)})))


def ended(api, dag_id: str, run_id: str) -> str:
    until(lambda: api.run_state(dag_id, run_id) in ("success", "failed"), 15 * MINUTES, pause=2)  # asking costs, too
    return api.run_state(dag_id, run_id)


def finished_run(api, config: StudyConfig, store: Path) -> str:
    run_id = started(api, config, store)
    assert ended(api, "transfer_study", run_id) == "success"
    return run_id


def all_but_the_first_are_skipped(api, dag_id: str, run_id: str) -> bool:
    states = {task["task_id"]: task["state"] for task in api.task_instances(dag_id, run_id)}
    return states.pop("begin") == "success" and set(states.values()) == {"skipped"}


def test_a_run_is_followed_in_a_browser_with_the_time_that_it_still_takes(airflow, home, begun_by_rest):
    with logged_in(airflow.url, password(home / "airflow")) as page:
        page.goto(f"{airflow.url}/gtl/runs/transfer_study/{quote(begun_by_rest)}")
        left = re.compile(r"tasks that are known so far are done \(\d+:\d\d, about \d+ (s|min) left\)")
        page.get_by_text(left).wait_for(timeout=10 * MINUTES * 1000)  # it asks again by itself


def test_a_run_by_rest_has_the_bytes_of_the_command_line(by_rest, stores, tiny):
    run_study(tiny, Store(str(stores / "command_line")), jobs=2)
    assert manifests(stores / "rest") == manifests(stores / "command_line")
    assert (folder_of(stores / "rest", "studies/tiny/report") / "report.html").exists()


def test_branches_are_named_by_their_trait(airflow, by_rest):
    instances = airflow.task_instances("transfer_study", by_rest)
    named = {task["rendered_map_index"] for task in instances if task["task_id"] == "branch.scores"}
    assert named == {"YRI_3_1", "YRI_3_2"}
    assert {task["state"] for task in instances} == {"success", "skipped"}


def test_methods_that_the_study_does_not_name_are_skipped_without_a_process(airflow, by_rest, tiny):
    skipped = [task for task in airflow.task_instances("transfer_study", by_rest) if task["state"] == "skipped"]
    unnamed = set(METHODS) - set(tiny.transfer.methods)
    nothing = {"imports.import"}  # a simulation has no files
    assert {task["task_id"] for task in skipped} == nothing | {f"branch.{name}" for name in unnamed}
    assert {task["pid"] for task in skipped} == {None}


def test_a_scheduled_run_computes_nothing_that_the_run_by_rest_has_made(airflow, by_rest, stores):
    """Names and fingerprints are thus the same: those of a second run, and those of a schedule."""
    files = {path: path.stat().st_mtime_ns for path in (stores / "rest").rglob("*") if path.is_file()}
    airflow.unpause("study_tiny")
    until(lambda: airflow.runs("study_tiny"), 2 * MINUTES)
    (run,) = airflow.runs("study_tiny")
    assert run["run_type"] == "scheduled"
    assert ended(airflow, "study_tiny", run["dag_run_id"]) == "success"
    assert {path: path.stat().st_mtime_ns for path in (stores / "rest").rglob("*") if path.is_file()} == files
    assert all_but_the_first_are_skipped(airflow, "study_tiny", run["dag_run_id"])


@pytest.fixture(scope="module")
def pages(airflow, home, by_rest):
    """Asks for pages as a user, or as nobody, with addresses as they are: ``pages(address, user)``."""
    folder, place = home / "airflow", urlsplit(airflow.url)
    users = {USER: password(folder), "reader": password(folder, "reader")}
    tokens = {}
    for name, secret in users.items():
        with closing(AirflowApi(airflow.url, name, secret)) as api:
            tokens[name] = api._new_token()

    def ask(address: str, user: str | None = "reader", token: str | None = None) -> tuple[int, bytes]:
        known = token or tokens.get(user or "")
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        with closing(connection):
            connection.request("GET", f"/gtl/{address}", headers={"Cookie": f"_token={known}"} if known else {})
            with connection.getresponse() as answer:
                return answer.status, answer.read()

    return ask


@pytest.fixture(scope="module")
def address(pages, stores) -> str:
    """Of the page of the study that was run by REST; a study that leads out of its store lies beside it."""
    outside = stores.parent / "outside"
    shutil.copytree(stores / "rest" / "studies" / "tiny", outside)
    (outside / "secret.txt").write_text(OUTSIDE)
    (stores / "rest" / "studies" / "leads-away").symlink_to(outside)
    shutil.copytree(outside, stores / "rest" / "studies" / "twin")  # to be compared with
    (found,) = set(re.findall(r"studies/[0-9a-f]{10}/tiny", pages("")[1].decode()))
    return found


def test_pages_ask_for_a_login_and_a_viewer_may_read(pages, address, stores):
    asked = ["", address, f"{address}/report", f"{address}/tables/results", f"{address}/tables/results/csv",
             f"{address}/charts/scores", f"{address}/models", f"{address}/costs", "compare", "static/pages.css",
             "static/plotly.min.js", f"{address}/charts/association?trait=YRI_3_1&population=small"]  # fmt: skip
    for one in asked:
        assert pages(one, None)[0] == 401, one
        assert pages(one, token=FORGED)[0] in (401, 403), one
        assert pages(one, "reader")[0] == 200, one
        assert pages(one, USER)[0] == 200, one
    report = (folder_of(stores / "rest", "studies/tiny/report") / "report.html").read_bytes()
    assert pages(f"{address}/report")[1] == report


def test_nothing_else_can_be_had_by_any_address(pages, address, stores):
    place, study = address.split("/")[1:]
    store = Store(str(stores / "rest"))
    keys = ["results", "cohorts/large", *(f"phenotypes/YRI_3_1/{one}" for one in ("phenotype", "scores", "split"))]
    versions = {key: folder_of(stores / "rest", f"studies/tiny/{key}").name for key in keys}
    tried = hostile_addresses(place, study, versions)
    assert len(tried) > 30
    for one in tried:
        for user in (USER, "reader", None):
            status, content = pages(one, user)
            assert 400 <= status < 500, (one, user, status)
            assert OUTSIDE.encode() not in content
            assert not content.startswith(b"PAR1")
    assert store.read(store.find("studies/tiny/phenotypes/YRI_3_1/phenotype")).manifest.sealed


def test_a_task_leads_to_its_artefact_and_a_run_to_its_results(airflow, by_rest, pages, address):
    path = f"/dags/transfer_study/dagRuns/{by_rest}/taskInstances"
    link = airflow._call("GET", f"{path}/branch.scores/links?map_index=0")["extra_links"]["Artefact"]
    status, _ = pages(link.removeprefix("/gtl/"))
    assert status in (302, 307)
    status, content = pages(f"runs/transfer_study/{by_rest}")
    assert status == 200
    assert f"{address}?version=" in content.decode()
    assert 'class="state failed"' not in content.decode()
    assert re.search(r"All \d+ tasks are done \(\d+:\d\d\)", content.decode())


def test_a_run_that_found_its_study_finished_says_so_and_leads_to_the_results(
    airflow, by_rest, pages, address, stores, tiny
):
    run_id = finished_run(airflow, tiny, stores / "rest")
    assert all_but_the_first_are_skipped(airflow, "transfer_study", run_id)
    status, content = pages(f"runs/transfer_study/{run_id}")
    assert status == 200
    assert f"{address}?version=" in content.decode()
    assert "Every stage was found finished" in content.decode()


def test_results_are_read_filtered_compared_and_downloaded_in_a_browser(
    airflow, home, by_rest, address, stores, tmp_path
):
    walked = Walked(
        airflow.url, by_rest, Store(str(stores / "rest")), "tiny", "Does knowledge of CEU help to predict YRI?", "YRI",
        "sim21_", {"split": "final", "metric": "accuracy", "method": "no_transfer"},
        {"YRI_3_1": "accuracy", "YRI_3_2": "accuracy"},
    )  # fmt: skip
    assert address.endswith("/tiny")  # which stands beside another to be compared with
    with logged_in(airflow.url, password(home / "airflow")) as page:
        walk(page, walked)
        take_a_network(page, walked, tmp_path)
    with logged_in(airflow.url, password(home / "airflow"), width=400) as page:
        read_results(page, walked)


def test_bad_input_fails_at_once_and_says_why(airflow, home, stores, tiny):
    impossible = tiny.model_copy(
        update={"phenotypes": tiny.phenotypes.model_copy(update={"risk_snps": (100_000,), "iterations": 1})}
    )
    run_id = started(airflow, impossible, stores / "rest")
    assert ended(airflow, "transfer_study", run_id) == "failed"
    (failed,) = [t for t in airflow.task_instances("transfer_study", run_id) if t["state"] == "failed"]
    assert failed["task_id"] == "trait.phenotype"
    assert failed["try_number"] == 1
    what, why, todo = _explanation(airflow, airflow.task_instances("transfer_study", run_id)).splitlines()
    assert what == "YRI_100000_1: phenotype failed"
    assert why.startswith("InputError: ")
    assert "100000" in why
    assert todo.startswith("next: ")
    assert log_of(failed, home / "airflow").is_file()


def test_only_this_machine_can_connect(airflow):
    assert addresses_listened_on() == {"127.0.0.1"}


@pytest.fixture(scope="module")
def token(airflow, home) -> str:
    login = {"username": USER, "password": password(home / "airflow")}
    return httpx.post(f"{airflow.url}/auth/token", json=login, timeout=60).json()["access_token"]


def triggered(api, conf, token="", dag_id="transfer_study", **headers) -> httpx.Response:
    body = json.dumps({"logical_date": None, "conf": conf})
    headers |= {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return httpx.post(f"{api.url}/api/v2/dags/{dag_id}/dagRuns", content=body, headers=headers, timeout=60)


@pytest.mark.parametrize(
    ("conf", "field", "said"),
    [
        ({"cohorts.large": 0}, "cohorts.large", "greater than or equal to 1 (got 0)"),
        ({"cohorts.large": "many"}, "cohorts.large", "expected a whole number, people, at least 1, got 'many'"),
        (
            {"transfer.methods": ["guess"]},
            "transfer.methods",
            "there is no method 'guess'; there are 'no_transfer', 'snp_transfer'",
        ),
        ({"seed": 2**63}, "seed", "less than 2147483648"),
        ({"panel.variants_large": 2**63}, "panel.variants_large", "is too large"),
        ({"panel.mutation_rate": float("nan")}, "panel.mutation_rate", "finite number"),
        ({"name": "a\n"}, "name", "is not a name of lower-case letters"),
        ({"name": ""}, "name", "is not a name of lower-case letters"),
        ({"training": {"epochs": 0}}, "training.epochs", "greater than or equal to 1"),
        ({"training": 3}, "", "training: "),
        ({"cohorts.larg": 3}, "", "unknown field 'cohorts.larg'; did you mean cohorts.large?"),
        ({"panel.vcf": "/etc/passwd"}, "panel.vcf", "is not below a folder whose files studies may name"),
        ({"preset": "fast"}, "preset", "choose one of paper, quick, reproduction, none"),
    ],
)
def test_what_a_task_would_refuse_is_answered_at_the_trigger(airflow, token, conf, field, said):
    answer = triggered(airflow, conf, token)
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert problem["field"] == field
    assert said in problem["message"] == answer.json()["detail"]
    if field:
        scheduled = triggered(airflow, conf, token, "study_tiny")
        assert scheduled.status_code == 422


def test_a_stranger_is_told_nothing_but_that_he_is_one(airflow):
    answers = [triggered(airflow, conf) for conf in ({"panel.vcf": "/etc/passwd"}, {"cohorts.larg": 3}, {})]
    answers.append(triggered(airflow, {"panel.vcf": "/etc/passwd"}, "no.real.token"))
    assert [answer.status_code for answer in answers] == [401, 401, 401, 403]
    assert len({answer.text for answer in answers[:3]}) == 1
    for address in ("new", "new/files?begin=/", "new/preview"):
        assert httpx.get(f"{airflow.url}/gtl/{address}", timeout=60).status_code in (401, 405)


def test_a_request_that_has_no_end_is_not_read(airflow, token):
    answer = triggered(airflow, {"name": "a" * 2**21}, token)
    assert answer.status_code == 413


def test_a_run_keeps_what_was_given_and_is_called_after_its_study(airflow, token, stores):
    conf = {"preset": "paper", "seed": None, "store": str(stores / "given"), "training": {"epochs": 3}}
    answer = triggered(airflow, conf, token)
    assert answer.status_code == 200
    run = answer.json()
    airflow.fail_run("transfer_study", run["dag_run_id"])
    assert run["dag_run_id"].startswith("paper__20")
    assert run["conf"] == {"preset": "paper", "store": conf["store"], "training": {"epochs": 3}, "name": "paper"}


@pytest.fixture
def browser_page(airflow, home):
    """Chromium, logged in."""
    with logged_in(airflow.url, password(home / "airflow")) as page:
        yield page


def new_run(api, before):
    until(lambda: len(api.runs("transfer_study")) > len(before), MINUTES)
    (run,) = [run for run in api.runs("transfer_study") if run["dag_run_id"] not in before]
    api.fail_run("transfer_study", run["dag_run_id"])
    return run


def run_ids(api) -> set[str]:
    return {run["dag_run_id"] for run in api.runs("transfer_study")}


def test_the_trigger_form_starts_a_run_with_the_same_settings(airflow, browser_page, stores):
    """A person opens the form in a browser, is told of a bad name, and presses Trigger again."""
    before, page = run_ids(airflow), browser_page
    page.goto(f"{airflow.url}/dags/transfer_study")
    page.get_by_role("button", name="Trigger").first.click()
    form = page.locator("[role=dialog][data-state=open]")
    form.locator("[name='element_store']").fill(str(stores / "form"))  # the first section is unfolded
    form.locator("[name='element_name']").fill("From the form")
    form.get_by_role("button", name="With nothing: the simulation", exact=True).click()
    form.locator("[name='element_phenotypes.risk_snps']").fill("5, 10")
    form.get_by_role("button", name="Trigger", exact=True).click()
    form.get_by_text("name: 'From the form' is not a name of lower-case letters").wait_for()
    assert run_ids(airflow) == before
    form.get_by_role("button", name="Run Parameters", exact=True).click()  # one section is open at a time
    form.locator("[name='element_name']").fill("from-the-form")
    form.get_by_role("button", name="Trigger", exact=True).click()
    run = new_run(airflow, before)
    assert run["dag_run_id"].startswith("from-the-form__20")
    assert run["conf"] == {"store": str(stores / "form"), "name": "from-the-form", "phenotypes.risk_snps": "5, 10"}
    wanted = [f"store={stores / 'form'}", "name=from-the-form", "phenotypes.risk_snps=[5, 10]"]
    assert study_of_answers({"preset": None, **run["conf"]}) == with_overrides(preset("quick"), wanted)


def test_the_page_of_a_new_study_starts_a_run(airflow, browser_page, stores, tmp_path):
    before, page = run_ids(airflow), browser_page
    page.goto(f"{airflow.url}/gtl/new")
    page.locator("#as-yaml").filter(has_text="preset: quick").wait_for()
    assert page.get_by_label("Risk SNPs", exact=True).get_attribute("placeholder") == "5"
    page.get_by_label("Preset").select_option("paper")
    assert page.get_by_label("Risk SNPs", exact=True).get_attribute("placeholder") == "5, 10"
    page.get_by_label("Study name").fill("Bad Name")
    page.get_by_label("Risk SNPs", exact=True).fill("3, x")
    page.get_by_text("Neural networks", exact=True).click()
    page.get_by_label("Epochs", exact=True).fill("0")
    page.get_by_role("button", name="Start the study").click()
    page.get_by_text("expected numbers with commas between them, SNPs, at least 1, got '3, x'").wait_for()
    page.locator("[id='wrong-training.epochs']").filter(has_text="greater than or equal to 1").wait_for()
    assert page.get_by_label("Study name").get_attribute("aria-invalid") == "true"
    page.get_by_label("Risk SNPs", exact=True).fill("3, 4")
    assert run_ids(airflow) == before
    page.get_by_label("Study name").fill("from-the-page")
    page.get_by_label("Epochs", exact=True).fill("3")
    page.get_by_label("Deep transfer", exact=True).uncheck()
    page.get_by_label("Where results go").fill(str(stores / "page"))
    page.locator("#as-yaml").filter(has_text=str(stores / "page")).filter(has_text="risk_snps").wait_for()
    shown, as_yaml = json.loads(page.locator("#as-conf").inner_text()), page.locator("#as-yaml").inner_text()
    page.get_by_role("button", name="Start the study").click()
    link = page.get_by_role("link", name="Follow from-the-page__20")
    link.wait_for()
    run = new_run(airflow, before)
    assert run["conf"] == shown
    (tmp_path / "study.yaml").write_text(as_yaml)
    study = load_study(tmp_path / "study.yaml")
    assert study == study_of_answers(run["conf"])
    assert (study.training.epochs, study.phenotypes.risk_snps, study.seed) == (3, (3, 4), preset("paper").seed)
    assert study.transfer.methods == ("no_transfer", "snp_transfer", "snp_transfer_large")
    link.click()
    page.wait_for_url(f"**/gtl/runs/transfer_study/{quote(run['dag_run_id'])}")
    check_that_fields_of_files_complete(airflow, page, stores)


def check_that_fields_of_files_complete(airflow, page, stores):
    (stores / "people").mkdir()
    (stores / "people" / "ceu.bed").touch()
    (stores / "people" / ".key").touch()
    page.goto(f"{airflow.url}/gtl/new")
    page.get_by_text("Summary statistics or a score, and files of the small population").click()
    page.get_by_role("combobox", name="GWAS statistics").fill(f"{stores}/people/")
    page.locator(f"#names option[value='{stores}/people/ceu.bed']").wait_for(state="attached")
    assert page.locator("#names option").count() == 1
    page.get_by_label("Population", exact=True).fill("EUR")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("statistics need people to take linkage disequilibrium from").first.wait_for()
    page.set_viewport_size({"width": 400, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.set_viewport_size({"width": 1280, "height": 1000})
