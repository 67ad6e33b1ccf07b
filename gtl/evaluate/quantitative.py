"""How well predictions fit a quantitative trait.

``correlation`` is Pearson's. ``r2`` is its square with its sign: what peers report as R2, and below 0 where predictions
go the wrong way (1 - SSE / SST, which asks for the right scale too, is not used). ``rmse`` is the root of the mean
squared error, in the trait's unit. Predictions that are all alike say nothing: correlation and r2 are then 0.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtrit

from gtl.config.learning import QuantitativeMetric
from gtl.evaluate.metric_names import RMSE

Values = npt.NDArray[np.float64]


_NOTHING = (math.nan, math.nan)


def score_quantitative(metric: str, value: Values, prediction: Values) -> float:
    """Value of ``correlation``, ``r2`` or ``rmse``; NaN without people, or where the trait does not vary."""
    if metric == RMSE:
        return math.sqrt(float(np.square(value - prediction).mean())) if len(value) else math.nan
    r = correlation(value, prediction)
    return signed_square(r) if metric == QuantitativeMetric.R2 else r


def correlation(value: Values, prediction: Values) -> float:
    """Pearson's correlation; 0 for predictions that are all alike, NaN for a trait that is.

    >>> correlation(np.array([1.0, 2, 4]), np.zeros(3))
    0.0
    """
    if not varies(value):
        return math.nan
    if not varies(prediction):
        return 0.0
    v, p = value - value.mean(), prediction - prediction.mean()
    return float(np.clip(v @ p / math.sqrt((v @ v) * (p @ p)), -1, 1))


def varies(numbers: Values) -> bool:
    """Whether numbers differ by more than rounding."""
    return len(numbers) > 1 and bool(np.ptp(numbers) > 1e-12 * np.abs(numbers).max())


def signed_square(r: float) -> float:
    """Square with the sign of ``r``.

    >>> signed_square(-0.5)
    -0.25
    """
    return r * abs(r)


def quantitative_interval(metric: str, value: Values, prediction: Values, confidence: float) -> tuple[float, float]:
    """Interval of one metric; (NaN, NaN) where the people do not say how much it varies.

    correlation: Fisher's z (1915); r2: its ends, squared; rmse: Student's t of the mean squared error on the log scale
    (squared errors are skewed).
    """
    if metric == RMSE:
        return _rmse_interval(np.square(value - prediction), confidence)
    low, high = fisher(correlation(value, prediction), len(value), confidence)
    return (signed_square(low), signed_square(high)) if metric == QuantitativeMetric.R2 else (low, high)


def fisher(r: float, n: float, confidence: float) -> tuple[float, float]:
    """Fisher's interval of a correlation among ``n`` people; (NaN, NaN) up to 3 people, or if it is perfect.

    >>> [round(end, 4) for end in fisher(0.5, 50, 0.95)]
    [0.2575, 0.6833]
    """
    if math.isnan(r) or n <= 3 or abs(r) > 1 - 1e-12:
        return _NOTHING
    half = -float(ndtri((1 - confidence) / 2)) / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def _rmse_interval(errors: Values, confidence: float) -> tuple[float, float]:
    if not varies(errors):
        return _NOTHING
    n, mean = len(errors), float(errors.mean())
    half = -float(stdtrit(n - 1, (1 - confidence) / 2)) * float(errors.std(ddof=1)) / (mean * math.sqrt(n))
    return math.sqrt(mean) * math.exp(-half / 2), math.sqrt(mean) * math.exp(half / 2)
