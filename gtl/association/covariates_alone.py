"""Logistic regression of case status on covariates alone, where every variant's test starts."""

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from gtl.errors import InputError

Array = npt.NDArray[np.float64]

_STEPS = 50
_CONVERGED = 1e-12
_CERTAIN = 1e-10
"""Variance of a case status that covariates all but tell."""


def covariates_alone(design: Array, case: Array) -> Array:
    """Maximum-likelihood coefficients by Newton's method.

    No step moves anybody's log odds by more than 1, so every step is uphill (Bach 2010, Electron J Stat 4:384).

    Parameters
    ----------
    design : (n_people, n_covariates) float64
        Independent columns, an intercept first.
    case : (n_people,) float64
        1 = case, 0 = control; there are both.

    Raises
    ------
    InputError
        If covariates tell all or most cases from controls.
    """
    coefficients: Array = np.zeros(design.shape[1])
    coefficients[0] = np.log(case.mean() / (1 - case.mean()))
    for _ in range(_STEPS):
        mean = expit(design @ coefficients)
        weight = mean * (1 - mean)
        if weight.max() < _CERTAIN:
            break
        step = np.linalg.lstsq((design * weight[:, None]).T @ design, design.T @ (case - mean), rcond=None)[0]
        reach = np.abs(design @ step).max()
        coefficients = coefficients + step / max(reach, 1)
        if reach < _CONVERGED * max(1, np.abs(coefficients).max()) or reach < 1e-9:
            return coefficients
    raise InputError(
        f"covariates of {len(case)} people: they tell all or most cases from controls, so no effect of theirs can be "
        "estimated; leave out the covariate that is made of the trait, or take fewer"
    )
