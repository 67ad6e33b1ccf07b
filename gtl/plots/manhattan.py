"""Manhattan plot: where on the genome SNPs are associated with case status."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from gtl.association.genome_axis import GENOME_WIDE, genome_places, minus_log10
from gtl.plots.style import BLUE, MUTED, POINT, SKY, VERMILION, dress

Array = npt.NDArray[np.float64]

_LABEL = 0.021
"""Room of a chromosome's name on the x axis, as a share of the last one's place."""


def manhattan(data: pd.DataFrame, ax: Axes, *, title: str, causal: Collection[str] = ()) -> Axes:
    """Draw -log10 p of every SNP over its position; chromosomes side by side, in their order, if there are several.

    Parameters
    ----------
    data : DataFrame
        Association table, :data:`gtl.schema.ASSOCIATION`. SNPs without a p (nan) are left out.
    ax : Axes
        Where to draw.
    title : str
        See :func:`gtl.plots.titles.association_title`.
    causal : collection of str
        rsIDs of simulated causal SNPs; marked where the table has them.
    """
    tested = data[data["p_value"].notna()]
    x, chromosomes, middles = genome_places(tested)
    height = minus_log10(tested["p_value"].to_numpy())
    second = tested["chrom"].map(chromosomes.index).to_numpy() % 2 == 1
    for rows, colour in ((~second, BLUE), (second, SKY)):
        ax.scatter(x[rows], height[rows], s=POINT, color=colour, linewidths=0, rasterized=True)
    _mark_causal(ax, x, height, tested["rsid"].isin(list(causal)).to_numpy())
    _mark_significance(ax, height)
    if len(chromosomes) == 1:
        return dress(ax, title, f"Position on chromosome {chromosomes[0]} (Mb)", "−log10 p")
    ax.set_xticks(middles, _apart(chromosomes, middles))
    return dress(ax, title, "Chromosome (position along it to scale)", "−log10 p")


def _apart(names: list[str], places: list[float]) -> list[str]:
    """Names with those left empty that would touch the one before."""
    shown, last = [], -np.inf
    for name, place in zip(names, places, strict=True):
        fits = place - last >= _LABEL * places[-1]
        shown.append(name if fits else "")
        last = place if fits else last
    return shown


def _mark_causal(ax: Axes, x: Array, height: Array, causal: npt.NDArray[np.bool_]) -> None:
    if causal.any():
        ax.scatter(
            x[causal], height[causal], s=6 * POINT, marker="D", facecolors="none", edgecolors=VERMILION,
            linewidths=1.4, label="causal SNP (simulated)", zorder=3, clip_on=False,
        )  # fmt: skip


def _mark_significance(ax: Axes, height: Array) -> None:
    line = -np.log10(GENOME_WIDE)
    ax.axhline(line, color=MUTED, linewidth=1, linestyle="--", label="genome-wide significance, p = 5×10⁻⁸")
    ax.set_ylim(0, 1.25 * max(line, height.max(initial=0)))
    ax.margins(x=0.01)
    ax.legend(loc="upper right", fontsize=9, frameon=False, ncols=2)
