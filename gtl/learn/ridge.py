"""Ridge regression around prior weights, logistic or linear as the trait asks for: what all linear methods share."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.ridge_logistic import PENALTIES, RidgeFit, log_loss, ridge_logistic

Array = npt.NDArray[np.float64]

LINEAR_PENALTIES = (np.inf, 1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)
"""Penalties that are tried for a quantitative trait; infinity keeps the prior weights. A squared error bends four times
as much as a log loss at even odds, and n people share a penalty of (SNPs / n) × (1 - h²) / h²: larger ones are wanted.
"""


def penalties_of(kind: TraitKind) -> tuple[float, ...]:
    """Penalties that are tried for standardised dosages, from the largest (infinity) down."""
    return LINEAR_PENALTIES if kind is TraitKind.QUANTITATIVE else PENALTIES


def ridge(
    x: Array, value: Array, kind: TraitKind, penalties: Iterable[float], prior: Array | None = None
) -> list[RidgeFit]:
    """:func:`ridge_linear` of a quantitative trait, :func:`gtl.learn.ridge_logistic.ridge_logistic` of a binary one.

    Parameters
    ----------
    x
        (n_people, n_snps) float64, nothing missing.
    value
        (n_people,) float64: the trait, or 1.0 = case and 0.0 = control.
    """
    if kind is TraitKind.QUANTITATIVE:
        return ridge_linear(x, value, penalties, prior)
    return ridge_logistic(x, value.astype(np.int8), penalties, prior)


def ridge_linear(x: Array, value: Array, penalties: Iterable[float], prior: Array | None = None) -> list[RidgeFit]:
    """One fit for each penalty: minimises half the mean squared error + penalty / 2 × |weights - prior|².

    The intercept is free. Closed form (Hoerl & Kennard 1970, Technometrics 12:55) by one singular value decomposition
    of the centred ``x``, whatever the number of penalties.

    Parameters
    ----------
    x
        (n_people, n_snps) float64, nothing missing; scaled as the caller wants it.
    value
        (n_people,) float64
    penalties
        Above 0, may be infinite: then only the intercept is fitted.
    prior
        (n_snps,) float64; 0 if absent.

    Raises
    ------
    InputError
        For a penalty of 0 or less, no people, or a value that is not a finite number.

    Examples
    --------
    >>> x, value = np.array([[-1.0], [1.0]]), np.array([0.0, 4.0])
    >>> [(fit.weights.tolist(), fit.intercept) for fit in ridge_linear(x, value, [np.inf, 1.0], np.array([1.0]))]
    [([1.0], 2.0), ([1.5], 2.0)]
    """
    if not len(value) or not np.isfinite(value).all():
        raise InputError("ridge regression: a person has no value, or there are no people; leave such people out")
    centre = np.zeros(x.shape[1]) if prior is None else prior
    rest = value - x @ centre
    means = x.mean(axis=0)
    left, spread, right = np.linalg.svd(x - means, full_matrices=False)
    along = left.T @ (rest - rest.mean())
    fits = []
    for penalty in penalties:
        weights = centre + right.T @ (_shrinkage(spread, penalty, len(value)) * along)
        fits.append(RidgeFit(weights, float(value.mean() - means @ weights), penalty))
    return fits


def best_fit(fits: Sequence[RidgeFit], x: Array, value: Array, kind: TraitKind) -> RidgeFit:
    """The fit with the lowest :func:`loss` on other people; among equals the first."""
    return min(fits, key=lambda fit: loss(fit.scores(x), value, kind))


def loss(scores: Array, value: Array, kind: TraitKind) -> float:
    """Mean squared error of values, or mean log loss of log odds.

    >>> loss(np.array([1.0, 3.0]), np.array([1.0, 1.0]), TraitKind.QUANTITATIVE)
    2.0
    """
    if kind is TraitKind.QUANTITATIVE:
        return float(np.mean((scores - value) ** 2))
    return log_loss(scores, value.astype(np.int8))


def _shrinkage(spread: Array, penalty: float, n: int) -> Array:
    """What each direction's residual is multiplied by: s / (s² + n × penalty)."""
    if not penalty > 0:
        raise InputError(f"ridge penalty {penalty}: expected a number above 0")
    return np.zeros(len(spread)) if np.isinf(penalty) else spread / (spread**2 + n * penalty)
