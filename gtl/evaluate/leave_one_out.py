"""A metric with each person left out in turn, in closed form: O(n log n) operations and O(n) memory.

What the jackknife needs. Equal to scoring all but one person n times.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from gtl.config.learning import Metric, QuantitativeMetric
from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Confusion, Probabilities, confusion, of_counts
from gtl.evaluate.metric_names import BRIER, QUANTITATIVE_METRICS, RMSE
from gtl.evaluate.metrics import Values

Figures = npt.NDArray[np.float64]


def without_each(metric: str, value: Cases | Values, prediction: Probabilities | Values) -> Figures:
    """The metric of all people but one, for each of them.

    Parameters
    ----------
    metric
        One of :data:`gtl.evaluate.metric_names.METRICS` but those of :data:`gtl.evaluate.metric_names.EXPLAINED`.
    value, prediction
        (n,) checked predictions, as for :func:`gtl.evaluate.metrics.score`; two people of each class, or three people.

    Returns
    -------
    (n,) float64.

    Examples
    --------
    >>> without_each("brier", np.int8([1, 0]), np.array([0.5, 0.0])).tolist()
    [0.0, 0.25]
    """
    if metric in QUANTITATIVE_METRICS:
        return _quantitative(metric, value.astype(np.float64), prediction)
    known: dict[str, Callable[[Cases, Probabilities], Figures]] = {
        Metric.AUC: _auc,
        Metric.AVERAGE_PRECISION: _average_precision,
        BRIER: lambda case, probability: _mean(np.square(probability - case)),
    }
    case = value.astype(np.int8)
    if metric in known:
        return known[metric](case, prediction)
    if metric not in list(Metric):
        raise InputError(f"two methods are not compared by {metric}; use auc, accuracy or another metric of selection")
    return _of_counts(metric, case, prediction)


def _mean(numbers: Figures) -> Figures:
    return np.asarray((numbers.sum() - numbers) / (len(numbers) - 1))


def _auc(case: Cases, probability: Probabilities) -> Figures:
    """All pairs that are won, less those of the person: DeLong's structural components (DeLong et al. 1988)."""
    cases = int(case.sum())
    controls = len(case) - cases
    is_case = case == 1
    ranks, won = rankdata(probability), np.empty(len(case))
    # A person's rank among all less that among his own class: how many of the other class lie below.
    won[is_case] = ranks[is_case] - rankdata(probability[is_case])
    won[~is_case] = cases - (ranks[~is_case] - rankdata(probability[~is_case]))
    left = np.where(is_case, (cases - 1) * controls, cases * (controls - 1))
    return np.asarray((won[is_case].sum() - won) / left)


def _average_precision(case: Cases, probability: Probabilities) -> Figures:
    levels, level = np.unique(-probability, return_inverse=True)
    found = np.bincount(level, weights=case, minlength=len(levels))
    all_found, called = np.cumsum(found), np.cumsum(np.bincount(level, minlength=len(levels)))
    above = _sums_before(found * all_found / called)
    # One person fewer is called at his own level and below; the first level may then have nobody, and adds nothing.
    fewer = np.maximum(called - 1, 1)
    control = above[:-1] + _sums_from(found * all_found / fewer)[:-1]
    own = (found - 1) * (all_found - 1) / fewer
    case_left = above[:-1] + own + _sums_from(found * (all_found - 1) / fewer)[1:]
    cases = found.sum()
    return np.asarray(np.where(case == 1, case_left[level] / (cases - 1), control[level] / cases))


def _sums_before(terms: Figures) -> Figures:
    return np.concatenate([[0.0], np.cumsum(terms)])


def _sums_from(terms: Figures) -> Figures:
    return np.concatenate([np.cumsum(terms[::-1])[::-1], [0.0]])


def _of_counts(metric: str, case: Cases, probability: Probabilities) -> Figures:
    """People with the same status and call leave the same counts behind."""
    c = confusion(case, probability)
    cells = [(c.tp, c.fn, c.tn - 1, c.fp), (c.tp, c.fn, c.tn, c.fp - 1), (c.tp, c.fn - 1, c.tn, c.fp),
             (c.tp - 1, c.fn, c.tn, c.fp)]  # fmt: skip
    figures = [of_counts(metric, Confusion(*cell)) if min(cell) >= 0 else np.nan for cell in cells]
    return np.array(figures)[2 * case + (probability > 0.5)]


def _quantitative(metric: str, value: Values, prediction: Values) -> Figures:
    if metric == RMSE:
        return np.sqrt(_mean(np.square(value - prediction)))
    v, p = value - value.mean(), prediction - prediction.mean()
    # Sums about the mean of the others: each centred product counts n / (n - 1) fold.
    more = len(v) / (len(v) - 1)
    products, squares, spread = v @ p - more * v * p, v @ v - more * v * v, p @ p - more * p * p
    below = squares * spread
    known = below > 1e-24 * (v @ v) * (p @ p)
    r = np.where(known, products / np.sqrt(np.where(known, below, 1.0)), 0.0)
    return np.asarray(r * np.abs(r)) if metric == QuantitativeMetric.R2 else r
