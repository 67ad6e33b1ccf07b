"""A table of a study: a page at a time for eyes, whole as CSV or Parquet."""

import io
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from gtl.browse.finished import FinishedStudy
from gtl.browse.paging import filtered, page_of
from gtl.browse.tables import StudyTable, study_tables
from operators.pages.access import not_found
from operators.pages.opening import Finished, NamedStudy
from operators.pages.rendering import HEADERS, page

router = APIRouter()

SIZES = (25, 50, 100, 500)

_EXAMPLES = {"p_value": "p_value<1e-5", "value": "value>0.6", "gain": "gain>0", "cpu_seconds": "cpu_seconds>10"}
"""Column → a filter that somebody could want of a table that has it."""

_NAME = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_.-]+)?$"

TableName = Annotated[str, Path(pattern=_NAME, max_length=200)]
Where = Annotated[str, Query(max_length=300)]


@router.get("/studies/{store}/{study}/tables/{table}")
def table_page(
    request: Request,
    which: NamedStudy,
    study: Finished,
    table: TableName,
    where: Where = "",
    sort: Annotated[str, Query(max_length=100)] = "",
    down: bool = False,
    number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=SIZES[-1])] = 50,
) -> HTMLResponse:
    """A page of a table; filtered, sorted and cut here, so that a browser is sent what it shows."""
    chosen = _table(study, table)
    shown = page_of(chosen.read(), where, sort, number, size, descending=down)
    return page(
        request,
        "table.html",
        study=study,
        here=f"{which.place.id}/{which.name}",
        table=chosen,
        shown=shown,
        where=where,
        sort=sort,
        down=down,
        size=size,
        sizes=SIZES,
        version=request.query_params.get("version", ""),
        columns=list(map(str, shown.rows.columns)),
        texts={str(name) for name in shown.rows.select_dtypes(["object", "str", "category"]).columns},
        example=next((text for name, text in _EXAMPLES.items() if name in shown.rows.columns), "column=value"),
        rows=list(shown.rows.itertuples(index=False, name=None)),
    )


@router.get("/studies/{store}/{study}/tables/{table}/csv")
def as_csv(study: Finished, table: TableName, where: Where = "") -> Response:
    """All rows that the filter leaves, as CSV."""
    found = filtered(_table(study, table).read(), where)
    return _file(found.to_csv(index=False).encode(), f"{study.name}-{table}.csv", "text/csv; charset=utf-8")


@router.get("/studies/{store}/{study}/tables/{table}/parquet")
def as_parquet(study: Finished, table: TableName, where: Where = "") -> Response:
    """All rows that the filter leaves, as Parquet."""
    found, content = filtered(_table(study, table).read(), where), io.BytesIO()
    found.to_parquet(content, index=False, compression="zstd")
    return _file(content.getvalue(), f"{study.name}-{table}.parquet", "application/vnd.apache.parquet")


def _table(study: FinishedStudy, name: str) -> StudyTable:
    found = study_tables(study).get(name)
    if found is None:
        raise not_found(f"Study {study.name} has no table {name}.")
    return found


def _file(content: bytes, name: str, media_type: str) -> Response:
    return Response(
        content, headers=HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}, media_type=media_type
    )
