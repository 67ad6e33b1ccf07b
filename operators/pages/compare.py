"""Two or more studies side by side."""

import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from gtl.browse import comparison
from gtl.browse.catalog import headline_of
from gtl.browse.finished import FinishedStudy
from operators.pages.access import User, not_found
from operators.pages.opening import Named, found_results, named, opened
from operators.pages.rendering import HEADERS, page
from operators.pages.studies import listed

router = APIRouter()

Chosen = Annotated[
    list[Annotated[str, Query(pattern=r"^[0-9a-f]{10}/[a-z0-9][a-z0-9_-]{0,63}$")]], Query(max_length=comparison.MOST)
]


@router.get("/compare")
def compare_page(request: Request, user: User, study: Chosen = []) -> HTMLResponse:  # noqa: B006 - FastAPI copies it
    """The studies that are named, side by side, and a form to choose others."""
    chosen = list(dict.fromkeys(study))
    columns = comparison.compared([_finished(user, one) for one in chosen]) if len(chosen) > 1 else []
    rows = [row for row in listed(user)[0] if row.entry.results is not None]
    return page(
        request,
        "compare.html",
        chosen=chosen,
        query=urlencode([("study", one) for one in chosen]),
        columns=columns,
        choices=rows,
        most=comparison.MOST,
        headlines=[headline_of(column.study) for column in columns],
        places=comparison.places_of(columns),
        gains=comparison.gains(columns),
        differences=comparison.settings_that_differ(columns),
        scores=comparison.shared_scores(columns),
    )


@router.get("/charts/compare")
def compare_charts(user: User, study: Chosen) -> Response:
    """Gains of the studies' methods over all traits, side by side."""
    columns = comparison.compared([_finished(user, one) for one in dict.fromkeys(study)])
    content = json.dumps(comparison.gain_charts(columns), allow_nan=False)
    return Response(content, headers=HEADERS, media_type="application/json")


def _finished(user: User, address: str) -> FinishedStudy:
    store, _, name = address.partition("/")
    which: Named = named(user, store, name)
    found = found_results(which)
    if found is None:
        raise not_found(f"Study {name} has no results to compare.")
    return opened(which, found)
