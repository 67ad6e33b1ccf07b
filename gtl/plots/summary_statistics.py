"""Pictures of what is checked in summary statistics: people, standard errors, LD, and where variants are lost."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from gtl.plots.style import BLUE, INK, MUTED, VERMILION, bar_of_counts, dress

Array = npt.NDArray[np.float64]

_CELLS = 60
_BINS = 60
_GROUPS = 40
"""Groups of variants of like LD score, as many as can be told apart by eye."""

_BAR = 0.6
_REASONS = 3
"""Lines that fit beside a bar."""

_WIDE = 0.15
"""Share of the axis that a number of variants takes."""


def deviation_scatter(data: pd.DataFrame, ax: Axes, *, title: str) -> Axes:
    """Draw the standard deviation of genotypes that standard errors imply over the one that frequencies do.

    Parameters
    ----------
    data : DataFrame
        Columns ``by_frequency`` and ``by_error``, in units of one allele; the second is that over the trait's
        standard deviation, so that a straight line through 0 has any slope.
    ax : Axes
        Where to draw; the colour bar takes a part of it.
    """
    scale = float((data["by_error"] / data["by_frequency"]).median()) if len(data) else 1.0
    end = float(data["by_frequency"].max()) if len(data) else 1.0
    ax.plot([0, end], [0, end * scale], color=INK, linewidth=1, label="N, errors and frequencies fit", zorder=3)
    top = max(end * scale, float(data["by_error"].max()) if len(data) else 1.0) * 1.05
    cells = ax.hexbin(
        data["by_frequency"], data["by_error"], gridsize=_CELLS, extent=(0, end * 1.05, 0, top), bins="log", mincnt=1,
        cmap="viridis", linewidths=0, rasterized=True,
    )  # fmt: skip
    if len(data):
        bar_of_counts(cells, ax, "Variants")
    ax.set(xlim=(0, end * 1.05), ylim=(0, top))
    ax.legend(loc="upper left", fontsize=9, framealpha=0.8, edgecolor="none")
    return dress(ax, title, "SD of the genotype by its frequency, √(2f(1−f))", "SD by its error, 1/√(N SE² + β²)")


def people_histogram(n: Array, ax: Axes, *, title: str) -> Axes:
    """Draw how many variants have how many people, on a logarithmic count, so that few outliers show.

    Parameters
    ----------
    n : (n_variants,)
        Unknown ones (NaN) are left out.
    ax : Axes
        Where to draw.
    """
    known = n[np.isfinite(n)]
    if len(known):
        low, high = min(known.min(), known.max() * 0.9), known.max() * 1.05
        ax.hist(known, bins=np.linspace(low, high, _BINS + 1).tolist(), color=BLUE)
        ax.axvline(float(np.median(known)), color=INK, linewidth=1, label=f"median {np.median(known):,.0f}")
        ax.legend(loc="upper left", fontsize=9, frameon=False)
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.7)
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    return dress(ax, title, "People behind a variant, N", "Variants")


def funnel_bars(funnel: pd.DataFrame, ax: Axes, *, title: str) -> Axes:
    """Draw how many variants reach each step, and beside each bar why others do not.

    Parameters
    ----------
    funnel : DataFrame
        :data:`gtl.schema.FUNNEL` of one source.
    ax : Axes
        Where to draw.
    """
    steps = list(dict.fromkeys(funnel["step"]))
    left = [int(funnel.loc[(funnel["step"] == step) & (funnel["reason"] == ""), "variants"].iloc[0]) for step in steps]
    places = np.arange(len(steps))
    ax.barh(places, left, height=_BAR, color=BLUE)
    most = max(left, default=1) or 1
    for place, step in enumerate(steps):
        inside = left[place] > most * _WIDE
        ax.text(most * 0.01, place, f"{left[place]:,}", va="center", fontsize=9, color="white" if inside else INK)
        lost = funnel[(funnel["step"] == step) & (funnel["reason"] != "")]
        words = [f"−{count:,} {reason}" for reason, count in zip(lost["reason"], lost["variants"], strict=True)]
        more = [f"and {len(words) - _REASONS} other reasons"] if len(words) > _REASONS else []
        text = "\n".join([*words[:_REASONS], *more])
        ax.text(most * 1.02, place, text, va="center", fontsize=8, color=VERMILION)
    ax.set_yticks(places, steps)
    ax.set_xticks([tick for tick in MaxNLocator(5, integer=True).tick_values(0, most) if tick <= most])
    ax.set_xlim(0, most * 1.9)
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    dress(ax, title, "Variants", "")
    ax.grid(visible=False)
    ax.xaxis.set_label_coords(0.5 / 1.9, -0.12)
    return ax


def ld_score_chart(data: pd.DataFrame, ax: Axes, *, title: str, line: tuple[float, float]) -> Axes:
    """Draw the mean of Z² over the mean LD score, of groups of variants of like LD score, and the regression's line.

    Parameters
    ----------
    data : DataFrame
        Columns ``score`` and ``squared`` (Z²).
    ax : Axes
        Where to draw.
    line : (float, float)
        Intercept and slope of LD score regression.
    """
    group = pd.qcut(data["score"].rank(method="first"), min(_GROUPS, max(len(data), 1)), labels=False)
    parts = data.groupby(group)
    mean, error = parts.mean(), parts["squared"].sem()
    ax.errorbar(
        mean["score"], mean["squared"], yerr=error, fmt="o", markersize=4, color=BLUE, ecolor=MUTED, elinewidth=0.8,
        label=f"mean of {len(data) // max(len(mean), 1):,} variants, and its standard error",
    )  # fmt: skip
    ends = np.array([0, float(mean["score"].max())])
    ax.plot(ends, line[0] + line[1] * ends, color=VERMILION, linewidth=1.2, label="LD score regression")
    ax.axhline(1, color=INK, linewidth=0.8, linestyle=":", label="chance alone")
    ax.set_xlim(left=0)
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper left", fontsize=9, frameon=False)
    return dress(ax, title, "LD score: sum of r² with variants within 1 Mb", "Mean of Z²")
