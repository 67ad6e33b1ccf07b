"""LD drawn to independence where a block's statistics contradict it, so that effects do not explain its errors.

With LD R of the statistics' people, z-scores have covariance R + t R² for effects everywhere; of what has little
variance in R they show little. Where alleles are swapped, or LD is another people's, they show more, and effects that
explain it are many times too large. z is taken to be N(0, (1 - s) R + s I + t R²), and R becomes (1 - s) R + s I at the
most likely s (s as in SuSiE-RSS, Zou et al. 2022, PLoS Genetics 18:e1010299; t is added, as z of well-powered studies
is not null).
"""

import numpy as np
import numpy.typing as npt

from gtl.learn.summary.correlations import Floats

Array = npt.NDArray[np.float64]

SHARES = (0.0, 0.003, 0.01, 0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0)
"""s: parts of independence to choose from."""

SIGNALS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""t: people times heritability over variants."""


def mended(z: Array, known: npt.NDArray[np.bool_], ld: Floats) -> tuple[Floats, float]:
    """LD of a block that its statistics do not contradict, and the part of independence in it.

    Parameters
    ----------
    z, known
        (m,), and whether the source has the variant.
    ld
        (m, m).

    Examples
    --------
    >>> ld = np.array([[1, 0.99], [0.99, 1]], dtype=np.float32)
    >>> mended(np.array([3.0, 3.1]), np.ones(2, dtype=bool), ld)[1]
    0.0
    >>> mended(np.array([3.0, -3.1]), np.ones(2, dtype=bool), ld)[1]
    1.0
    """
    share = _share(z[known], ld[np.ix_(known, known)])
    if share == 0:
        return ld, share
    found = ld * np.float32(1 - share)
    np.fill_diagonal(found, 1)
    return found, share


def _share(z: Array, ld: Floats) -> float:
    if not len(z):
        return 0.0
    values, vectors = np.linalg.eigh(ld)
    values = np.maximum(values.astype(np.float64), 0)
    squares = (vectors.T @ z) ** 2
    share, signal = (axis[..., None] for axis in np.meshgrid(SHARES, SIGNALS, indexing="ij"))
    variance = (1 - share) * values + share + signal * values**2
    variance = np.maximum(variance, np.finfo(np.float32).eps)
    misfit = (np.log(variance) + squares / variance).sum(axis=-1).min(axis=1)
    return SHARES[int(np.argmin(misfit))]
