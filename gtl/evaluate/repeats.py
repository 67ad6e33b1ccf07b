"""The mean of a difference over repeats whose people overlap, with an interval that allows for the overlap.

R draws of the roles from the same people give differences that resemble each other, so their spread over the square
root of R is far too small an error. Nadeau & Bengio (2003, Machine Learning 52:239, section 4) replace 1/R by
1/R + n_final / n_training: with more repeats the error does not go to 0 but to what one set of people can say. Where
fewer people are final than are learned from, that ratio is too small (in simulations a 95 % interval misses up to 15 %:
learning people overlap more than final ones do), so it counts as 1. The interval stays approximate: two methods that
see different things miss up to one in twelve, methods that share most of what they know far less than one in twenty
(tests/verify/verify_repeats.py).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import t as student

from gtl.errors import InputError


@dataclass(frozen=True)
class OverlappingMean:
    """Mean over repeats, ends of its interval and p-value (NaN where the repeats do not say), and repeats."""

    value: float
    low: float
    high: float
    n: int
    p_value: float


def corrected_mean(
    differences: npt.ArrayLike, final_people: float, training_people: float, confidence: float
) -> OverlappingMean:
    """Mean of the repeats' differences with the corrected resampled t interval, R - 1 degrees of freedom.

    Parameters
    ----------
    differences
        (R,) figures, one a repeat; NaN is left out. Repeats that are all alike, or a single one, give no interval.
    final_people, training_people
        People scored in a repeat, and people from whom its models were learned and chosen.
    confidence
        Level, such as 0.95.

    Raises
    ------
    InputError
        Without people to learn from, or for a level outside (0, 1).

    Examples
    --------
    >>> mean = corrected_mean([0.01, 0.02, 0.03], 50, 100, 0.95)
    >>> mean.value, round(mean.low, 4), round(mean.high, 4)
    (0.02, -0.0297, 0.0697)
    """
    if not 0 < confidence < 1:
        raise InputError(f"selection.confidence: {confidence}; expected a level between 0 and 1, such as 0.95")
    known = np.asarray(differences, dtype=float)
    known = known[~np.isnan(known)]
    mean = round(float(known.mean()), 12) if len(known) else math.nan
    if len(known) < 2 or np.ptp(known) < 1e-12:
        return OverlappingMean(mean, math.nan, math.nan, len(known), math.nan)
    error = corrected_error(known, final_people, training_people)
    half, df = float(student.isf((1 - confidence) / 2, len(known) - 1)) * error, len(known) - 1
    return OverlappingMean(mean, mean - half, mean + half, len(known), float(2 * student.sf(abs(mean) / error, df)))


def corrected_error(differences: npt.NDArray[np.float64], final_people: float, training_people: float) -> float:
    """Standard error of the mean of two repeats or more: ``s * sqrt(1/R + max(n_final / n_training, 1))``.

    >>> round(corrected_error(np.array([0.01, 0.02, 0.03]), 77, 70), 6)
    0.011972
    """
    if training_people <= 0:
        raise InputError(f"repeats: {training_people} people to learn from; expected at least one")
    share = 1 / len(differences) + max(final_people / training_people, 1.0)
    return float(differences.std(ddof=1)) * math.sqrt(share)
