"""Infinitesimal effects: every variant has one, normal with variance h2 / M; posterior means from z-scores and LD.

Source: LDpred-inf, Vilhjálmsson et al. 2015, Am J Hum Genet 97:576; the ridge solution of which only X'y and X'X are
needed.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def infinitesimal(z: Array, root_n: Array, ld: npt.NDArray[np.float32], h2: Sequence[float], variants: int) -> Array:
    """Posterior means of a block's effects, standardised scale, for each heritability.

    Parameters
    ----------
    z, root_n
        (m,), z and the square root of people, both 0 where the source lacks the variant.
    ld
        (m, m).
    h2
        Of all variants of the genome.
    variants
        M, of the whole genome.

    Returns
    -------
    (m, len(h2)) float64; 0 where the source lacks the variant

    Examples
    --------
    >>> infinitesimal(np.array([3.0]), np.array([10.0]), np.ones((1, 1), np.float32), [0.5], 50).round(6).tolist()
    [[0.15]]
    """
    effects = np.zeros((len(z), len(h2)))
    known = np.flatnonzero(root_n > 0)
    if not len(known):
        return effects
    from scipy.linalg import solve

    near = ld[np.ix_(known, known)].astype(np.float64)
    for cell, share in enumerate(h2):
        ratio = variants / (share * root_n[known] ** 2)
        effects[known, cell] = solve(near + np.diag(ratio), z[known], assume_a="pos") / root_n[known]
    return effects
