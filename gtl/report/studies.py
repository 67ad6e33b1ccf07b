"""The page of results: the ladder and the reproduction of the paper, every figure computed from their tables."""

import math
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from matplotlib.figure import Figure

from gtl.evaluate.paper import FINAL, TABLES
from gtl.methods.registry import BASELINE, ORACLE, method_order, method_title
from gtl.plots.ladder import accuracy_by_variance, gain_by_variance
from gtl.plots.rendering import render
from gtl.plots.reproduction import accuracies_beside_the_paper, mean_gain_beside_the_paper
from gtl.plots.style import DPI
from gtl.report import ladder
from gtl.report.ladder import LadderViews, ladder_views
from gtl.report.reproduction import ReproductionViews, reproduction_views

DRAWN = ("snp_transfer", "deep_transfer", "linear_transfer", "polygenic_score", "bayesian_score", ORACLE)
"""Methods of the ladder that are drawn, if they ran; the tables have all of them."""

PEOPLE = 100
"""Small population of the cells that are drawn."""


def results_page(sweep: Mapping[str, pd.DataFrame], study: pd.DataFrame) -> tuple[str, dict[str, bytes]]:
    """The page as Markdown, and its figures.

    Parameters
    ----------
    sweep
        Tables of the ladder (:data:`gtl.steps.sweep.TABLES`).
    study
        Table RESULTS of the reproduction.

    Returns
    -------
    Markdown text, and file name → PNG; both the same for the same tables.
    """
    views, reproduction = ladder_views(sweep), reproduction_views(study)
    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - Markdown
    environment.filters |= {"points": _points, "percent": _percent, "number": _number}
    text = environment.from_string(_template()).render(
        ladder=views,
        goals=ladder,
        grids=list(_grids(views)),
        reproduction=reproduction,
        baseline=method_title(BASELINE),
        tables=TABLES,
        method_title=method_title,
        sweep=_facts(sweep["results"]),
        study=_facts(study[study["split"] == "final"]),
    )
    return text, _figures(views, reproduction)


def _facts(results: pd.DataFrame) -> dict[str, Any]:
    """What a study or sweep says of itself."""
    return {
        "studies": results["study"].nunique(),
        "phenotypes": " or ".join(map(str, sorted(results.groupby("study")["phenotype"].nunique().unique()))),
        "people": results["n"].max(),
        "seeds": ", ".join(map(str, sorted(results["seed"].unique()))),
    }


def _grids(views: LadderViews) -> Iterator[dict[str, Any]]:
    """Tables of one row a method and one column a cell."""
    rows = views.methods
    for correlation in sorted(rows["correlation"].unique(), reverse=True):
        own = _at(rows, correlation=correlation, small=PEOPLE).sort_values("variance")
        title = f"Effect correlation {correlation:g}, small population {PEOPLE}; columns are SNP variance"
        yield {"title": title, **_grid(own, [f"{variance:g}" for variance in own["variance"]])}
    own = _at(rows, variance=ladder.GOAL_VARIANCE).sort_values(["correlation", "small"], ascending=[False, True])
    title = f"SNP variance {ladder.GOAL_VARIANCE:g}; columns are effect correlation and people of the small population"
    columns = [f"{r:g}, {n:g}" for r, n in zip(own["correlation"], own["small"], strict=True)]
    yield {"title": title, **_grid(own, columns)}


def _grid(rows: pd.DataFrame, columns: Sequence[str]) -> dict[str, Any]:
    """Names of the columns, and each method's title with its rows in their order; ``columns`` says each row's."""
    methods = sorted(rows["method"].unique(), key=method_order)
    own = {method_title(method): rows[rows["method"] == method].to_dict("records") for method in methods}
    return {"columns": list(dict.fromkeys(columns)), "rows": own}


def _at(rows: pd.DataFrame, **values: float) -> pd.DataFrame:
    for name, value in values.items():
        rows = rows[rows[name] == value]
    return rows


def _figures(views: LadderViews, reproduction: ReproductionViews) -> dict[str, bytes]:
    rows = _at(views.methods, small=PEOPLE)
    drawn, beside = rows[rows["method"].isin(DRAWN)], rows[rows["method"].isin({BASELINE, *DRAWN})]
    figures = {
        "ladder_gain.png": _ladder_figure(drawn, gain_by_variance),
        "ladder_accuracy.png": _ladder_figure(beside, accuracy_by_variance),
        "reproduction.png": _reproduction_figure(reproduction),
    }
    return {name: render(figure).png for name, figure in figures.items()}


def _ladder_figure(drawn: pd.DataFrame, draw: Any) -> Figure:
    """One panel for each correlation of effects, on the same axes."""
    correlations = sorted(drawn["correlation"].unique(), reverse=True)
    figure = Figure(figsize=(10, 4.4), dpi=DPI, layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(correlations), sharey=True, squeeze=False)[0]
    for ax, correlation in zip(panels, correlations, strict=True):
        draw(_at(drawn, correlation=correlation), ax, title=f"Effect correlation {correlation:g}")
    for ax in panels[1:]:
        ax.set_ylabel("")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=9, frameon=False
    )
    return figure


def _reproduction_figure(views: ReproductionViews) -> Figure:
    figure = Figure(figsize=(10, 4.2), dpi=DPI, layout="constrained", facecolor="white")
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    ours = {method_title(method): views.final[method].to_numpy() for method in FINAL}
    papers = {method_title(method): FINAL[method] for method in FINAL}
    accuracies_beside_the_paper(ours, papers, left, title="Final accuracy of each phenotype")
    claim = views.claims[1]
    central = claim.place.low, claim.place.high
    mean_gain_beside_the_paper(views.gains, claim.place.paper, central, right, title="Mean gain of deep transfer")
    return figure


def _template() -> str:
    return resources.files("gtl.report").joinpath("studies.md").read_text()


def _points(share: float) -> str:
    """A difference of shares in points, signed.

    >>> _points(-0.012)
    '−1.2'
    """
    return "–" if math.isnan(share) else f"{100 * share:+.1f}".replace("-", "−")


def _percent(share: float) -> str:
    return _number(100 * share)


def _number(value: float, digits: int = 1) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}".replace("-", "−")
