"""How well predictions fit a trait: one figure a metric (:mod:`gtl.evaluate.intervals` adds intervals).

Binary traits: :mod:`gtl.evaluate.classification` and :mod:`gtl.evaluate.explained`; quantitative ones:
:mod:`gtl.evaluate.quantitative`. A metric that the people cannot answer is NaN.
"""

import numpy as np
import numpy.typing as npt

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Probabilities, score_calls
from gtl.evaluate.explained import explained
from gtl.evaluate.metric_names import EXPLAINED, QUANTITATIVE_METRICS, kind_of
from gtl.evaluate.quantitative import score_quantitative

Values = npt.NDArray[np.float64]
"""A trait's values, or predictions of them."""


def score(
    metric: str, value: Cases | Values, prediction: Probabilities | Values, prevalence: float | None = None
) -> float:
    """Value of one metric.

    Parameters
    ----------
    metric
        One of :data:`gtl.evaluate.metric_names.METRICS`.
    value
        (n,) binary: int8, 1 = case, 0 = control; quantitative: float64.
    prediction
        (n,) float64; binary: probability in [0, 1]; quantitative: of the trait, on its own scale.
    prevalence
        Share of cases in the population, for ``liability_r2`` alone.

    Returns
    -------
    0 to 1 (mcc, correlation and every R2: -1 to 1; odds ratio and rmse: from 0), or NaN where the people cannot answer:
    accuracy and brier without people; sensitivity and average_precision without cases; specificity without controls;
    balanced_accuracy, auc, mcc, Nagelkerke's and liability R2 and odds ratio without both; f1 with neither a case nor
    a call; correlation and r2 without variance of the trait. Predictions that are all alike say nothing: mcc,
    correlation and every R2 are then 0, the odds ratio 1.

    Raises
    ------
    InputError
        For an unknown metric, unequal lengths, a status other than 0 and 1, a probability outside [0, 1], or a
        trait or prediction that is not a finite number.

    Examples
    --------
    >>> score("accuracy", np.int8([1, 0, 1, 0]), np.array([0.9, 0.2, 0.4, 0.1]))
    0.75
    >>> score("correlation", np.array([1.0, 2, 3]), np.array([0.1, 0.2, 0.3]))
    1.0
    """
    check_predictions(metric, value, prediction)
    if metric in QUANTITATIVE_METRICS:
        return score_quantitative(metric, value.astype(np.float64), prediction)
    case = value.astype(np.int8)
    return (
        explained(metric, case, prediction, prevalence)
        if metric in EXPLAINED
        else score_calls(metric, case, prediction)
    )


def check_predictions(metric: str, value: Cases | Values, prediction: Probabilities | Values) -> None:
    """Raise :class:`InputError` unless the metric is known and the predictions are fit to be scored."""
    binary = kind_of(metric) is TraitKind.BINARY
    if value.shape != prediction.shape or value.ndim != 1:
        words = ("case statuses", "probabilities") if binary else ("values of the trait", "predictions")
        raise InputError(f"{metric}: {value.shape} {words[0]} but {prediction.shape} {words[1]}")
    if binary:
        _check_binary(metric, value, prediction)
        return
    for what, numbers in (("trait", value), ("prediction", prediction)):
        if not np.isfinite(numbers).all():
            person = int(np.flatnonzero(~np.isfinite(numbers))[0])
            raise InputError(f"{metric}: {what} {numbers[person]} of person {person}; expected a finite number")


def _check_binary(metric: str, case: Cases | Values, probability: Probabilities) -> None:
    if not np.isin(case, (0, 1)).all():
        raise InputError(f"{metric}: case status {case[~np.isin(case, (0, 1))][0]}; expected 1 (case) or 0 (control)")
    outside = ~((probability >= 0) & (probability <= 1))
    if outside.any():
        person = int(np.flatnonzero(outside)[0])
        raise InputError(f"{metric}: probability {probability[person]} of person {person}; expected 0 to 1")
