"""Charts of how a study went: where variants were lost, and when each stage ran."""

import math
from typing import TYPE_CHECKING

from gtl.browse.charts import Chart, colour, figures
from gtl.domain.trait import trait_order

if TYPE_CHECKING:
    import pandas as pd

_SHARED = "all traits"
_PARTS = {
    "association_large": "association",
    "association_small": "association",
    "plots": "plots",
    "networks": "networks",
    "scores": "final score",
    "phenotype": "values and roles",
    "split": "values and roles",
    "subsets_large": "values and roles",
    "subsets_small": "values and roles",
}


def funnel_chart(funnel: "pd.DataFrame") -> Chart:
    """Variants that reached each step, a bar for each file.

    Parameters
    ----------
    funnel
        Table FUNNEL of one small population.
    """
    reached = funnel[funnel["reason"] == ""]
    data = [
        {
            "type": "bar",
            "name": str(source),
            "x": own["step"].tolist(),
            "y": own["variants"].tolist(),
            "marker": {"color": colour(number)},
            "hovertemplate": f"{source}: %{{y:,}} variants %{{x}}<extra></extra>",
        }
        for number, (source, own) in enumerate(reached.groupby("source", sort=False))
    ]
    layout = {
        "height": 360,
        "barmode": "group",
        "xaxis": {"type": "category"},
        "yaxis": {"title": {"text": "variants"}, "rangemode": "tozero", "tickformat": ",d"},
    }
    return {"data": data, "layout": layout}


def gantt_chart(times: "pd.DataFrame") -> Chart | None:
    """When each stage ran, a row a trait; None where no start was recorded.

    Parameters
    ----------
    times
        Table TIMES. Pauses of more than ten minutes, in which nothing ran, are left out.
    """
    from gtl.plots.gantt import without_pauses

    shown = times[times["start_seconds"].notna()].sort_values("start_seconds", kind="stable")
    if shown.empty:
        return None
    start = without_pauses(shown["start_seconds"].to_numpy(), shown["wall_seconds"].to_numpy())
    rows = shown.assign(start=start, part=[_part(*row) for row in shown[["stage", "phenotype"]].to_numpy()])
    names = sorted(map(str, rows["phenotype"].unique()), key=lambda name: (bool(name), name and trait_order(name)))
    parts = list(dict.fromkeys(rows["part"]))
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": part,
            "y": [name or _SHARED for name in own["phenotype"]],
            "base": figures(own["start"]),
            "x": figures(own["wall_seconds"]),
            "marker": {
                "color": colour(number),
                "line": {"color": "ink", "width": [2 * one for one in own["critical"]]},
            },
            "customdata": [
                [stage.replace("_", " "), f"{cpu:.1f}", "; on the critical path" if critical else ""]
                for stage, cpu, critical in own[["stage", "cpu_seconds", "critical"]].itertuples(index=False)
            ],
            "hovertemplate": "<b>%{customdata[0]}</b>, %{y}<br>%{x:.1f} s from second %{base:.0f} on; "
            "%{customdata[1]} CPU-s%{customdata[2]}<extra></extra>",
        }
        for number, part in enumerate(parts)
        for own in [rows[rows["part"] == part]]
    ]
    layout = {
        "height": 160 + 24 * len(names),
        "barmode": "overlay",
        "bargap": 0.25,
        "xaxis": {"title": {"text": "seconds since the first stage began"}},
        "yaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [name or _SHARED for name in names],
            "autorange": "reversed",
            "automargin": True,
        },
    }
    return {"data": data, "layout": layout}


def span(times: "pd.DataFrame") -> float:
    """Seconds from the first stage's start to the last one's end, long pauses left out; NaN where none is known."""
    from gtl.plots.gantt import without_pauses

    shown = times[times["start_seconds"].notna()].sort_values("start_seconds", kind="stable")
    if shown.empty:
        return math.nan
    seconds = shown["wall_seconds"].to_numpy()
    return float((without_pauses(shown["start_seconds"].to_numpy(), seconds) + seconds).max())


def _part(stage: str, phenotype: str) -> str:
    return _PARTS.get(stage, "methods") if phenotype else "people, variants, tables"
