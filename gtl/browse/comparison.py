"""Studies side by side: verdicts, gains over all traits, scores of traits that they share, settings that differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from gtl.browse.charts import Chart, colour, figures
from gtl.browse.finished import FinishedStudy
from gtl.browse.settings import settings_that_matter
from gtl.evaluate.outcomes import OVERALL
from gtl.evaluate.wording import in_points, metric_words
from gtl.methods.registry import method_order, method_title

MOST = 6
"""Studies that fit beside each other."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A study as a column of a comparison.

    Attributes
    ----------
    label
        What the column is called: the study's name, and the version where the same study is there twice.
    """

    label: str
    study: FinishedStudy


@dataclass(frozen=True)
class Gain:
    """A method's gain over the baseline over all traits, as text.

    Attributes
    ----------
    value, interval
        Points of a binary trait's metric, plain figures of a quantitative trait's.
    verdict
        helps, no evidence or harms.
    """

    value: str
    interval: str
    verdict: str


def compared(studies: Sequence[FinishedStudy]) -> list[Compared]:
    """Columns with labels of their own."""
    names = [study.name for study in studies]
    return [
        Compared(study.name if names.count(study.name) == 1 else f"{study.name} {study.version[:6]}", study)
        for study in studies
    ]


def gains(columns: Sequence[Compared]) -> dict[str, list[tuple[str, list[Gain | None]]]]:
    """Metric in words → rows of method's title and its gain in each study; None where a study has none."""
    found: dict[str, dict[str, dict[str, Gain]]] = {}
    for column in columns:
        for row in _overall(column):
            own = found.setdefault(metric_words(row["metric"]), {}).setdefault(row["method"], {})
            own[_place(column, row)] = _gain(row)
    places = places_of(columns)
    return {
        metric: [
            (method_title(method), [methods[method].get(place) for place in places])
            for method in sorted(methods, key=method_order)
        ]
        for metric, methods in found.items()
    }


def places_of(columns: Sequence[Compared]) -> list[str]:
    """What stands above the columns: a study, of several small populations one each."""
    found = [_place(column, row) for column in columns for row in [{}, *_overall(column)]]
    several = {place for place in found if ": " in place}
    with_parts = {place.partition(": ")[0] for place in several}
    return [place for place in dict.fromkeys(found) if place not in with_parts]


def gain_charts(columns: Sequence[Compared]) -> dict[str, Chart]:
    """Metric in words → chart of the methods' gains over all traits, studies side by side."""
    by_metric: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for column in columns:
        for row in _overall(column):
            by_metric.setdefault(row["metric"], {}).setdefault(_place(column, row), []).append(row)
    numbers = {place: number for number, place in enumerate(places_of(columns))}
    return {metric_words(metric): _chart(metric, own, numbers) for metric, own in by_metric.items()}


def settings_that_differ(columns: Sequence[Compared]) -> list[tuple[str, list[str]]]:
    """Dotted setting → its value in each study, of those that are not the same in all who use it; a dash elsewhere."""
    flat = [settings_that_matter(column.study.config) if column.study.config else {} for column in columns]
    names = list(dict.fromkeys(name for own in flat for name in own))
    rows = [(name, [own.get(name, "–") for own in flat]) for name in names if name not in ("store", "name")]
    return [(name, values) for name, values in rows if len(set(values)) > 1 and sum(name in own for own in flat) > 1]


def shared_scores(columns: Sequence[Compared]) -> list[tuple[str, str, list[str]]]:
    """Trait, method and final score in each study, of traits and methods that at least two of them have."""
    from gtl.domain.trait import TraitKind, trait_order
    from gtl.report.scores import scores_of

    found: dict[tuple[str, str], dict[str, str]] = {}
    for column in columns:
        if column.study.config is None:
            continue
        for metric in dict.fromkeys(map(column.study.config.selection.primary, TraitKind)):
            for key, score in scores_of(column.study.scores, "final", metric).items():
                found.setdefault(key, {})[column.label] = _figure(score.value, score.low, score.high, metric)
    labels = [column.label for column in columns]
    return [
        (trait, method_title(method), [own.get(label, "–") for label in labels])
        for (trait, method), own in sorted(
            found.items(), key=lambda item: (trait_order(item[0][0]), method_order(item[0][1]))
        )
        if len(own) > 1
    ]


def _overall(column: Compared) -> list[dict[str, Any]]:
    table = column.study.tables["verdict"]
    rows = table[table["phenotype"] == OVERALL].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _place(column: Compared, row: Mapping[str, Any]) -> str:
    return f"{column.label}: {row['population']}" if "population" in row else column.label


def _gain(row: Mapping[str, Any]) -> Gain:
    factor, digits = (100, 1) if in_points(row["metric"]) else (1, 3)
    value, low, high = (factor * row[name] for name in ("gain", "ci_low", "ci_high"))
    known = low == low
    return Gain(f"{value:+.{digits}f}", f"{low:+.{digits}f} to {high:+.{digits}f}" if known else "", row["verdict"])


def _figure(value: float, low: float, high: float, metric: str) -> str:
    factor, digits = (100, 1) if in_points(metric) else (1, 2)
    return f"{factor * value:.{digits}f} ({factor * low:.{digits}f} to {factor * high:.{digits}f})"


def _chart(metric: str, by_place: Mapping[str, Sequence[Mapping[str, Any]]], numbers: Mapping[str, int]) -> Chart:
    """``numbers`` are those of the places' colours, the same in all charts."""
    factor = 100 if in_points(metric) else 1
    methods = sorted({row["method"] for rows in by_place.values() for row in rows}, key=method_order)
    data = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": place,
            "offsetgroup": place,
            "showlegend": True,
            "x": [_on_lines(row["method"]) for row in rows],
            "y": figures(factor * row["gain"] for row in rows),
            "error_y": {
                "type": "data",
                "symmetric": False,
                "thickness": 1.5,
                "width": 3,
                "array": figures(factor * (row["ci_high"] - row["gain"]) for row in rows),
                "arrayminus": figures(factor * (row["gain"] - row["ci_low"]) for row in rows),
            },
            "customdata": [[row["verdict"]] for row in rows],
            "marker": {"color": colour(numbers[place]), "size": 9},
            "hovertemplate": f"<b>{place}</b><br>%{{x}}: %{{y:+.3g}} (%{{customdata[0]}})<extra></extra>",
        }
        for place, rows in by_place.items()
    ]
    unit = ", points" if in_points(metric) else ""
    layout = {
        "height": 440,
        "scattermode": "group",
        "xaxis": {"type": "category", "categoryorder": "array", "categoryarray": list(map(_on_lines, methods))},
        "yaxis": {"title": {"text": f"gain over the baseline in {metric_words(metric)}{unit}"}, "zeroline": True},
    }
    return {"data": data, "layout": layout}


def _on_lines(method: str) -> str:
    """A method's title in lines that fit side by side."""
    return "<br>".join(wrap(method_title(method), 14))
