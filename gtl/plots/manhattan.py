"""Manhattan plot: where on the genome SNPs are associated with case status."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from gtl.plots.style import BLUE, MUTED, POINT, SKY, VERMILION, dress

Array = npt.NDArray[np.float64]

GENOME_WIDE = 5e-8
"""Genome-wide significance: 0.05 shared among a million independent SNPs (Bonferroni)."""

_MEGABASE = 1e6
_GAP = 0.01
"""Room between chromosomes, as a share of all their lengths."""

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
    chromosomes = sorted(dict.fromkeys(tested["chrom"]), key=_chromosome_order)
    x, middles = _places(tested, chromosomes)
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


def minus_log10(p_value: Array) -> Array:
    """-log10 of p; a p too small for a float64 (0) is drawn as the smallest there is, some 308 high.

    >>> minus_log10(np.array([1.0, 0.001])).tolist()
    [0.0, 3.0]
    """
    return np.abs(np.log10(np.maximum(p_value, np.finfo(np.float64).tiny)))


def _places(table: pd.DataFrame, chromosomes: list[str]) -> tuple[Array, list[float]]:
    """Place of every SNP on the x axis (Mb), chromosomes one after another, and the middle of each."""
    position = table["pos"].to_numpy() / _MEGABASE
    if len(chromosomes) == 1:
        return position, []
    by_chromosome = [position[table["chrom"] == name] for name in chromosomes]
    first, length = (np.array([edge(part) for part in by_chromosome]) for edge in (np.min, np.ptp))
    starts = np.concatenate([[0], np.cumsum(length + _GAP * length.sum())[:-1]])
    number = table["chrom"].map(chromosomes.index).to_numpy()
    return position - first[number] + starts[number], (starts + length / 2).tolist()


def _chromosome_order(name: str) -> tuple[bool, int, str]:
    """Numbers first, by size; then X, Y and others by name."""
    return (not name.isdigit(), int(name) if name.isdigit() else 0, name)


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
