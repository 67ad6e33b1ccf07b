"""Confidence intervals for every metric, chosen to stay honest for some tens of people.

None of them shrinks to nothing at a perfect score, as Wald, DeLong and bootstrap intervals do.

==================  ===========================================================================================
accuracy,           Wilson's score interval (Wilson 1927)
sensitivity,
specificity
balanced_accuracy   both Wilson intervals combined by squares (MOVER: Newcombe 1998; Zou & Donner 2008)
f1                  Wilson for p = tp / (tp + fp + fn), binomial given its denominator, mapped by f1 = 2p / (1 + p)
auc                 score interval on the Hanley-McNeil variance (Newcombe 2006, method 5)
average_precision   Wilson with the number of cases (the binomial interval of Boyd, Eng & Page 2013, score form); the
                    lower end is that of the figure less its bias among few people
mcc                 quantiles over draws of both rates from their Jeffreys posteriors, widened to hold the value
brier               Student's t, cut to [0, 1]; Wilson (conservative) when all squared errors are equal
nagelkerke_r2, ...  see :mod:`gtl.evaluate.explained`
correlation, ...    see :mod:`gtl.evaluate.quantitative`
==================  ===========================================================================================
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm
from scipy.stats import t as student

from gtl.config.learning import Metric
from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Confusion, Probabilities, confusion, mcc
from gtl.evaluate.explained import explained_interval
from gtl.evaluate.metric_names import BRIER, EXPLAINED, QUANTITATIVE_METRICS
from gtl.evaluate.metrics import Values, score
from gtl.evaluate.quantitative import quantitative_interval

_DRAWS = 20_000


@dataclass(frozen=True)
class Scored:
    """One figure, its interval (NaN, NaN where the figure is NaN) and the number of people it is of."""

    value: float
    low: float
    high: float
    n: int


def score_with_interval(
    metric: str,
    value: Cases | Values,
    prediction: Probabilities | Values,
    confidence: float,
    rng: np.random.Generator,
    prevalence: float | None = None,
) -> Scored:
    """Value of one metric with its interval; the module's docstring says which.

    Parameters
    ----------
    metric, value, prediction, prevalence
        As for :func:`gtl.evaluate.metrics.score`.
    confidence
        Level, such as 0.95.
    rng
        Used by mcc alone.

    Raises
    ------
    InputError
        As :func:`gtl.evaluate.metrics.score`, or for a level outside (0, 1).

    Examples
    --------
    >>> case, probability = np.repeat(np.int8([1, 0]), 25), np.tile([0.9, 0.1], 25)
    >>> scored = score_with_interval("accuracy", case, probability, 0.95, np.random.default_rng(0))
    >>> round(scored.value, 3), round(scored.low, 3), round(scored.high, 3)
    (0.52, 0.385, 0.652)
    """
    if not 0 < confidence < 1:
        raise InputError(f"selection.confidence: {confidence}; expected a level between 0 and 1, such as 0.95")
    figure, n = score(metric, value, prediction, prevalence), len(value)
    if np.isnan(figure):
        return Scored(figure, float("nan"), float("nan"), n)
    if metric in QUANTITATIVE_METRICS:
        return Scored(figure, *quantitative_interval(metric, value.astype(np.float64), prediction, confidence), n)
    case = value.astype(np.int8)
    if metric in EXPLAINED:
        return Scored(figure, *explained_interval(metric, case, prediction, confidence, prevalence), n)
    return Scored(figure, *_binary_interval(metric, figure, case, prediction, confidence, rng), n)


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """Wilson's interval of a share of ``n`` at ``z`` standard deviations; (NaN, NaN) for n = 0.

    >>> low, high = wilson(0.52, 50, 1.959964)
    >>> round(low, 4), round(high, 4)
    (0.3851, 0.652)
    """
    if n == 0:
        return float("nan"), float("nan")
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # Rounding may leave 1e-17 between the ends and a share of exactly 0 or 1.
    return float(min(max(centre - half, 0.0), share)), float(max(min(centre + half, 1.0), share))


def _binary_interval(
    metric: str, value: float, case: Cases, probability: Probabilities, confidence: float, rng: np.random.Generator
) -> tuple[float, float]:
    z = float(norm.isf((1 - confidence) / 2))
    if metric == BRIER:
        return _mean_interval(np.square(probability - case), confidence, z)
    if metric == Metric.MCC:
        return _mcc_interval(value, confusion(case, probability), confidence, rng)
    return _score_interval(metric, value, confusion(case, probability), z)


def _score_interval(metric: str, value: float, c: Confusion, z: float) -> tuple[float, float]:
    cases, controls = c.tp + c.fn, c.tn + c.fp
    intervals: dict[str, Callable[[], tuple[float, float]]] = {
        Metric.ACCURACY: lambda: wilson(value, c.n, z),
        Metric.SENSITIVITY: lambda: wilson(value, cases, z),
        Metric.SPECIFICITY: lambda: wilson(value, controls, z),
        Metric.AVERAGE_PRECISION: lambda: _average_precision_interval(value, cases, controls, z),
        Metric.BALANCED_ACCURACY: lambda: _mean_of_shares(c, z),
        Metric.F1: lambda: _f1_interval(c, z),
        Metric.AUC: lambda: _auc_interval(value, cases, controls, z),
    }
    return intervals[metric]()


def _mean_of_shares(c: Confusion, z: float) -> tuple[float, float]:
    sensitivity, specificity = c.tp / (c.tp + c.fn), c.tn / (c.tn + c.fp)
    (low_1, high_1), (low_0, high_0) = wilson(sensitivity, c.tp + c.fn, z), wilson(specificity, c.tn + c.fp, z)
    mean = (sensitivity + specificity) / 2
    below = math.hypot(sensitivity - low_1, specificity - low_0) / 2
    above = math.hypot(high_1 - sensitivity, high_0 - specificity) / 2
    return mean - below, mean + above


def _f1_interval(c: Confusion, z: float) -> tuple[float, float]:
    n = c.tp + c.fp + c.fn
    low, high = wilson(c.tp / n, n, z)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def _average_precision_interval(value: float, cases: int, controls: int, z: float) -> tuple[float, float]:
    n, share = cases + controls, cases / (cases + controls)
    # Mean average precision of guesses (Bestgen 2015, Prague Bull Math Linguist 103:131): 0.53 for 25 cases of 50.
    first = float(np.sum(1 / np.arange(1, n + 1))) / n
    guessed = first + (1 - first) * (cases - 1) / max(n - 1, 1)
    bias = (guessed - share) * (1 - value) / (1 - share) if controls else 0.0
    return wilson(max(value - bias, 0.0), cases, z)[0], wilson(value, cases, z)[1]


def _auc_interval(value: float, cases: int, controls: int, z: float) -> tuple[float, float]:
    shared = (cases + controls) / 2 - 1

    def distance(theta: float) -> float:
        """Squared distance of the value from theta, less z² variances there."""
        variance = theta * (1 - theta) / (cases * controls)
        variance *= 1 + shared * (1 - theta) / (2 - theta) + shared * theta / (1 + theta)
        return (value - theta) ** 2 - z**2 * variance

    # The variance is 0 at 0 and 1 themselves, where the distance of such a value would be a root of its own.
    within = min(max(value, 1e-9), 1 - 1e-9)
    low = 0.0 if value == 0 else float(brentq(distance, 0.0, within))
    high = 1.0 if value == 1 else float(brentq(distance, within, 1.0))
    return low, high


def _mcc_interval(value: float, c: Confusion, confidence: float, rng: np.random.Generator) -> tuple[float, float]:
    sensitivity = rng.beta(c.tp + 0.5, c.fn + 0.5, _DRAWS)
    specificity = rng.beta(c.tn + 0.5, c.fp + 0.5, _DRAWS)
    draws = mcc(sensitivity, specificity, c.tp + c.fn, c.tn + c.fp)
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    return min(float(low), value), max(float(high), value)


def _mean_interval(errors: Probabilities, confidence: float, z: float) -> tuple[float, float]:
    n, mean = len(errors), float(errors.mean())
    if np.ptp(errors) == 0:
        return wilson(mean, n, z)
    half = float(student.isf((1 - confidence) / 2, n - 1) * errors.std(ddof=1) / np.sqrt(n))
    return max(mean - half, 0.0), min(mean + half, 1.0)
