"""What a genetic score adds to the covariates: the variance of a quantitative trait that it explains beyond them."""

import math

import numpy as np

from gtl.config.learning import QuantitativeMetric
from gtl.evaluate.intervals import Scored
from gtl.evaluate.metrics import Values, check_predictions
from gtl.evaluate.quantitative import correlation, fisher, signed_square, varies


def partial_r2(
    value: Values, covariate_prediction: Values, total_prediction: Values, confidence: float = 0.95
) -> Scored:
    """Partial R2: of the variance that covariates leave, the share that the prediction with genotypes explains.

    The squared partial correlation of trait and total prediction, given the covariates' prediction, with its sign
    (below 0 where the score makes things worse); Fisher's interval with one person fewer.

    Parameters
    ----------
    value
        (n,) float64 trait of the final people.
    covariate_prediction, total_prediction
        (n,) float64 predictions of it by covariates alone, and by covariates and genotypes.
    confidence
        Level of the interval.

    Returns
    -------
    0 where both predictions say the same; NaN for a trait that does not vary, or that covariates explain fully.

    Raises
    ------
    InputError
        For predictions that are not one finite number for each person.

    Examples
    --------
    >>> value, covariates = np.array([1.0, 2, 3, 4, 6]), np.array([1.0, 1, 2, 2, 2])
    >>> round(partial_r2(value, covariates, value).value, 12)
    1.0
    """
    for prediction in (covariate_prediction, total_prediction):
        check_predictions(QuantitativeMetric.R2, value, prediction)
    r = _partial_correlation(value, covariate_prediction, total_prediction)
    low, high = fisher(r, len(value) - 1, confidence)
    return Scored(signed_square(r), signed_square(low), signed_square(high), len(value))


def _partial_correlation(value: Values, given: Values, prediction: Values) -> float:
    if not varies(value):
        return math.nan
    left, added = _without(value, given), _without(prediction, given)
    if float(left @ left) <= 1e-20 * float(np.square(value - value.mean()).sum()):
        return math.nan
    if float(added @ added) <= 1e-20 * max(float(np.square(prediction - prediction.mean()).sum()), 1e-300):
        return 0.0
    return correlation(left, added)


def _without(numbers: Values, given: Values) -> Values:
    """What a regression on ``given`` leaves."""
    centred, by = numbers - numbers.mean(), given - given.mean()
    return np.asarray(centred - by * (centred @ by) / (by @ by)) if varies(given) else centred
