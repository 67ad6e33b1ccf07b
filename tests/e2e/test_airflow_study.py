"""The study as an Airflow DAG: form, REST API and schedule alike, with the bytes that the command line gives."""

import http.client
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import yaml

from gtl.config import StudyConfig, flatten
from gtl.methods.registry import METHODS
from gtl.store import Store
from gtl.study_run import run_study
from operators.airflow_api import AirflowApi
from operators.local_airflow import ROOT, USER, local_airflow, password
from tests.e2e.conftest import manifests
from tests.e2e.hostile import OUTSIDE, hostile_addresses
from tests.e2e.walk import FLAGS, walk
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
def by_rest(airflow, stores, tiny) -> str:
    return finished_run(airflow, tiny, stores / "rest")


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


def log_in(page, airflow, home) -> None:
    page.goto(airflow.url)
    page.fill("[name=username]", USER)
    page.fill("[name=password]", password(home / "airflow"))
    page.click("[type=submit]")
    page.wait_for_selector("text=Dags")


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


@pytest.fixture(scope="module")
def pages(airflow, home, by_rest):
    """Asks for pages as a user, or as nobody, with addresses as they are: ``pages(address, user)``."""
    folder, place = home / "airflow", urlsplit(airflow.url)
    users = {USER: password(folder), "reader": password(folder, "reader")}
    tokens = {name: AirflowApi(airflow.url, name, secret)._new_token() for name, secret in users.items()}

    def ask(address: str, user: str | None = "reader", token: str | None = None) -> tuple[int, bytes]:
        known = token or tokens.get(user or "")
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        connection.request("GET", f"/gtl/{address}", headers={"Cookie": f"_token={known}"} if known else {})
        answer = connection.getresponse()
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


def test_results_are_read_filtered_compared_and_downloaded_in_a_browser(airflow, home, by_rest, address, stores):
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for width in (1280, 400):
            page = browser.new_page(viewport={"width": width, "height": 900})
            errors: list[str] = []
            page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            log_in(page, airflow, home)
            walk(page, airflow.url, by_rest, folder_of(stores / "rest", "studies/tiny/results"))
            assert errors == []
        browser.close()


def test_bad_input_fails_at_once_and_says_why(airflow, stores, tiny):
    impossible = tiny.model_copy(
        update={"phenotypes": tiny.phenotypes.model_copy(update={"risk_snps": (100_000,), "iterations": 1})}
    )
    run_id = started(airflow, impossible, stores / "rest")
    assert ended(airflow, "transfer_study", run_id) == "failed"
    (failed,) = [t for t in airflow.task_instances("transfer_study", run_id) if t["state"] == "failed"]
    assert failed["task_id"] == "trait.phenotype"
    assert failed["try_number"] == 1
    assert "InputError" in airflow.log_tail(failed, 30)
    assert "100000" in airflow.log_tail(failed, 30)


def test_only_this_machine_can_connect(airflow):
    assert addresses_listened_on() == {"127.0.0.1"}


def test_a_bad_parameter_is_refused_by_the_api(airflow, tiny):
    from gtl.errors import ToolError

    with pytest.raises(ToolError, match=r"400.*minimum of 1"):
        airflow.trigger("transfer_study", flatten(tiny) | {"cohorts.large": 0})


def test_the_trigger_form_starts_a_run_with_the_same_settings(airflow, home, stores):
    """A person opens the form in a browser, changes a number and presses Trigger."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    before = {run["dag_run_id"] for run in airflow.runs("transfer_study")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        log_in(page, airflow, home)
        page.goto(f"{airflow.url}/dags/transfer_study")
        page.get_by_role("button", name="Trigger").first.click()
        form = page.locator("[role=dialog][data-state=open]")
        form.get_by_role("button", name="Study", exact=True).click()  # sections are folded
        form.locator("[name='element_store']").fill(str(stores / "form"))
        form.locator("[name='element_name']").fill("from-the-form")
        form.get_by_role("button", name="Trigger", exact=True).click()
        until(lambda: len(airflow.runs("transfer_study")) > len(before), MINUTES)
        browser.close()
    (run,) = [run for run in airflow.runs("transfer_study") if run["dag_run_id"] not in before]
    from gtl.config import preset

    wanted = preset("quick").model_copy(update={"store": str(stores / "form"), "name": "from-the-form"})
    assert {**flatten(preset("quick")), **run["conf"]} == flatten(wanted)
    airflow.fail_run("transfer_study", run["dag_run_id"])
