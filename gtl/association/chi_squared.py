"""Pearson's chi-squared test of alleles against case status, 1 degree of freedom."""

import numpy as np
import numpy.typing as npt
from scipy.special import erfc


def allelic_chi_squared(tables: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Test each 2x2 table without continuity correction, as PLINK's ``--assoc``; p is nan where a margin is empty.

    Parameters
    ----------
    tables : (n_variants, 2, 2) int64
        Allele counts: rows case and control, columns alt and ref.

    >>> allelic_chi_squared(np.array([[[8, 2], [1, 5]]])).round(6)
    array([0.013425])
    """
    (a, b), (c, d) = np.moveaxis(tables.astype(np.float64), 0, -1)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    with np.errstate(invalid="ignore"):
        chi_squared = (a + b + c + d) * (a * d - b * c) ** 2 / margins
    return np.asarray(erfc(np.sqrt(chi_squared / 2)))
