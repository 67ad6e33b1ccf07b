"""Linkage disequilibrium: how far one SNP's dosage tells another's."""

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages, is_called
from gtl.errors import InputError


def ld_matrix(dosages: Dosages) -> npt.NDArray[np.float64]:
    """Squared Pearson correlation of dosages between every two SNPs, as PLINK's ``--r2 square``.

    Each pair uses the people called at both. nan where either SNP does not vary among them.

    Parameters
    ----------
    dosages : (n_variants, n_samples) int8 or float32
        Alt alleles; -1 or NaN = missing.

    Returns
    -------
    (n_variants, n_variants) float64, symmetric, 0 to 1

    >>> ld_matrix(np.array([[0, 1, 2], [2, 1, 0], [0, 0, 1]], dtype=np.int8)).round(2)
    array([[1.  , 1.  , 0.75],
           [1.  , 1.  , 0.75],
           [0.75, 0.75, 1.  ]])
    """
    seen = is_called(dosages)
    called, dosage = seen.astype(np.float64), np.where(seen, dosages, 0).astype(np.float64)
    pairs, sums, squares = called @ called.T, dosage @ called.T, dosage**2 @ called.T
    covariance = pairs * (dosage @ dosage.T) - sums * sums.T
    variance = pairs * squares - sums**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(covariance**2 / (variance * variance.T))


def rows_around(row: int, n_rows: int, n_variants: int) -> slice:
    """``n_rows`` neighbouring rows with ``row`` in the middle, moved inwards at either end.

    >>> rows_around(1, 4, 10), rows_around(5, 4, 10), rows_around(9, 4, 10)
    (slice(0, 4, None), slice(3, 7, None), slice(6, 10, None))
    """
    if not 0 <= row < n_variants:
        raise InputError(f"LD region: row {row} is not among the {n_variants} variants (0 to {n_variants - 1})")
    start = max(0, min(row - n_rows // 2, n_variants - n_rows))
    return slice(start, min(start + n_rows, n_variants))
