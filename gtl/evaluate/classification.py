"""How well case probabilities fit case status: counts, and one figure a metric.

A person is called a case when the probability is above 0.5. A metric that the people cannot answer (the sensitivity
of no cases, the AUC of one class) is NaN, never 0 or 0.5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from gtl.config.learning import Metric
from gtl.evaluate.metric_names import BRIER

Probabilities = npt.NDArray[np.float64]
Cases = npt.NDArray[np.int8]


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


def score_calls(metric: str, case: Cases, probability: Probabilities) -> float:
    """Value of one of :class:`gtl.config.learning.Metric`, or ``brier``; of predictions that were checked."""
    if metric == Metric.AUC:
        return auc(case, probability)
    if metric == Metric.AVERAGE_PRECISION:
        return average_precision(case, probability)
    if metric == BRIER:
        return _ratio(float(np.square(probability - case).sum()), len(case))
    return of_counts(metric, confusion(case, probability))


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


def of_counts(metric: str, c: Confusion) -> float:
    """Value of a metric of the four counts alone."""
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
