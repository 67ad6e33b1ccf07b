"""QQ plot: whether p-values are smaller than chance has them."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from scipy.special import betaincinv

from gtl.association.genome_axis import minus_log10
from gtl.association.inflation import lambda_gc
from gtl.plots.style import BLUE, ENVELOPE, INK, POINT, dress

Array = npt.NDArray[np.float64]

_ENVELOPE_POINTS = 200


def qq(data: pd.DataFrame, ax: Axes, *, title: str) -> Axes:
    """Draw observed over expected -log10 p, with the 95 % envelope and the genomic-control lambda.

    Parameters
    ----------
    data : DataFrame
        Association table, :data:`gtl.schema.ASSOCIATION`. SNPs without a p (nan) are left out.
    ax : Axes
        Where to draw.
    title : str
        See :func:`gtl.plots.titles.association_title`.
    """
    p_value = data["p_value"].dropna().to_numpy(dtype=np.float64)
    observed = minus_log10(np.sort(p_value))
    expected = minus_log10((np.arange(len(p_value)) + 0.5) / max(len(p_value), 1))
    centre, low, high = envelope(len(p_value))
    ax.fill_between(centre, low, high, color=ENVELOPE, linewidth=0, label="95 % of chance, independent SNPs")
    end = expected.max(initial=1)
    ax.plot([0, end], [0, end], color=INK, linewidth=1, label="as expected by chance", zorder=4)
    label = f"SNPs; λ = {lambda_gc(p_value):.2f} (1 = as chance)"
    ax.scatter(expected, observed, s=POINT, color=BLUE, linewidths=0, rasterized=True, label=label, zorder=3)
    ax.legend(loc="upper left", fontsize=9, frameon=False)
    return dress(ax, title, "Expected −log10 p (no association)", "Observed −log10 p")


def envelope(n_tests: int) -> tuple[Array, Array, Array]:
    """Expected -log10 p at some ranks, and the band that each rank's p falls into 95 times of 100 by chance.

    The p of rank k among n independent uniform ones follows Beta(k, n + 1 - k).

    >>> [part.round(3).tolist() for part in envelope(1)]
    [[0.301], [0.011], [1.602]]
    """
    ranks = np.unique(np.geomspace(1, max(n_tests, 1), _ENVELOPE_POINTS).round())
    below, above = (betaincinv(ranks, n_tests + 1 - ranks, share) for share in (0.975, 0.025))
    return minus_log10((ranks - 0.5) / n_tests), minus_log10(below), minus_log10(above)
