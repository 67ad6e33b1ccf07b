"""How good the best of many models looks on the choosing people although none of them knows anything.

Two answers: from the number of candidates alone, as if they were so many coins, each right as often as the caller of
the larger class (an upper bound, since candidates that resemble each other have fewer chances; accuracy alone); and by
permuting the trait among the choosing people, which keeps the candidates' predictions, and so their resemblance, as
they are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, rankdata

from gtl.config.learning import Metric, QuantitativeMetric
from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Probabilities, mcc
from gtl.evaluate.metrics import Values, score
from gtl.evaluate.quantitative import varies

_DRAWS = 2000


@dataclass(frozen=True)
class Luck:
    """What the choice owes to chance.

    Attributes
    ----------
    candidates, people
        Models that were tried, and the people who chose among them.
    best
        Best score on these people; NaN if none has one.
    expected
        Mean of the best score when the trait is permuted among them.
    expected_independent
        Bound for as many coins; of accuracy alone, NaN for other metrics.
    p_value
        How often a permuted trait gives a best score at least as high (Phipson & Smyth 2010).
    """

    candidates: int
    people: int
    best: float
    expected: float
    expected_independent: float
    p_value: float


def best_of_coins(candidates: int, people: int, chance: float = 0.5) -> float:
    """Expected best accuracy of independent candidates, each right about a person with probability ``chance``.

    The mean of the largest of m binomials: the sum over k of 1 - P(X < k)^m, over n.

    Raises
    ------
    InputError
        Without a candidate or a person, or for a chance outside 0 to 1.

    Examples
    --------
    >>> best_of_coins(1, 20), best_of_coins(2, 1)
    (0.5, 0.75)
    """
    if candidates < 1 or people < 1 or not 0 <= chance <= 1:
        raise InputError(
            f"best of {candidates} candidates on {people} people at chance {chance}: expected at least one of each "
            "and a chance from 0 to 1"
        )
    below = binom.cdf(np.arange(people), people, chance)
    return float(np.sum(1 - below**candidates) / people)


def luck_of_choice(
    metric: str,
    value: Cases | Values,
    predictions: npt.NDArray[np.float64],
    rng: np.random.Generator,
    draws: int = _DRAWS,
) -> Luck:
    """Set the best score on the choosing people beside what chance alone gives the very candidates that were tried.

    Parameters
    ----------
    metric
        The one that chose.
    value
        (n,) case status (int8) or quantitative trait (float64) of the choosing people.
    predictions
        (n_candidates, n) float64 case probabilities, or predictions of the trait.
    rng
        Draws the permutations.
    draws
        Number of permutations.

    Raises
    ------
    InputError
        As :func:`gtl.evaluate.metrics.score`, and without a candidate.
    """
    if not len(predictions):
        raise InputError("luck of the choice: there is no candidate; loosen the preselection thresholds")
    scores = np.array([score(metric, value, row) for row in predictions])
    best = float(np.nanmax(scores)) if not np.isnan(scores).all() else float("nan")
    chance = _best_by_chance(metric, rng.permuted(np.tile(value, (draws, 1)), axis=1), predictions)
    p_value = (np.sum(chance >= best - 1e-12) + 1) / (draws + 1) if not np.isnan(best) else float("nan")
    coins = _coins(metric, value, len(predictions))
    return Luck(len(predictions), len(value), best, float(chance.mean()), coins, float(p_value))


def _coins(metric: str, value: Cases | Values, candidates: int) -> float:
    if metric != Metric.ACCURACY:
        return float("nan")
    cases = float(np.mean(value))
    return best_of_coins(candidates, len(value), max(cases, 1 - cases))


def _best_by_chance(
    metric: str, values: Cases | Values, predictions: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Best score of each permutation, (n_draws,); candidates that predict alike need scoring once."""
    best = np.full(len(values), np.nan)
    status = values.astype(np.float64)
    for row in np.unique(predictions, axis=0):
        best = np.fmax(best, scores_by_draw(metric, status, row))
    return best


def scores_by_draw(metric: str, values: npt.NDArray[np.float64], prediction: Probabilities) -> npt.NDArray[np.float64]:
    """:func:`gtl.evaluate.metrics.score` of the same predictions for many permutations of a trait at once.

    Parameters
    ----------
    values
        (n_draws, n) float64: the same values in each draw; 0 and 1 of a binary trait.
    prediction
        (n,) float64.

    Returns
    -------
    (n_draws,) float64; NaN where the people cannot answer.
    """
    if metric in list(QuantitativeMetric):
        return _correlations(metric, values, prediction)
    n_cases = int(values[0].sum())
    n_controls = values.shape[1] - n_cases
    with np.errstate(invalid="ignore", divide="ignore"):
        if metric == Metric.AUC:
            ranks = values @ rankdata(prediction)
            return np.asarray((ranks - n_cases * (n_cases + 1) / 2) / np.float64(n_cases * n_controls))
        if metric == Metric.AVERAGE_PRECISION:
            return _average_precision(values, prediction, n_cases)
        called = prediction > 0.5
        return _of_calls(Metric(metric), values @ called, int(np.sum(called)), n_cases, n_controls)


def _correlations(metric: str, values: npt.NDArray[np.float64], prediction: Values) -> Values:
    centred = prediction - prediction.mean()
    spread = np.sqrt(np.square(values[0] - values[0].mean()).sum())
    if not varies(values[0]):
        return np.full(len(values), np.nan)
    r = values @ centred / (spread * np.sqrt(centred @ centred)) if varies(prediction) else np.zeros(len(values))
    return np.asarray(r * np.abs(r)) if metric == QuantitativeMetric.R2 else r


def _average_precision(cases: npt.NDArray[np.float64], probability: Probabilities, n_cases: int) -> Probabilities:
    levels, level = np.unique(-probability, return_inverse=True)
    found = cases @ np.eye(len(levels))[level]
    precision = np.cumsum(found, axis=1) / np.cumsum(np.bincount(level))
    return np.asarray((precision * found).sum(axis=1) / np.float64(n_cases))


def _of_calls(metric: Metric, tp: Probabilities, called: int, n_cases: int, n_controls: int) -> Probabilities:
    """Metrics of the confusion counts; ``tp`` is (n_draws,)."""
    sensitivity, specificity = tp / np.float64(n_cases), 1 - (called - tp) / np.float64(n_controls)
    if metric is Metric.SENSITIVITY:
        return sensitivity
    if metric is Metric.SPECIFICITY:
        return specificity
    if metric is Metric.BALANCED_ACCURACY:
        return (sensitivity + specificity) / 2
    if metric is Metric.MCC:
        return mcc(sensitivity, specificity, n_cases, n_controls)
    if metric is Metric.F1:
        return np.asarray(2 * tp / np.float64(n_cases + called))
    return np.asarray((tp + n_controls - (called - tp)) / np.float64(n_cases + n_controls))
