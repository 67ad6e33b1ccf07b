"""LD heat map: which neighbouring SNPs are inherited together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from gtl.errors import InputError
from gtl.plots.style import INK, dress

_TICKS = 6
_MEGABASE = 1e6


@dataclass(frozen=True, eq=False)
class LinkageRegion:
    """Neighbouring SNPs and their LD.

    Attributes
    ----------
    r2 : (n_snps, n_snps) float64, from :func:`gtl.association.ld_matrix`; nan where a SNP does not vary
    pos : (n_snps,) int64, base pairs
    chrom : str
    """

    r2: npt.NDArray[np.float64]
    pos: npt.NDArray[np.int64]
    chrom: str

    def __post_init__(self) -> None:
        if self.r2.shape != (len(self.pos), len(self.pos)):
            raise InputError(f"LD heat map: {len(self.pos)} positions, but r² of shape {self.r2.shape}")


def ld_heatmap(data: LinkageRegion, ax: Axes, *, title: str) -> Axes:
    """Draw r² between every two SNPs of a region; SNPs evenly spaced, labelled with their positions.

    Parameters
    ----------
    data : LinkageRegion
        The region.
    ax : Axes
        Where to draw; the colour bar takes a part of it.
    title : str
        See :func:`gtl.plots.titles.linkage_title`.
    """
    image = ax.imshow(data.r2, cmap="viridis", vmin=0, vmax=1, interpolation="nearest", rasterized=True)
    ax.set_facecolor("#e6e6e6")  # shows where r2 is nan
    figure = ax.get_figure()
    if figure is not None:
        bar = figure.colorbar(image, ax=ax, shrink=0.85, pad=0.02)
        bar.set_label("r² (1 = always inherited together; grey = SNP does not vary)", fontsize=9, color=INK)
    rows = np.unique(np.linspace(0, len(data.pos) - 1, min(_TICKS, len(data.pos))).round().astype(int))
    labels = [f"{data.pos[row] / _MEGABASE:.3f}" for row in rows]
    ax.set_xticks(rows, labels)
    ax.set_yticks(rows, labels)
    axis = f"SNP, position on chromosome {data.chrom} (Mb)"
    dress(ax, title, axis, axis)
    ax.grid(visible=False)
    return ax
