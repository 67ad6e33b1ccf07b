"""Tango's score interval for the difference of two shares of the same people (Tango 1998)."""

import math

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from gtl.errors import InputError


def tango(gained: int, lost: int, n: int, confidence: float) -> tuple[float, float]:
    """Tango's interval of ``(gained - lost) / n``; (NaN, NaN) without people.

    It holds every difference that the score test does not refuse, so it does not shrink to nothing when two methods
    agree about everybody.

    >>> [round(end, 4) for end in tango(0, 0, 50, 0.95)]
    [-0.0713, 0.0713]
    """
    if not 0 < confidence < 1:
        raise InputError(f"selection.confidence: {confidence}; expected a level between 0 and 1, such as 0.95")
    if n == 0:
        return math.nan, math.nan
    z = -float(ndtri((1 - confidence) / 2))
    # The lower end is the upper end of the difference the other way round.
    return -_upper(lost, gained, n, z), _upper(gained, lost, n, z)


def mcnemar(gained: int, lost: int, n: int) -> float:
    """Two-sided p-value of no difference, by McNemar's score test: at it Tango's interval just holds 0.

    >>> round(mcnemar(12, 2, 50), 4), mcnemar(0, 0, 50)
    (0.0075, 1.0)
    """
    if n == 0:
        return math.nan
    return float(2 * ndtr(-abs(gained - lost) / math.sqrt(max(gained + lost, 1))))


def _upper(gained: int, lost: int, n: int, z: float) -> float:
    """Largest difference whose squared distance from the observed one is z² variances."""

    def distance(difference: float) -> float:
        linear = -gained - lost + (2 * n - gained + lost) * difference
        constant = -lost * difference * (1 - difference)
        # Most likely share of people lost if this were the true difference.
        share_lost = (math.sqrt(max(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
        variance = n * (2 * share_lost + difference * (1 - difference))
        return float((gained - lost - n * difference) ** 2 - z**2 * variance)

    observed = (gained - lost) / n
    if observed == 1:
        return 1.0
    # Where nobody was gained or lost the variance at the observed difference is 0: a root that is not the end.
    return float(brentq(distance, min(observed + 1e-9, 1.0), 1.0))
