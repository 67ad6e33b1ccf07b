"""Dosages of genotype probabilities, and whether those that a file states are dosages of two alleles."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

OUT_OF_RANGE = "a dosage outside 0 to 2"

_ROUNDING = 0.01
"""What a dosage may be outside: files round the probabilities that it is the sum of."""


_MOST = 1.1
"""Sum of a person's probabilities above which they are something else."""


def expected_dosage(het: Floats, hom: Floats, total: Floats) -> Floats:
    """Mean dosage of probabilities p(het) and p(hom) out of their sum; NaN where that is 0, as nothing was called.

    Files leave out what was not called (``0 0 0.5``), so the sum, and not 1, is the whole, as plink2 has it.

    >>> expected_dosage(*(np.float32(p) for p in ([0.5, 0, 0], [0.5, 0.5, 0], [1, 0.5, 0]))).tolist()
    [1.5, 2.0, nan]
    """
    found = het + 2 * hom
    whole = np.where((total > 0) & (total <= _MOST), total, np.float32(1))
    return np.where(total == 0, np.float32(np.nan), found / whole).astype(np.float32)


def in_range(dosages: Floats) -> bool:
    """Whether all dosages that are not missing are from 0 to 2, but for rounding.

    >>> in_range(np.float32([0, 2.001, np.nan])), in_range(np.float32([3]))
    (True, False)
    """
    return not ((dosages < -_ROUNDING) | (dosages > 2 + _ROUNDING)).any()
