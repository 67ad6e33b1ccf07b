"""A logistic regression of a few columns by Newton's steps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

Columns = npt.NDArray[np.float64]

_STEPS = 50


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
    beta, shift = np.zeros(x.shape[1]), 0.0 if offset is None else offset
    for _ in range(_STEPS):
        mean = expit(x @ beta + shift)
        information = (x.T * (mean * (1 - mean))) @ x
        if np.linalg.matrix_rank(information) < len(beta):  # all probabilities are 0 or 1
            return None
        step = np.linalg.solve(information, x.T @ (y - mean))
        beta += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            error = float(np.sqrt(np.linalg.inv(information)[-1, -1]))
            return LastCoefficient(float(beta[-1]), error, _log_likelihood(x @ beta + shift, y))
    return None


def separates(score: Columns, y: Columns) -> bool:
    """Whether a threshold separates cases from controls: the likelihood then has no maximum."""
    if np.ptp(score) == 0:
        return False
    cases, controls = score[y == 1], score[y == 0]
    return bool(cases.min() >= controls.max() or controls.min() >= cases.max())


def _log_likelihood(linear: Columns, y: Columns) -> float:
    return float(np.sum(y * linear - np.logaddexp(0, linear)))
