"""The list of all studies in the stores that may be looked into."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from gtl.browse.catalog import StudyEntry, study_entries, study_names
from gtl.errors import GtlError
from operators.pages.access import TRANSFER_STUDY, User, may_read, may_trigger, readable
from operators.pages.places import Place, hidden, places
from operators.pages.rendering import page
from operators.pages.runs import StudyRun, recent_runs, study_dags

router = APIRouter()

STATES = ("finished", "running", "failed", "begun")
PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A row of the list.

    Attributes
    ----------
    run
        The newest run of Airflow that makes it, if one is known.
    state
        One of :data:`STATES`.
    """

    place: Place
    entry: StudyEntry
    run: StudyRun | None
    state: str

    @property
    def address(self) -> str:
        """Of its page, below the first one: a study without results is seen by its run, where one is known."""
        if self.run is not None and self.state in ("running", "failed"):
            return f"runs/{self.run.dag_id}/{self.run.run_id}"
        return f"studies/{self.place.id}/{self.entry.name}"

    def says(self, text: str) -> bool:
        """Whether the name, the verdict or the populations have this text."""
        headline = self.entry.headline
        said = [self.entry.name, *([headline.words, headline.populations, headline.kind] if headline else [])]
        return text.casefold() in " ".join(said).casefold()


@router.get("/")
def all_studies(
    request: Request,
    user: User,
    q: Annotated[str, Query(max_length=100)] = "",
    state: Annotated[str, Query(pattern=f"^({'|'.join(STATES)})?$")] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Every study with its state, date and verdict, those that run first, then the newest."""
    found, problems = listed(user)
    chosen = [row for row in found if row.says(q.strip()) and state in ("", row.state)]
    return page(
        request, "studies.html",
        rows=chosen[(number - 1) * PAGE : number * PAGE], total=len(chosen), all=len(found), problems=problems,
        q=q, state=state, states=STATES, number=number, last=max(1, -(-len(chosen) // PAGE)),
        may_start=may_trigger(user, TRANSFER_STUDY),
    )  # fmt: skip


def listed(user: User) -> tuple[list[Listed], list[str]]:
    """The studies that the user may see, and what is wrong with stores that cannot be read."""
    runs, dag_ids = recent_runs(), study_dags()
    found: list[Listed] = []
    problems: list[str] = []
    for place in places(run.store for run in runs).values():
        own = [run for run in runs if run.store == place.uri]
        try:
            found += _of_place(user, place, own, dag_ids)
        except (GtlError, OSError) as error:
            problems.append(f"{place.uri}: {error}")
    allowed = {dag_id for dag_id in {run.dag_id for run in runs} if may_read(user, dag_id)}
    problems += [_why_hidden(uri) for uri in hidden([run.store for run in runs if run.dag_id in allowed])]
    return sorted(found, key=_order), problems


def _why_hidden(uri: str) -> str:
    if "://" in uri:
        return (
            f"Studies in {uri} are not shown: stores of this kind are named s3://connection@bucket/prefix, with a "
            "connection that Airflow has (Admin, Connections)."
        )
    return (
        f"Studies in {uri} are not shown: it lies below no folder of [gtl] allowed_roots. Start with make ui "
        f"STORE={uri}, or add the folder to AIRFLOW__GTL__ALLOWED_ROOTS."
    )


def _of_place(user: User, place: Place, runs: Sequence[StudyRun], dag_ids: set[str]) -> list[Listed]:
    newest = {run.study: run for run in reversed(runs)}
    names = sorted({*study_names(place.store), *newest})
    entries = study_entries(place.store, sorted(readable(user, names, dag_ids)))
    return [Listed(place, entry, newest.get(entry.name), _state(entry, newest.get(entry.name))) for entry in entries]


def _state(entry: StudyEntry, run: StudyRun | None) -> str:
    if run is not None and run.is_under_way:
        return "running"
    if run is not None and run.state == "failed":
        return "failed"
    return "finished" if entry.results is not None else "begun"


def _order(row: Listed) -> tuple[bool, float, str]:
    made = row.entry.made or (row.run.began if row.run else None)
    return row.state != "running", -(made.timestamp() if made else 0.0), row.entry.name
