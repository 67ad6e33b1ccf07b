"""Scatter of allele frequencies of two populations: swapped alleles, minor allele frequencies and other builds show."""

import pandas as pd
from matplotlib.axes import Axes

from gtl.plots.style import INK, bar_of_counts, dress

_CELLS = 60
"""Hexagons along an axis."""


def frequency_scatter(
    data: pd.DataFrame, ax: Axes, *, title: str, populations: tuple[str, str], allele: str = "counted allele"
) -> Axes:
    """Draw how many variants have which frequencies of the counted allele in the two populations.

    Parameters
    ----------
    data : DataFrame
        Columns ``large`` and ``small``, 0 to 1; rows with an unknown one are left out.
    ax : Axes
        Where to draw; the colour bar takes a part of it.
    title : str
        See :func:`gtl.plots.titles.frequency_title`.
    populations : (str, str)
        Names of the large and the small population.
    allele : str
        What the allele is called on the axes.
    """
    known = data[["large", "small"]].dropna()
    ax.plot([0, 1], [0, 1], color=INK, linewidth=1, label="same frequency", zorder=3)
    cells = ax.hexbin(
        known["large"], known["small"], gridsize=_CELLS, extent=(0, 1, 0, 1), bins="log", mincnt=1, cmap="viridis",
        linewidths=0, rasterized=True,
    )  # fmt: skip
    if len(known):
        bar_of_counts(cells, ax, "Variants")
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.legend(loc="upper left", fontsize=9, framealpha=0.8, edgecolor="none")
    large, small = (f"Frequency of the {allele}, {name}" for name in populations)
    return dress(ax, title, large, small)
