"""How well case probabilities fit case status: one figure a metric (:mod:`gtl.evaluate.intervals` adds intervals).

A person is called a case when the probability is above 0.5. A metric that the people cannot answer (the sensitivity
of no cases, the AUC of one class) is NaN, never 0 or 0.5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from gtl.config.learning import Metric
from gtl.errors import InputError

Probabilities = npt.NDArray[np.float64]
Cases = npt.NDArray[np.int8]

BRIER = "brier"
METRICS = (*(metric.value for metric in Metric), BRIER)
"""Every metric that is reported; all but the Brier score can also choose models."""


@dataclass(frozen=True)
class Confusion:
    """Counts of people by case status and call."""

    tp: int
    fn: int
    tn: int
    fp: int

    @property
    def n(self) -> int:
        """People."""
        return self.tp + self.fn + self.tn + self.fp


def confusion(case: Cases, probability: Probabilities) -> Confusion:
    """Count true and false calls.

    >>> confusion(np.int8([1, 1, 0]), np.array([0.9, 0.5, 0.1]))
    Confusion(tp=1, fn=1, tn=1, fp=0)
    """
    called, is_case = probability > 0.5, case == 1
    tp, positives, cases = int(np.sum(called & is_case)), int(called.sum()), int(is_case.sum())
    return Confusion(tp, cases - tp, len(case) - cases - (positives - tp), positives - tp)


def score(metric: str, case: Cases, probability: Probabilities) -> float:
    """Value of one metric.

    Parameters
    ----------
    metric
        One of :data:`METRICS`.
    case
        (n,) int8, 1 = case, 0 = control.
    probability
        (n,) float64 in [0, 1].

    Returns
    -------
    0 to 1 (mcc: -1 to 1), or NaN where the people cannot answer:
    accuracy and brier without people; sensitivity and average_precision without cases; specificity without controls;
    balanced_accuracy, auc and mcc without both; f1 with neither a case nor a call. mcc is 0 when all calls are alike.

    Raises
    ------
    InputError
        For an unknown metric, unequal lengths, a status other than 0 and 1, or a probability outside [0, 1].

    Examples
    --------
    >>> score("accuracy", np.int8([1, 0, 1, 0]), np.array([0.9, 0.2, 0.4, 0.1]))
    0.75
    """
    check_predictions(metric, case, probability)
    if metric == Metric.AUC:
        return auc(case, probability)
    if metric == Metric.AVERAGE_PRECISION:
        return average_precision(case, probability)
    if metric == BRIER:
        return _ratio(float(np.square(probability - case).sum()), len(case))
    return _of_counts(metric, confusion(case, probability))


def auc(case: Cases, probability: Probabilities) -> float:
    """Area under the ROC curve: how often a case's probability is above a control's; ties count half."""
    cases = int(case.sum())
    pairs = cases * (len(case) - cases)
    if pairs == 0:
        return float("nan")
    above = rankdata(probability)[case == 1].sum() - cases * (cases + 1) / 2
    return float(above / pairs)


def average_precision(case: Cases, probability: Probabilities) -> float:
    """Precision averaged over the cases as the threshold is lowered past them; equal probabilities come together."""
    cases = int(case.sum())
    if cases == 0:
        return float("nan")
    levels, level = np.unique(-probability, return_inverse=True)
    found = np.bincount(level, weights=case, minlength=len(levels))
    called = np.bincount(level, minlength=len(levels))
    precision = np.cumsum(found) / np.cumsum(called)
    return float((precision * found).sum() / cases)


def check_predictions(metric: str, case: Cases, probability: Probabilities) -> None:
    """Raise :class:`InputError` unless the metric is known and the predictions are fit to be scored."""
    if metric not in METRICS:
        raise InputError(f"metric {metric!r} is not known; choose one of {', '.join(METRICS)}")
    if case.shape != probability.shape or case.ndim != 1:
        raise InputError(f"{metric}: {case.shape} case statuses but {probability.shape} probabilities")
    if not np.isin(case, (0, 1)).all():
        raise InputError(f"{metric}: case status {case[~np.isin(case, (0, 1))][0]}; expected 1 (case) or 0 (control)")
    outside = ~((probability >= 0) & (probability <= 1))
    if outside.any():
        person = int(np.flatnonzero(outside)[0])
        raise InputError(f"{metric}: probability {probability[person]} of person {person}; expected 0 to 1")


def _of_counts(metric: str, c: Confusion) -> float:
    sensitivity, specificity = _ratio(c.tp, c.tp + c.fn), _ratio(c.tn, c.tn + c.fp)
    return {
        Metric.ACCURACY: lambda: _ratio(c.tp + c.tn, c.n),
        Metric.BALANCED_ACCURACY: lambda: (sensitivity + specificity) / 2,
        Metric.SENSITIVITY: lambda: sensitivity,
        Metric.SPECIFICITY: lambda: specificity,
        Metric.F1: lambda: _ratio(2 * c.tp, 2 * c.tp + c.fp + c.fn),
        Metric.MCC: lambda: float(mcc(np.array(sensitivity), np.array(specificity), c.tp + c.fn, c.tn + c.fp)),
    }[Metric(metric)]()


def mcc(sensitivity: Probabilities, specificity: Probabilities, cases: int, controls: int) -> Probabilities:
    """Matthews correlation from the two rates (arrays of any shape) and the numbers of cases and controls."""
    if cases == 0 or controls == 0:
        return np.full(sensitivity.shape, np.nan)
    share = cases / (cases + controls)
    called = share * sensitivity + (1 - share) * (1 - specificity)
    spread = np.sqrt(called * (1 - called))
    varied = spread > 0
    gain = (sensitivity + specificity - 1) * np.sqrt(share * (1 - share))
    return np.asarray(np.where(varied, gain / np.where(varied, spread, 1), 0.0), dtype=np.float64)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
