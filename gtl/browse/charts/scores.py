"""Charts of how well methods predict: scores, gains, choice and luck, calibration."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gtl.browse.charts import Chart, colour, figures
from gtl.domain.trait import TraitKind, trait_order
from gtl.evaluate.wording import in_points, metric_words
from gtl.methods.registry import method_order, method_title

if TYPE_CHECKING:
    import pandas as pd

    from gtl.config import StudyConfig

_LONG = 20
"""Names of traits on one axis above which it stands upright."""


def score_charts(results: "pd.DataFrame", config: "StudyConfig") -> Iterator[tuple[str, Chart]]:
    """A metric in words, and the chart of each method's final score of each trait with its interval.

    Parameters
    ----------
    results
        Table RESULTS of one small population.
    """
    from gtl.report.scores import scores_of

    for metric in dict.fromkeys(map(config.selection.primary, TraitKind)):
        scores = scores_of(results, "final", metric)
        if not scores:
            continue
        rows = [
            {
                "phenotype": code,
                "method": method,
                "value": own.value,
                "low": own.low,
                "high": own.high,
                "says": f"{own.algorithm}, {own.n_snps:,} SNPs; {own.n:,} people",
            }
            for (code, method), own in scores.items()
        ]
        least = min(own.low for own in scores.values())
        yield metric_words(metric), _compared(rows, metric, _scale(metric, least), config)


def gain_charts(verdicts: "pd.DataFrame", config: "StudyConfig") -> Iterator[tuple[str, Chart]]:
    """A metric in words, and the chart of each method's gain over the baseline, by trait, with its interval.

    Parameters
    ----------
    verdicts
        Table VERDICT of one small population.
    """
    for metric, own in verdicts.groupby("metric", sort=False):
        rows = [
            {
                "phenotype": row["phenotype"],
                "method": row["method"],
                "value": row["gain"],
                "low": row["ci_low"],
                "high": row["ci_high"],
                "says": f"{row['verdict']}; {row['people']:,} people",
            }
            for row in own.to_dict("records")
        ]
        title = f"gain over {method_title(config.baseline)} in {metric_words(str(metric))}"
        unit = ", points" if in_points(str(metric)) else ""
        axis = {"title": {"text": f"{title}{unit}"}, "zeroline": True, "zerolinewidth": 2}
        yield metric_words(str(metric)), _compared(rows, str(metric), axis, config)


def luck_chart(selection: "pd.DataFrame", config: "StudyConfig") -> Chart | None:
    """By how much the best choosing score of each method and trait is above what chance gives; None without any.

    Parameters
    ----------
    selection
        Table SELECTION of one small population.
    """
    if selection.empty:
        return None
    metric = str(selection["metric"].iloc[0])
    rows = [
        {
            "phenotype": row["phenotype"],
            "method": row["method"],
            "value": row["best"] - row["expected"],
            "low": math.nan,
            "high": math.nan,
            "says": f"best {100 * row['best']:.1f} %, by chance {100 * row['expected']:.1f} %; {row['candidates']} "
            f"models tried, {row['people']} people, p = {row['p_value']:.3g}",
        }
        for row in selection.to_dict("records")
    ]
    title = f"best choosing {metric_words(metric)} less what chance gives, points"
    return _compared(rows, metric, {"title": {"text": title}, "zeroline": True, "zerolinewidth": 2}, config)


def calibration_chart(calibration: "pd.DataFrame") -> Chart | None:
    """Slope and intercept of each method's probabilities with their intervals; None without any."""
    if calibration.empty:
        return None
    rows = sorted(calibration.to_dict("records"), key=lambda row: method_order(row["method"]))
    names = [method_title(row["method"]) for row in rows]
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": part,
            "x": figures(row[part] for row in rows),
            "y": names,
            "error_x": _bars(
                [row[part] for row in rows], *([row[f"{part}_{end}"] for row in rows] for end in ("low", "high"))
            ),
            "xaxis": axis,
            "marker": {"color": colour(0), "size": 9},
            "showlegend": False,
            "hovertemplate": "%{y}<br>" + part + " %{x:.2f}<extra></extra>",
        }
        for part, axis in (("slope", "x"), ("intercept", "x2"))
    ]
    lines = [
        {
            "type": "line",
            "xref": axis,
            "x0": right,
            "x1": right,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"dash": "dash"},
        }
        for axis, right in (("x", 1), ("x2", 0))
    ]
    layout = {
        "height": 160 + 28 * len(rows),
        "shapes": lines,
        "xaxis": {"domain": [0, 0.47], "title": {"text": "slope<br>(1 is right)"}},
        "xaxis2": {"domain": [0.53, 1], "title": {"text": "intercept<br>(0 is right)"}, "anchor": "y"},
        "yaxis": {"autorange": "reversed", "automargin": True, "type": "category"},
    }
    return {"data": data, "layout": layout}


def _compared(rows: Sequence[Mapping[str, Any]], metric: str, axis: Mapping[str, Any], config: "StudyConfig") -> Chart:
    """A marker with its interval for each trait and method, methods of a trait side by side.

    A method has one colour in all charts of a study, whichever others are in them.
    """
    factor = 100 if in_points(metric) else 1
    methods = sorted({row["method"] for row in rows}, key=method_order)
    of_study = sorted({*methods, *config.transfer.methods}, key=method_order)
    traits = sorted({row["phenotype"] for row in rows}, key=lambda name: (name == "all", trait_order(name)))
    data = []
    for number, method in enumerate(methods):
        own = [row for row in rows if row["method"] == method]
        values, low, high = ([factor * row[part] for row in own] for part in ("value", "low", "high"))
        ends = [f" ({a:.3g} to {b:.3g})" if a == a else "" for a, b in zip(low, high, strict=True)]
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": method_title(method),
                "offsetgroup": str(number),
                "x": [row["phenotype"] for row in own],
                "y": figures(values),
                "error_y": _bars(values, low, high),
                "customdata": [[end, row["says"]] for end, row in zip(ends, own, strict=True)],
                "marker": {"color": colour(of_study.index(method)), "size": 8},
                "hovertemplate": f"<b>{method_title(method)}</b><br>%{{x}}: %{{y:.3g}}%{{customdata[0]}}"
                "<br>%{customdata[1]}<extra></extra>",
            }
        )
    upright = {"tickangle": -90} if len(traits) > _LONG else {}
    layout = {
        "height": 460,
        "scattermode": "group",
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": traits, **upright},
        "yaxis": dict(axis),
    }
    return {"data": data, "layout": layout}


def _scale(metric: str, least: float) -> dict[str, Any]:
    """Axis of a metric; one in percent begins below the least end of an interval, where plotly's would at 0."""
    if in_points(metric):
        begin = {"minallowed": 10 * math.floor(10 * least - 0.2)} if math.isfinite(least) else {}
        return {"title": {"text": f"{metric_words(metric)}, %"}, "autorangeoptions": begin}
    return {"title": {"text": metric_words(metric)}, "zeroline": True}


def _bars(values: Sequence[float], low: Sequence[float], high: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1.5,
        "width": 3,
        "array": figures(end - value for value, end in zip(values, high, strict=True)),
        "arrayminus": figures(value - end for value, end in zip(values, low, strict=True)),
    }
