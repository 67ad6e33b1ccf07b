"""The level of predictions: their mean, brought to that of the population they are for.

Prevalence and means of traits differ between populations, and so does the ascertainment of cohorts: an intercept that
was learned in the large population puts everybody of the small one on one side of the threshold. All that is taken from
the small population's training people is one number.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit, logit

from gtl.domain.trait import TraitKind

Array = npt.NDArray[np.float64]


def level_shift(scores: Array, value: Array, kind: TraitKind) -> float:
    """What to add to scores so that the mean prediction of these people is the mean of their values.

    Parameters
    ----------
    scores
        (n_people,) float64: values of a quantitative trait, or log odds of a binary one.
    value
        (n_people,) float64: the trait, or 1.0 = case and 0.0 = control. People who are all cases or all controls
        count as if half a person of each kind were there, too: log odds stay finite.

    Examples
    --------
    >>> level_shift(np.array([1.0, 2.0]), np.array([5.0, 5.0]), TraitKind.QUANTITATIVE)
    3.5
    >>> shift = level_shift(np.array([0.0, 5.0, 9.0]), np.array([0.0, 1.0, 0.0]), TraitKind.BINARY)
    >>> round(float(expit(np.array([0.0, 5.0, 9.0]) + shift).mean()), 9) == round(1 / 3, 9)
    True
    """
    if kind is TraitKind.QUANTITATIVE:
        return float(value.mean() - scores.mean())
    share = case_share(value)
    middle = float(logit(share))
    # With everybody at the highest score's odds the mean is too low, at the lowest one's too high.
    low, high = middle - scores.max() - 1, middle - scores.min() + 1
    return float(brentq(lambda shift: expit(scores + shift).mean() - share, low, high, xtol=1e-12))


def case_share(value: Array) -> float:
    """Share of cases; half a person of each kind more where all are of one kind.

    >>> case_share(np.array([1.0, 0, 0, 0])), case_share(np.zeros(4))
    (0.25, 0.1)
    """
    share = float(value.mean())
    return share if 0 < share < 1 else float((value.sum() + 0.5) / (len(value) + 1))
