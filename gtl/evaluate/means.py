"""Mean of one figure over repetitions, with Student's interval."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student


@dataclass(frozen=True)
class Mean:
    """Mean, ends of its interval (NaN where it has none), and the number of repetitions."""

    value: float
    low: float
    high: float
    n: int


def mean_with_interval(values: npt.ArrayLike, confidence: float) -> Mean:
    """Mean of the values that are known, with Student's interval.

    Values that are all alike, or a single one, do not say how much they vary, so give no interval.

    Parameters
    ----------
    values
        (n,) figures, one a repetition; NaN is left out.
    confidence
        Level, such as 0.95.

    Examples
    --------
    >>> mean = mean_with_interval([0.1, 0.12, 0.14], 0.95)
    >>> mean.value, round(mean.low, 4), round(mean.high, 4)
    (0.12, 0.0703, 0.1697)
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    # Rounded, so that figures that cancel are 0 and not 1e-17.
    mean = round(float(known.mean()), 12) if len(known) else math.nan
    if len(known) < 2 or np.ptp(known) < 1e-12:
        return Mean(mean, math.nan, math.nan, len(known))
    half = float(student.isf((1 - confidence) / 2, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    return Mean(mean, mean - half, mean + half, len(known))
