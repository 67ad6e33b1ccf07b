"""Data of the interactive charts, as JSON; each chart has a table beside it that says the same."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from gtl.browse.charts import Chart
from gtl.browse.finished import FinishedStudy
from operators.pages.access import not_found
from operators.pages.opening import Finished
from operators.pages.rendering import HEADERS

router = APIRouter()

Population = Annotated[str, Query(pattern=r"^[A-Za-z0-9_.-]{0,64}$")]
Trait = Annotated[str, Query(pattern=r"^[A-Za-z0-9_.-]{1,200}$")]
Which = Annotated[str, Query(pattern=r"^(large|small)$")]


@router.get("/studies/{store}/{study}/charts/association")
def association_charts(
    study: Finished, trait: Trait, population: Which, low: float = -math.inf, high: float = math.inf
) -> Response:
    """The Manhattan plot of a trait in one population, within a window of its x axis; of the whole also the QQ plot."""
    from gtl.browse.charts.genome import Window, manhattan_chart, qq_chart
    from gtl.browse.tables import association

    table, whole = association(study, trait, population), math.isinf(low) and math.isinf(high)
    found: dict[str, Chart] = {"manhattan": manhattan_chart(table, Window(low, high))}
    return _json(found | ({"qq": qq_chart(table)} if whole else {}))


@router.get("/studies/{store}/{study}/charts/{name}")
def chart(study: Finished, name: str, population: Population = "") -> Response:
    """A chart by its name: scores, gains, luck, calibration, funnel or gantt."""
    made = _CHARTS.get(name)
    if made is None or (population and population not in study.populations):
        raise not_found()
    return _json(made(study, population or study.populations[0]))


def _of(table: Any, population: str) -> Any:
    from gtl.steps.tables_by_population import of_population

    return of_population(table, population)


def _scores(study: FinishedStudy, population: str) -> dict[str, Chart]:
    from gtl.browse.charts.scores import score_charts

    return dict(score_charts(_of(study.scores, population), study.config)) if study.config else {}


def _gains(study: FinishedStudy, population: str) -> dict[str, Chart]:
    from gtl.browse.charts.scores import gain_charts

    return dict(gain_charts(_of(study.tables["verdict"], population), study.config)) if study.config else {}


def _luck(study: FinishedStudy, population: str) -> dict[str, Chart | None]:
    from gtl.browse.charts.scores import luck_chart

    return {"": luck_chart(_of(study.tables["selection"], population), study.config)} if study.config else {}


def _calibration(study: FinishedStudy, population: str) -> dict[str, Chart | None]:
    from gtl.browse.charts.scores import calibration_chart

    return {"": calibration_chart(_of(study.tables["calibration"], population))}


def _funnel(study: FinishedStudy, population: str) -> dict[str, Chart | None]:
    from gtl.browse.charts.course import funnel_chart
    from gtl.browse.tables import funnel

    return {"": funnel_chart(_of(funnel(study), population))} if "funnel.parquet" in study.results.files else {}


def _gantt(study: FinishedStudy, _population: str) -> dict[str, Chart | None]:
    from gtl.browse.charts.course import gantt_chart

    return {"": gantt_chart(study.times)}


_CHARTS: Mapping[str, Callable[[FinishedStudy, str], Mapping[str, Chart | None]]] = {
    "scores": _scores, "gains": _gains, "luck": _luck, "calibration": _calibration, "funnel": _funnel, "gantt": _gantt,
}  # fmt: skip


def _json(value: Mapping[str, Any]) -> Response:
    """Charts that are there, by title."""
    found = {title: one for title, one in value.items() if one is not None}
    return Response(
        json.dumps(found, allow_nan=False, separators=(",", ":")), headers=HEADERS, media_type="application/json"
    )
