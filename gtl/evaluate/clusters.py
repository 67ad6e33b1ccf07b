"""The interval of a share of observations that come in clusters, such as repetitions that share people."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from scipy.stats import t as student

from gtl.evaluate.intervals import wilson


def clustered_wilson(hits: npt.NDArray[np.bool_], clusters: npt.NDArray[Any], confidence: float) -> tuple[float, float]:
    """Wilson's interval with as many observations as would vary as much if they were independent.

    Parameters
    ----------
    hits
        (n,) whether each observation counts.
    clusters
        (n,) label of each one's cluster.
    confidence
        Level, such as 0.95.

    Returns
    -------
    Lower and upper end; (NaN, NaN) for n = 0.

    Notes
    -----
    The design effect is Rao and Scott's (1992), at least 1; the effective number shrinks by the squared ratio of the
    normal and Student's quantile for the number of clusters (Korn and Graubard 1998). Where no observation counts, or
    all do, nothing says how alike those of a cluster are, so each cluster is taken for one observation.

    Examples
    --------
    Of ten clusters of six one counts wholly: no more is known than of ten observations.

    >>> hits, clusters = np.arange(60) < 6, np.repeat(np.arange(10), 6)
    >>> low, high = clustered_wilson(hits, clusters, 0.95)
    >>> round(low, 3), round(high, 3)
    (0.013, 0.477)
    """
    z = float(norm.isf((1 - confidence) / 2))
    share = float(hits.mean()) if len(hits) else 0.0
    _, place, sizes = np.unique(clusters, return_inverse=True, return_counts=True)
    if len(sizes) == len(hits):
        return wilson(share, len(hits), z)
    quantile = float(student.isf((1 - confidence) / 2, max(len(sizes) - 1, 1)))
    independent = len(hits) / _design_effect(hits, place, sizes)
    return wilson(share, independent * (z / quantile) ** 2, z)


def _design_effect(hits: npt.NDArray[np.bool_], place: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> float:
    """Variance of the share with these clusters over the variance without; ``place`` says each one's cluster."""
    share, n, k = float(hits.mean()), len(hits), len(sizes)
    if share in (0.0, 1.0) or k == 1:
        return n / k
    residual = np.bincount(place, weights=hits) - share * sizes
    clustered = k / (k - 1) * float(np.square(residual).sum()) / n**2
    return max(1.0, clustered / (share * (1 - share) / n))
