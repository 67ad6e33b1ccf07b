"""The application that serves the pages; mounted by :mod:`operators.plugin`, and asked for nothing without a login."""

from importlib import import_module
from threading import Timer

from fastapi import Depends, FastAPI

from operators.pages import assets, charts, compare, downloads, new_study, run_page, studies, study_page, tables
from operators.pages.access import logged_in
from operators.pages.rendering import read_templates, say_what_is_wrong

_MODULES = (assets, studies, new_study, study_page, tables, charts, downloads, compare, run_page)

ROUTERS = tuple(module.router for module in _MODULES)
"""A router a kind of page, in the order in which addresses are compared."""

_QUIET_SECONDS = 30.0
"""After which pages are made ready: until then Airflow itself starts, and so may the first tasks of a study."""

_HEAVY = (
    "gtl.steps.evidence",
    "gtl.steps.people_results",
    "gtl.steps.study_times",
    "gtl.report.evidence",
    "gtl.plots.qq",
    "gtl.browse.charts.genome",
    "gtl.browse.charts.scores",
    "gtl.browse.models",
)


def create_app() -> FastAPI:
    """The application. Every route asks for a login, and none of FastAPI's own pages is there."""
    app = FastAPI(
        title="GTL studies", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(logged_in)]
    )
    for router in ROUTERS:
        app.include_router(router)
    say_what_is_wrong(app)
    return app


def make_ready_later() -> None:
    """Load templates and the libraries that pages need, which takes seconds, before somebody waits for a page."""
    ready = Timer(_QUIET_SECONDS, _make_ready)
    ready.daemon = True
    ready.start()


def _make_ready() -> None:
    read_templates()
    for module in _HEAVY:
        import_module(module)
