"""From effects on probability, which linear models of 0 and 1 give, to log odds of being a case."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit

Array = npt.NDArray[np.float64]

_FURTHEST = 50.0
"""Log odds beyond which a probability cannot be told from 0 or 1."""


def per_log_odds(share: float) -> float:
    """Log odds that one unit of probability is worth at the share of cases: the logistic curve's slope, inverted.

    >>> per_log_odds(0.5)
    4.0
    """
    return 1 / (share * (1 - share))


def balanced_intercept(log_odds: Array, share: float) -> float:
    """What to add to everybody's log odds so that the mean probability is the share of cases.

    Parameters
    ----------
    log_odds
        (n_people,) float64.
    share
        Between 0 and 1, neither of them.

    Examples
    --------
    >>> balanced_intercept(np.array([-1.0, 1.0]), 0.5)
    0.0
    >>> round(float(expit(np.array([0.0, 4.0]) + balanced_intercept(np.array([0.0, 4.0]), 0.2)).mean()), 9)
    0.2
    """
    spread = float(np.abs(log_odds).max(initial=0))
    start = float(logit(share))
    low, high = start - spread - _FURTHEST, start + spread + _FURTHEST
    return float(brentq(lambda intercept: expit(log_odds + intercept).mean() - share, low, high))
