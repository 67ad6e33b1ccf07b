"""The difference between two methods' figures on the same people, with an interval that holds for some tens of people.

=================  ============================================================================================
accuracy,          Tango's score interval for paired shares (Tango 1998, Statistics in Medicine 17:891), the interval
sensitivity,       that belongs to McNemar's test: of everybody, of the cases alone, of the controls alone
specificity
balanced_accuracy  the intervals of sensitivity and specificity combined by squares (MOVER: Zou & Donner 2008)
correlation, r2    the wider end of Zou's interval for correlations that share the trait (Zou 2007, Psychological
                   Methods 12:399), which fails for predictions with long tails, and of the jackknife's, which fails
                   for traits with long tails
others             the jackknife over people (for the AUC that is DeLong's variance but for terms in 1/n) with Student's
                   t; of binary traits all but the Brier score have the degrees of freedom of the smaller group
=================  ============================================================================================
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtrit

from gtl.config.learning import Metric, QuantitativeMetric
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Probabilities
from gtl.evaluate.leave_one_out import without_each
from gtl.evaluate.metric_names import BRIER, RMSE, kind_of
from gtl.evaluate.metrics import Values, score
from gtl.evaluate.overlapping import difference_of_correlations
from gtl.evaluate.quantitative import correlation
from gtl.evaluate.tango import mcnemar, tango

_NOTHING = (math.nan, math.nan)
_SHARES = {Metric.ACCURACY: (0, 1), Metric.SENSITIVITY: (1,), Metric.SPECIFICITY: (0,)}
"""Metrics that are shares of people, and those people's case status."""

Ends = Callable[[float], tuple[float, float]]
"""Interval as a function of its level."""


@dataclass(frozen=True)
class PairedDifference:
    """Figure of the method less that of the baseline.

    Attributes
    ----------
    value, low, high
        Difference and its interval, -1 to 1 (mcc, correlation and r2: -2 to 2; rmse: any); NaN where the people cannot
        answer. The ends alone are NaN where people do not say how much the difference varies.
    gained, lost
        People whom the method alone called rightly, and whom the baseline alone did; 0 for a quantitative trait.
    n
        People.
    p_value
        Two-sided: 1 less the largest level whose interval leaves out 0; NaN without an interval.
    """

    value: float
    low: float
    high: float
    gained: int
    lost: int
    n: int
    p_value: float


def paired_difference(
    metric: str,
    value: Cases | Values,
    method: Probabilities | Values,
    baseline: Probabilities | Values,
    confidence: float,
) -> PairedDifference:
    """Difference of one metric between two methods that predicted the same people.

    Parameters
    ----------
    metric, value
        As for :func:`gtl.evaluate.metrics.score`; not one of :data:`gtl.evaluate.metric_names.EXPLAINED`.
    method, baseline
        (n,) float64 predictions of the same people in the same order.
    confidence
        Level, such as 0.95.

    Raises
    ------
    InputError
        As :func:`gtl.evaluate.metrics.score`, for a level outside (0, 1), or for a metric that is not compared.

    Examples
    --------
    >>> case = np.ones(20, np.int8)
    >>> method, baseline = np.repeat([0.9, 0.1], [15, 5]), np.repeat([0.9, 0.1, 0.1], [8, 7, 5])
    >>> difference = paired_difference("accuracy", case, method, baseline, 0.95)
    >>> difference.value, difference.gained, difference.lost
    (0.35, 7, 0)
    """
    if not 0 < confidence < 1:
        raise InputError(f"selection.confidence: {confidence}; expected a level between 0 and 1, such as 0.95")
    figure = score(metric, value, method) - score(metric, value, baseline)
    binary = kind_of(metric) is TraitKind.BINARY
    gained, lost = changed(value, method, baseline) if binary else (0, 0)
    ends = _ends(metric, value, method, baseline)
    p_value = mcnemar(*_asked(metric, value, method, baseline)) if metric in _SHARES else _p_value(ends)
    return PairedDifference(figure, *ends(confidence), gained, lost, len(value), p_value)


def changed(case: Cases | Values, method: Probabilities, baseline: Probabilities) -> tuple[int, int]:
    """People whom the method alone called rightly, and whom the baseline alone did."""
    right, also = (method > 0.5) == (case == 1), (baseline > 0.5) == (case == 1)
    return int(np.sum(right & ~also)), int(np.sum(also & ~right))


def _ends(metric: str, value: Cases | Values, method: Probabilities, baseline: Probabilities) -> Ends:
    if metric in _SHARES:
        return partial(tango, *_asked(metric, value, method, baseline))
    if metric == Metric.BALANCED_ACCURACY:
        return _balanced(value, method, baseline)
    jackknife = _jackknife(metric, value, method, baseline)
    if metric not in list(QuantitativeMetric) or np.array_equal(method, baseline):
        return jackknife
    own, base, between = (
        correlation(x.astype(np.float64), y) for x, y in ((value, method), (value, baseline), (method, baseline))
    )
    zou = partial(difference_of_correlations, own, base, between, len(value), metric == QuantitativeMetric.R2)
    return partial(_wider, zou, jackknife)


def _asked(metric: str, value: Cases | Values, method: Probabilities, baseline: Probabilities) -> tuple[int, int, int]:
    """People gained and lost among those whom the metric is about, and their number."""
    asked = np.isin(value, _SHARES[Metric(metric)])
    return *changed(value[asked], method[asked], baseline[asked]), int(asked.sum())


def _balanced(case: Cases | Values, method: Probabilities, baseline: Probabilities) -> Ends:
    groups = [case == 1, case == 0]
    counts = [(*changed(case[own], method[own], baseline[own]), int(own.sum())) for own in groups]
    if not all(n for _, _, n in counts):
        return lambda _: _NOTHING
    means = [(gained - lost) / n for gained, lost, n in counts]

    def ends(confidence: float) -> tuple[float, float]:
        shares = [(mean, *tango(*count, confidence)) for mean, count in zip(means, counts, strict=True)]
        below = math.hypot(*(mean - low for mean, low, _ in shares)) / 2
        above = math.hypot(*(high - mean for mean, _, high in shares)) / 2
        return sum(means) / 2 - below, sum(means) / 2 + above

    return ends


def _jackknife(metric: str, value: Cases | Values, method: Probabilities, baseline: Probabilities) -> Ends:
    fewest = _fewest(metric, value)
    if fewest < 2:
        return lambda _: _NOTHING
    without = without_each(metric, value, method) - without_each(metric, value, baseline)
    whole = score(metric, value, method) - score(metric, value, baseline)
    error = float(without.std() * np.sqrt(len(value) - 1))
    if math.isnan(whole) or (error < 1e-12 and not np.array_equal(method, baseline)):
        return lambda _: _NOTHING
    most = _MOST.get(metric, 1.0)

    def ends(confidence: float) -> tuple[float, float]:
        half = -float(stdtrit(fewest - 1, (1 - confidence) / 2)) * error
        # Not max and min: these would make an end of what is not known.
        return float(np.clip(whole - half, -most, most)), float(np.clip(whole + half, -most, most))

    return ends


_MOST = {Metric.MCC: 2.0, QuantitativeMetric.CORRELATION: 2.0, QuantitativeMetric.R2: 2.0, RMSE: math.inf}
"""What a difference can be at most, where that is not 1."""


def _fewest(metric: str, value: Cases | Values) -> int:
    """People of the smaller group: two cases among many say as little as two people."""
    n = len(value)
    if kind_of(metric) is TraitKind.QUANTITATIVE:
        return n if n > 2 else 0
    cases = int(value.sum())
    return n if metric == BRIER else min(cases, n - cases)


def _wider(one: Ends, other: Ends, confidence: float) -> tuple[float, float]:
    (low, high), (below, above) = one(confidence), other(confidence)
    return (min(low, below), max(high, above)) if not math.isnan(low + below) else _NOTHING


def _p_value(ends: Ends) -> float:
    """1 less the level at which an end of the interval is 0."""

    def beyond(log_p: float) -> float:
        low, high = ends(-math.expm1(log_p))
        return max(low, -high)

    largest, smallest = math.log(0.99), math.log(1e-12)
    if math.isnan(beyond(math.log(0.5))):
        return math.nan
    if beyond(largest) <= 0:
        return 1.0
    if beyond(smallest) > 0:
        return 1e-12
    return math.exp(float(brentq(beyond, smallest, largest, xtol=1e-4)))
