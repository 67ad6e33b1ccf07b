"""From a task's page to what it has made: a button of Airflow's."""

from typing import Any
from urllib.parse import quote, urlsplit

from airflow.sdk import BaseOperatorLink

from operators.pages.address import PREFIX


class ArtifactLink(BaseOperatorLink):
    """The page of the artefact that a task of a study has made."""

    name = "Artefact"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Where the page lies; the task's number among its instances is in it."""
        from airflow.sdk.configuration import conf

        base = urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/")
        run = "/".join(quote(part, safe=":+") for part in (ti_key.dag_id, ti_key.run_id))
        return f"{base}{PREFIX}/runs/{run}/tasks/{ti_key.task_id}/{ti_key.map_index}"


LINKS: tuple[BaseOperatorLink, ...] = (ArtifactLink(),)
"""Of every operator whose tasks make artefacts."""
