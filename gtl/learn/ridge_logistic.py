"""Logistic regression with a ridge penalty around prior weights."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from gtl.association.counts import check_both_classes, check_case
from gtl.errors import InputError

Array = npt.NDArray[np.float64]

PENALTIES = (np.inf, 10.0, 1.0, 0.1, 0.01, 0.001)
"""Penalties that are tried where one is to be chosen, for standardised dosages; infinity keeps the prior weights."""


@dataclass(frozen=True, eq=False)
class RidgeFit:
    """Weights (n_snps,) float64 and intercept of one fit, logistic or linear, and the penalty it was made with."""

    weights: Array
    intercept: float
    penalty: float

    def scores(self, x: Array) -> Array:
        """(n_people, n_snps) → (n_people,) log odds of being a case, or values of a quantitative trait."""
        return np.asarray(x @ self.weights + self.intercept)


def ridge_logistic(
    x: Array, case: npt.NDArray[np.int8], penalties: Iterable[float], prior: Array | None = None
) -> list[RidgeFit]:
    """One fit for each penalty: minimises mean log loss + penalty / 2 × |weights - prior|², the intercept free.

    The maximum a posteriori estimate under a normal prior around ``prior`` (Chelba & Acero 2006, Computer Speech &
    Language 20:382); with prior 0, ridge regression. Where SNPs outnumber people, the fit runs in the space that the
    people span, in which alone weights can differ from the prior.

    Parameters
    ----------
    x
        (n_people, n_snps) float64, nothing missing; centred and scaled as the caller wants it.
    case
        (n_people,) int8, 1 = case, 0 = control.
    penalties
        Above 0, may be infinite: then only the intercept is fitted.
    prior
        (n_snps,) float64; 0 if absent.

    Raises
    ------
    InputError
        For a penalty of 0 or less, or people who are all cases or all controls.

    Examples
    --------
    >>> x, case = np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.int8([0, 1, 1, 1])
    >>> [round(float(fit.weights[0]), 2) for fit in ridge_logistic(x, case, [np.inf, 1, 0.1], np.array([0.5]))]
    [0.5, 0.64, 1.18]
    """
    check_case(case, len(x))
    check_both_classes(case)
    centre = np.zeros(x.shape[1]) if prior is None else prior
    coordinates, basis = spanned(x)
    fits = [_fit(coordinates, case, penalty, x @ centre) for penalty in penalties]
    return [RidgeFit(centre + basis @ shift, intercept, penalty) for shift, intercept, penalty in fits]


def log_loss(logits: Array, case: npt.NDArray[np.int8]) -> float:
    """Mean negative log likelihood of case status.

    >>> round(log_loss(np.zeros(2), np.int8([0, 1])), 4)
    0.6931
    """
    return float(np.mean(np.logaddexp(0, logits) - case * logits))


def spanned(x: Array) -> tuple[Array, Array]:
    """Coordinates (n_people, r) and orthonormal basis (n_snps, r), r = min(n_people, n_snps), whose product is x.

    Distances and the ridge penalty are the same in both spaces.
    """
    if x.shape[1] <= len(x):
        return x, np.eye(x.shape[1])
    basis, triangle = np.linalg.qr(x.T)
    return triangle.T, basis


def _fit(x: Array, case: npt.NDArray[np.int8], penalty: float, offset: Array) -> tuple[Array, float, float]:
    if not penalty > 0:
        raise InputError(f"ridge penalty {penalty}: expected a number above 0")
    used = x if np.isfinite(penalty) else x[:, :0]
    finite = penalty if np.isfinite(penalty) else 0.0

    def loss(parameters: Array) -> tuple[float, Array]:
        shift, logits = parameters[:-1], used @ parameters[:-1] + parameters[-1] + offset
        residual = (expit(logits) - case) / len(case)
        value = log_loss(logits, case) + finite / 2 * shift @ shift
        return float(value), np.append(residual @ used + finite * shift, residual.sum())

    # Tolerances near machine precision, so that the minimum does not depend on the path to it.
    options = {"maxiter": 5000, "maxfun": 10000, "ftol": 1e-15, "gtol": 1e-9}
    found = minimize(loss, np.zeros(used.shape[1] + 1), jac=True, method="L-BFGS-B", options=options).x
    shift = np.zeros(x.shape[1])
    shift[: used.shape[1]] = found[:-1]
    return shift, float(found[-1]), penalty
