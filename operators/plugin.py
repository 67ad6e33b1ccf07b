"""The plugin that adds the pages of :mod:`operators.pages` to Airflow: *Studies* in its menu, *Results* on a run.

Every component of Airflow loads plugins, each task's process, too; only the API server asks for the application, which
is made then.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

from operators.pages.address import PREFIX
from operators.trigger_middleware import TriggerCheck


@cache
def _apps() -> list[dict[str, Any]]:
    from operators.pages.app import create_app, make_ready_later

    make_ready_later()
    return [{"app": create_app(), "url_prefix": PREFIX, "name": "GTL studies"}]


class _WhenAsked:
    """The list of applications, made when it is first read, of the class or of an instance."""

    def __get__(self, instance: object, owner: type) -> list[dict[str, Any]]:
        return _apps()


def _base() -> str:
    """Path that this Airflow lies below, as its users see it."""
    return urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")


class GtlPlugin(AirflowPlugin):
    """Pages of studies; each needs Airflow's own login. Triggers of studies are checked before there is a run."""

    name = "gtl"
    fastapi_apps = _WhenAsked()
    fastapi_root_middlewares: list[Any] = [{"name": "GTL triggers", "middleware": TriggerCheck}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012 - so declared by Airflow
        {"name": "Studies", "href": f"{_base()}{PREFIX}/", "destination": "nav", "url_route": "gtl-studies"},
        {
            "name": "Results",
            "href": f"{_base()}{PREFIX}/runs/{{DAG_ID}}/{{RUN_ID}}",
            "destination": "dag_run",
            "url_route": "gtl-results",
        },
    ]


_OFFERED = [GtlPlugin]


def __getattr__(name: str) -> type[GtlPlugin] | None:
    """``offered``: the plugin, once in a process.

    An editable install whose folder is on PYTHONPATH, too, is two distributions to Python; Airflow would call the
    second plugin of the same name an error, where it passes over what is none.
    """
    if name == "offered":
        return _OFFERED.pop() if _OFFERED else None
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
