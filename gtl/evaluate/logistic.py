"""A logistic regression of a few columns by Newton's steps."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Columns = npt.NDArray[np.float64]

_STEPS = 50
_HALVINGS = 30


@dataclass(frozen=True)
class LastCoefficient:
    """The last column's coefficient, its standard error, and the log likelihood of the whole fit."""

    value: float
    error: float
    log_likelihood: float


def fit_logistic(x: Columns, y: Columns, offset: Columns | None = None) -> LastCoefficient | None:
    """Regress ``y`` on the columns of ``x``.

    Parameters
    ----------
    x
        (n, k) float64, an intercept among the columns if one is wanted.
    y
        (n,) float64 of 0 and 1.
    offset
        (n,) float64 on the logit scale, added as it is.

    Returns
    -------
    None where there is no maximum: one class, collinear columns, or columns that separate cases from controls.
    """
    if len(np.unique(y)) < 2 or np.linalg.matrix_rank(x) < x.shape[1] or separates(x[:, -1], y):
        return None
    scale = np.abs(x).max(axis=0)  # columns of one size, so that one tolerance is right for all
    x, beta, shift = x / scale, np.zeros(x.shape[1]), 0.0 if offset is None else offset
    reached = _log_likelihood(x @ beta + shift, y)
    for _ in range(_STEPS):
        mean = expit(x @ beta + shift)
        information = (x.T * (mean * (1 - mean))) @ x
        if np.linalg.matrix_rank(information) < len(beta):  # all probabilities are 0 or 1
            return None
        step = np.linalg.solve(information, x.T @ (y - mean))
        if np.abs(step).max() < 1e-10:
            error = float(np.sqrt(np.linalg.inv(information)[-1, -1]))
            return LastCoefficient(float(beta[-1] / scale[-1]), error / float(scale[-1]), reached)
        beta, reached = _improved(x, y, beta, step, shift, reached)
    return None


def _improved(
    x: Columns, y: Columns, beta: Columns, step: Columns, shift: Columns | float, reached: float
) -> tuple[Columns, float]:
    """Newton's step, halved until the likelihood does not fall: without that it can run away from the maximum."""
    for _ in range(_HALVINGS):
        likelihood = _log_likelihood(x @ (beta + step) + shift, y)
        if likelihood >= reached - 1e-12 * abs(reached):
            break
        step = step / 2
    return beta + step, likelihood


def odds_ratio(log_odds: float) -> float:
    """Exponential of the ``log_odds``; inf where a float cannot hold it, as the upper end that few people give.

    >>> odds_ratio(0.0), odds_ratio(800.0)
    (1.0, inf)
    """
    try:
        return math.exp(log_odds)
    except OverflowError:
        return math.inf


def separates(score: Columns, y: Columns) -> bool:
    """Whether a threshold separates cases from controls: the likelihood then has no maximum."""
    if np.ptp(score) == 0:
        return False
    cases, controls = score[y == 1], score[y == 0]
    return bool(cases.min() >= controls.max() or controls.min() >= cases.max())


def _log_likelihood(linear: Columns, y: Columns) -> float:
    return float(np.sum(y * linear - np.logaddexp(0, linear)))
