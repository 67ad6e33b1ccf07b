"""Clumping and thresholding from statistics: marginal effects of the best variant of each clump, by p-value.

Source: International Schizophrenia Consortium 2009, Nature 460:748; clumping as PLINK ``--clump`` (Purcell et al. 2007,
Am J Hum Genet 81:559), with LD of a block in place of a window.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

THRESHOLDS = (5e-8, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.05)
R2 = 0.1


def clumped(
    z: Array, root_n: Array, ld: npt.NDArray[np.float32], thresholds: Sequence[float] = THRESHOLDS, r2: float = R2
) -> Array:
    """Marginal effects of a block's index variants, standardised scale, that pass each threshold.

    Parameters
    ----------
    z, root_n
        (m,), z and the square root of people, both 0 where the source lacks the variant.
    ld
        (m, m).
    thresholds
        p-values, any order.
    r2
        A variant that shares more with a better one is in that one's clump.

    Returns
    -------
    (m, len(thresholds)) float64, 0 for the others

    Examples
    --------
    >>> ld = np.array([[1, 0.9], [0.9, 1]], dtype=np.float32)
    >>> clumped(np.array([3.0, 6.0]), np.array([10.0, 10.0]), ld, [0.01]).tolist()
    [[0.0], [0.6]]
    """
    from scipy.special import ndtri

    bounds = -ndtri(np.asarray(thresholds, dtype=np.float64) / 2)
    size = np.abs(z)
    index = _index(size, size >= bounds.min(), ld, r2)
    marginal = np.divide(z, root_n, out=np.zeros_like(z), where=root_n > 0)
    return np.where(index[:, None] & (size[:, None] >= bounds), marginal[:, None], 0.0)


def _index(size: Array, candidates: Flags, ld: npt.NDArray[np.float32], r2: float) -> Flags:
    free = candidates.copy()
    index = np.zeros(len(size), dtype=bool)
    for variant in np.argsort(-size, kind="stable"):
        if free[variant]:
            index[variant] = True
            free &= ld[variant] ** 2 <= r2
            free[variant] = False
    return index
