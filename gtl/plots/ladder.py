"""When transfer pays: gain and accuracy of methods against the share of variance that the causal SNPs explain."""

import pandas as pd
from matplotlib.axes import Axes

from gtl.methods.registry import BASELINE, ORACLE, method_order, method_title
from gtl.plots.style import CATEGORIES, INK, MARKERS, MUTED, dress

_REFERENCES = {ORACLE: (MUTED, "--"), BASELINE: (INK, "-")}
"""What methods are measured against: colour and line; without a band, so that the methods' own can be seen."""


def gain_by_variance(data: pd.DataFrame, ax: Axes, *, title: str) -> Axes:
    """Draw each method's mean gain over no transfer, in points, with its interval as a band.

    Parameters
    ----------
    data : DataFrame
        Columns variance (share, 0 to 1), method, and gain, gain_low, gain_high (0 to 1). The oracle is drawn dashed:
        nothing can gain more.
    ax : Axes
        Where to draw.
    title : str
        What these cells have in common.
    """
    _lines(data, ax, "gain")
    ax.axhline(0, color=INK, linewidth=0.8)
    return dress(ax, title, "SNP variance (share of liability)", "Gain over no transfer (points)")


def accuracy_by_variance(data: pd.DataFrame, ax: Axes, *, title: str) -> Axes:
    """Draw each method's mean accuracy with its interval, under the ceiling of the causal SNPs.

    Parameters
    ----------
    data : DataFrame
        Columns variance, method, score, score_low, score_high and ceiling (of the causal SNPs), all 0 to 1.
    ax, title
        As for :func:`gain_by_variance`.
    """
    ceiling = data.drop_duplicates("variance").sort_values("variance")
    ax.plot(
        ceiling["variance"],
        100 * ceiling["ceiling"],
        color=INK,
        linewidth=1.2,
        linestyle=":",
        label="Ceiling of the causal SNPs",
    )
    _lines(data, ax, "score")
    ax.axhline(50, color=MUTED, linewidth=0.8, linestyle="--", label="Guessing")
    return dress(ax, title, "SNP variance (share of liability)", "Final accuracy (%)")


def _lines(data: pd.DataFrame, ax: Axes, figure: str) -> None:
    styles = iter(zip(CATEGORIES, MARKERS, strict=True))
    for method in sorted(data["method"].unique(), key=method_order):
        own = data[data["method"] == method].sort_values("variance")
        low, value, high = (100 * own[f"{figure}{end}"].to_numpy(dtype=float) for end in ("_low", "", "_high"))
        colour, marker = (_REFERENCES[method][0], "") if method in _REFERENCES else next(styles)
        line = _REFERENCES[method][1] if method in _REFERENCES else "-"
        title = method_title(method)
        ax.plot(own["variance"], value, line, marker=marker, color=colour, markersize=5, linewidth=1.6, label=title)
        if method not in _REFERENCES:
            ax.fill_between(own["variance"], low, high, color=colour, alpha=0.15, linewidth=0)
