"""Accuracy of the study's methods side by side, phenotype by phenotype."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from gtl.config.learning import Metric
from gtl.plots.style import CATEGORIES, MARKERS, MUTED, dress

_SPREAD = 0.6
"""Share of a phenotype's room on the x axis that its dots take."""

_CHANCE = {"accuracy": 0.5, "auc": 0.5, "balanced_accuracy": 0.5, "mcc": 0.0, "correlation": 0.0, "r2": 0.0}
_SHARES = frozenset(metric.value for metric in Metric) | {"brier"}
"""Metrics that are drawn in percent."""

_WHO = {"test": "test people, by whom models were chosen", "final": "the final cohort, never seen before"}


def compare_methods(data: pd.DataFrame, ax: Axes, *, metric: str = "accuracy", split: str = "final") -> Axes:
    """Draw each method's figure as a dot with its interval, grouped by phenotype.

    Parameters
    ----------
    data : DataFrame
        Results, :data:`gtl.schema.RESULTS`; only ``metric`` on ``split`` is drawn.
    ax : Axes
        Where to draw.
    metric, split : str
        What to draw: as in the table's columns.
    """
    shown = _over_draws(data[(data["metric"] == metric) & (data["split"] == split)])
    factor, unit = (100, " (%)") if metric in _SHARES else (1, "")
    phenotypes, methods = list(dict.fromkeys(shown["phenotype"])), list(dict.fromkeys(shown["method"]))
    offsets = _SPREAD * (np.arange(len(methods)) + 0.5) / max(len(methods), 1) - _SPREAD / 2
    for number, method in enumerate(methods):
        rows = shown[shown["method"] == method]
        x = rows["phenotype"].map(phenotypes.index).to_numpy() + offsets[number]
        _draw_method(ax, x, rows, method, number, factor)
    if metric in _CHANCE:
        ax.axhline(factor * _CHANCE[metric], color=MUTED, linewidth=1, linestyle="--", label="guessing")
    ax.set_xticks(range(len(phenotypes)), phenotypes)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, frameon=False)
    named = _spoken(metric).capitalize()
    title = f"{named} of each method on {_WHO.get(split, split)}"
    return dress(ax, f"{title}\n({_people(shown)}; bars: confidence intervals)", "Trait", f"{named}{unit}")


def _over_draws(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over the draws of the roles, each with the mean interval of one draw."""
    if "repeat" not in rows or rows["repeat"].nunique() <= 1:
        return rows
    return rows.groupby(["phenotype", "method"], sort=False, as_index=False)[["value", "ci_low", "ci_high", "n"]].mean()


def _draw_method(ax: Axes, x: np.ndarray, rows: pd.DataFrame, method: str, number: int, factor: int) -> None:
    value, low, high = (factor * rows[name].to_numpy() for name in ("value", "ci_low", "ci_high"))
    # With more methods than colours the markers move on by one, so that no two look the same.
    colour, marker = CATEGORIES[number % len(CATEGORIES)], MARKERS[(number + number // len(CATEGORIES)) % len(MARKERS)]
    ax.errorbar(
        x, value, yerr=[value - low, high - value], fmt=marker, color=colour, markersize=6, elinewidth=1.2,
        label=_spoken(method),
    )  # fmt: skip


def _people(rows: pd.DataFrame) -> str:
    numbers = sorted({int(n) for n in rows["n"]})
    return " or ".join(f"{n:,}" for n in numbers) + " people" if numbers else "no results"


def _spoken(name: str) -> str:
    return name.replace("_", " ").replace("snp", "SNP")
