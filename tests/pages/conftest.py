"""A store with two studies, and the pages of it without a server: what Airflow's database would say is given."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest

from gtl.config import preset
from gtl.evaluate.outcomes import OVERALL
from gtl.report.tables import paper_tables
from gtl.schema import RESULTS, VERDICT
from gtl.stage_settings import report as report_settings
from gtl.steps.evidence import EVIDENCE
from gtl.store import Store
from operators.pages import access, compare, opening, studies
from operators.pages.app import create_app
from operators.pages.places import Place
from tests.unit.report.conftest import config, results

__all__ = ["config", "paper_tables", "results"]

VERDICTS = [
    {"phenotype": name, "method": "deep_transfer", "metric": "accuracy", "phenotypes": count, "repeats": 1,
     "people": 50, "gain": 0.1, "ci_low": 0.04, "ci_high": 0.16, "level": 0.95, "verdict": "helps", "screening_q": 0.01,
     "evidence": "Mean gain in accuracy: <b>+10.0</b> points."}
    for name, count in (("YRI_5_1", 1), (OVERALL, 8))
]  # fmt: skip


@pytest.fixture
def store(tmp_path, results, monkeypatch):
    """A store with the studies ``paper`` and ``other``, which is the one that Airflow's settings name."""
    import pandas as pd

    place = Store(str(tmp_path / "results"))
    for name in ("paper", "other"):

        def write(out, name=name):
            out.write_table("results.parquet", results.assign(study=name), RESULTS)
            for evidence, schema in EVIDENCE.items():
                rows = pd.DataFrame(VERDICTS) if schema is VERDICT else schema.empty_table().to_pandas()
                out.write_table(f"{evidence}.parquet", rows, schema)
            out.write_text("people_audit.parquet", "sample,id")
            out.write_json("not_run.json", [])

        made = place.run(f"studies/{name}/results", write, params={})
        settings = report_settings(preset("paper").model_copy(update={"name": name}))
        place.run(
            f"studies/{name}/report",
            lambda out: out.write_text("report.html", "<h1>Report</h1>"),
            params=settings,
            inputs={"results": made},
        )
    monkeypatch.setenv("AIRFLOW__GTL__STORE", str(tmp_path / "results"))
    return place


@pytest.fixture
def place(store, tmp_path) -> Place:
    return Place(str(tmp_path / "results"))


@pytest.fixture
def app(monkeypatch):
    """The application for a user who may read every DAG; Airflow knows no run."""
    for module in (opening, studies):
        monkeypatch.setattr(module, "recent_runs", list)
        monkeypatch.setattr(module, "study_dags", lambda: {"transfer_study"})
    for module in (access, studies):
        monkeypatch.setattr(module, "may_read", lambda user, dag_id: True)
    monkeypatch.setattr(studies, "may_trigger", lambda user, dag_id: False)
    made = create_app()
    made.dependency_overrides[access.logged_in] = lambda: SimpleNamespace(username="reader")
    assert compare.router.routes
    return made


@pytest.fixture
def get(app, store):
    """Asks for an address below the pages' prefix."""

    def ask(address: str, **headers: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app, root_path="/base/gtl")
            async with httpx.AsyncClient(transport=transport, base_url="http://airflow") as client:
                return await client.get(f"/base/gtl/{address}", headers={"accept": "text/html", **headers})

        return asyncio.run(asked())

    return ask
