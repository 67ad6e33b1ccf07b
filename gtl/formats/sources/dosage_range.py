"""Whether dosages that a file states are dosages of two alleles."""

import numpy as np
import numpy.typing as npt

OUT_OF_RANGE = "a dosage outside 0 to 2"

_ROUNDING = 0.01
"""What a dosage may be outside: files round the probabilities that it is the sum of."""


def in_range(dosages: npt.NDArray[np.float32]) -> bool:
    """Whether all dosages that are not missing are from 0 to 2, but for rounding.

    >>> in_range(np.float32([0, 2.001, np.nan])), in_range(np.float32([3]))
    (True, False)
    """
    return not ((dosages < -_ROUNDING) | (dosages > 2 + _ROUNDING)).any()
