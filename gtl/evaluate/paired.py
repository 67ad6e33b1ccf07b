"""The difference between two methods' figures on the same people, with an interval that holds for some tens of people.

=================  ============================================================================================
accuracy,          Tango's score interval for paired shares (Tango 1998, Statistics in Medicine 17:891), the interval
sensitivity,       that belongs to McNemar's test: of everybody, of the cases alone, of the controls alone
specificity
balanced_accuracy  the intervals of sensitivity and specificity combined by squares (MOVER: Zou & Donner 2008)
others             the jackknife over people (for the AUC that is DeLong's variance but for terms in 1/n) with Student's
                   t; all but the Brier score have the degrees of freedom of the smaller of both groups
=================  ============================================================================================
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm
from scipy.stats import t as student

from gtl.config.learning import Metric
from gtl.errors import InputError
from gtl.evaluate.metrics import BRIER, Cases, Probabilities, score

_NOTHING = (math.nan, math.nan)
_SHARES = {Metric.ACCURACY: (0, 1), Metric.SENSITIVITY: (1,), Metric.SPECIFICITY: (0,)}
"""Metrics that are shares of people, and those people's case status."""


@dataclass(frozen=True)
class PairedDifference:
    """Figure of the method less that of the baseline.

    Attributes
    ----------
    value, low, high
        Difference and its interval, -1 to 1 (mcc: -2 to 2); NaN where the people cannot answer. The ends alone are NaN
        where people do not say how much the difference varies.
    gained, lost
        People whom the method alone called rightly, and whom the baseline alone did.
    n
        People.
    """

    value: float
    low: float
    high: float
    gained: int
    lost: int
    n: int


def paired_difference(
    metric: str, case: Cases, method: Probabilities, baseline: Probabilities, confidence: float
) -> PairedDifference:
    """Difference of one metric between two methods that predicted the same people.

    Parameters
    ----------
    metric, case
        As for :func:`gtl.evaluate.metrics.score`.
    method, baseline
        (n,) float64 case probabilities of the same people in the same order.
    confidence
        Level, such as 0.95.

    Raises
    ------
    InputError
        As :func:`gtl.evaluate.metrics.score`, or for a level outside (0, 1).

    Examples
    --------
    >>> case = np.ones(20, np.int8)
    >>> method, baseline = np.repeat([0.9, 0.1], [15, 5]), np.repeat([0.9, 0.1, 0.1], [8, 7, 5])
    >>> difference = paired_difference("accuracy", case, method, baseline, 0.95)
    >>> difference.value, difference.gained, difference.lost
    (0.35, 7, 0)
    """
    value = score(metric, case, method) - score(metric, case, baseline)
    gained, lost = _changed(case, method, baseline)
    low, high = _interval(metric, case, method, baseline, confidence)
    return PairedDifference(value, low, high, gained, lost, len(case))


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
        return _NOTHING
    high = _upper(gained, lost, n, float(norm.isf((1 - confidence) / 2)))
    # The lower end is the upper end of the difference the other way round.
    return -_upper(lost, gained, n, float(norm.isf((1 - confidence) / 2))), high


def _upper(gained: int, lost: int, n: int, z: float) -> float:
    """Largest difference whose squared distance from the observed one is z² variances."""

    def distance(difference: float) -> float:
        linear = -gained - lost + (2 * n - gained + lost) * difference
        constant = -lost * difference * (1 - difference)
        # Most likely share of people lost if this were the true difference.
        share_lost = (np.sqrt(max(linear**2 - 8 * n * constant, 0.0)) - linear) / (4 * n)
        variance = n * (2 * share_lost + difference * (1 - difference))
        return float((gained - lost - n * difference) ** 2 - z**2 * variance)

    observed = (gained - lost) / n
    if observed == 1:
        return 1.0
    # Where nobody was gained or lost the variance at the observed difference is 0: a root that is not the end.
    return float(brentq(distance, min(observed + 1e-9, 1.0), 1.0))


def _interval(
    metric: str, case: Cases, method: Probabilities, baseline: Probabilities, confidence: float
) -> tuple[float, float]:
    if metric in _SHARES:
        asked = np.isin(case, _SHARES[Metric(metric)])
        return tango(*_changed(case[asked], method[asked], baseline[asked]), int(asked.sum()), confidence)
    if metric == Metric.BALANCED_ACCURACY:
        shares = [
            paired_difference(share, case, method, baseline, confidence)
            for share in (Metric.SENSITIVITY, Metric.SPECIFICITY)
        ]
        mean = sum(share.value for share in shares) / 2
        below = math.hypot(*(share.value - share.low for share in shares)) / 2
        return mean - below, mean + math.hypot(*(share.high - share.value for share in shares)) / 2
    return _jackknife(metric, case, method, baseline, confidence)


def _changed(case: Cases, method: Probabilities, baseline: Probabilities) -> tuple[int, int]:
    """People whom the method alone called rightly, and whom the baseline alone did."""
    right, also = (method > 0.5) == (case == 1), (baseline > 0.5) == (case == 1)
    return int(np.sum(right & ~also)), int(np.sum(also & ~right))


def _jackknife(
    metric: str, case: Cases, method: Probabilities, baseline: Probabilities, confidence: float
) -> tuple[float, float]:
    n, cases = len(case), int(case.sum())
    # Two cases among many say as little as two people.
    fewest = n if metric == BRIER else min(cases, n - cases)
    if fewest < 2:
        return _NOTHING
    keep = ~np.eye(n, dtype=bool)
    without = np.array([score(metric, case[k], method[k]) - score(metric, case[k], baseline[k]) for k in keep])
    whole = score(metric, case, method) - score(metric, case, baseline)
    error = float(without.std() * np.sqrt(n - 1))
    if error < 1e-12 and not np.array_equal(method, baseline):
        return _NOTHING
    half, most = float(student.isf((1 - confidence) / 2, fewest - 1)) * error, 2.0 if metric == Metric.MCC else 1.0
    # Not max and min: these would make an end of what is not known.
    return float(np.clip(whole - half, -most, most)), float(np.clip(whole + half, -most, most))
