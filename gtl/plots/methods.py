"""Accuracy of the study's methods side by side, phenotype by phenotype."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from gtl.plots.style import CATEGORIES, MARKERS, MUTED, dress

_SPREAD = 0.6
"""Share of a phenotype's room on the x axis that its dots take."""

_CHANCE = {"accuracy": 0.5, "auc": 0.5, "balanced_accuracy": 0.5, "mcc": 0.0}
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
    shown = data[(data["metric"] == metric) & (data["split"] == split)]
    phenotypes, methods = list(dict.fromkeys(shown["phenotype"])), list(dict.fromkeys(shown["method"]))
    offsets = _SPREAD * (np.arange(len(methods)) + 0.5) / max(len(methods), 1) - _SPREAD / 2
    for number, method in enumerate(methods):
        rows = shown[shown["method"] == method]
        x = rows["phenotype"].map(phenotypes.index).to_numpy() + offsets[number]
        _draw_method(ax, x, rows, method, number)
    if metric in _CHANCE:
        ax.axhline(100 * _CHANCE[metric], color=MUTED, linewidth=1, linestyle="--", label="guessing")
    ax.set_xticks(range(len(phenotypes)), phenotypes)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=9, frameon=False)
    title = f"{_spoken(metric).capitalize()} of each method on {_WHO.get(split, split)}"
    return dress(
        ax,
        f"{title}\n({_people(shown)}; bars: confidence intervals)",
        "Phenotype",
        f"{_spoken(metric).capitalize()} (%)",
    )


def _draw_method(ax: Axes, x: np.ndarray, rows: pd.DataFrame, method: str, number: int) -> None:
    value, low, high = (100 * rows[name].to_numpy() for name in ("value", "ci_low", "ci_high"))
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
