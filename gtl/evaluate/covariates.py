"""What a genetic score adds to the covariates.

Of a quantitative trait the variance that it explains beyond them, of a binary one the odds ratio a standard deviation
of what it adds.
"""

import math

import numpy as np
from scipy.stats import norm

from gtl.config.learning import QuantitativeMetric
from gtl.evaluate.classification import Cases, Probabilities
from gtl.evaluate.explained import score_of
from gtl.evaluate.intervals import Scored
from gtl.evaluate.logistic import fit_logistic, odds_ratio
from gtl.evaluate.metric_names import ODDS_RATIO
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


def added_odds_ratio(
    case: Cases,
    covariate_probability: Probabilities | None,
    total_probability: Probabilities,
    confidence: float = 0.95,
) -> Scored:
    """Odds ratio of one standard deviation of what the score adds, given the covariates; Wald's interval.

    Logistic regression of case status on the covariates' logit and on the part of the total logit that is no linear
    function of it, divided by its standard deviation.

    Parameters
    ----------
    case
        (n,) int8 status of the final people.
    covariate_probability, total_probability
        (n,) float64 probabilities by covariates alone, and by covariates and genotypes. Without the former: the odds
        ratio of the whole score.
    confidence
        Level of the interval.

    Returns
    -------
    1 for a score that adds nothing; NaN for one class, or where cases and controls can be separated.

    Raises
    ------
    InputError
        For statuses and probabilities that do not fit together.

    Examples
    --------
    >>> case, covariates = np.int8([0, 1, 0, 1, 0, 1]), np.array([0.4, 0.4, 0.4, 0.6, 0.6, 0.6])
    >>> found = added_odds_ratio(case, covariates, np.array([0.3, 0.5, 0.6, 0.7, 0.7, 0.8]))
    >>> round(found.value, 2), found.low < 1 < found.high
    (2.13, True)
    """
    given = np.full(len(case), 0.5) if covariate_probability is None else covariate_probability
    for probability in (given, total_probability):
        check_predictions(ODDS_RATIO, case, probability)
    score, by = score_of(total_probability), score_of(given)
    added = _without(score, by)
    if len(np.unique(case)) < 2:
        return Scored(math.nan, math.nan, math.nan, len(case))
    if _nothing_left(added, score):
        return Scored(1.0, 1.0, 1.0, len(case))
    columns = [np.ones(len(case)), *([by - by.mean()] if varies(by) else []), added / added.std(ddof=1)]
    fit = fit_logistic(np.column_stack(columns), case.astype(np.float64))
    if fit is None:
        return Scored(math.nan, math.nan, math.nan, len(case))
    half = float(norm.isf((1 - confidence) / 2)) * fit.error
    value, low, high = map(odds_ratio, (fit.value, fit.value - half, fit.value + half))
    return Scored(value, low, high, len(case))


def _partial_correlation(value: Values, given: Values, prediction: Values) -> float:
    if not varies(value):
        return math.nan
    left, added = _without(value, given), _without(prediction, given)
    if float(left @ left) <= 1e-20 * float(np.square(value - value.mean()).sum()):
        return math.nan
    return 0.0 if _nothing_left(added, prediction) else correlation(left, added)


def _nothing_left(added: Values, prediction: Values) -> bool:
    """Whether what a regression left of a prediction is rounding; one that is the same for all adds nothing."""
    centred = prediction - prediction.mean()
    return not varies(prediction) or float(added @ added) <= 1e-20 * float(centred @ centred)


def _without(numbers: Values, given: Values) -> Values:
    """What a regression on ``given`` leaves."""
    centred, by = numbers - numbers.mean(), given - given.mean()
    return np.asarray(centred - by * (centred @ by) / (by @ by)) if varies(given) else centred
