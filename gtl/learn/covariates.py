"""Covariates alone: what age, sex or ancestry predict without any variant, and how a genetic prediction goes on top.

Quantitative traits: least squares; methods then learn from the residuals, and the two predictions add up. Binary
traits: logistic regression; a method's log odds, less those of the average person, are added to the covariates' (as if
genotypes and covariates were independent given the trait: nothing more is estimated, which few people could bear).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from gtl.domain.trait import TraitKind
from gtl.learn.ridge_logistic import ridge_logistic

Array = npt.NDArray[np.float64]

_LITTLE_RIDGE = 1e-3
"""Penalty of the logistic fit on standardised covariates: separated ones get finite weights."""

_SURE = 1e-6
"""Case probabilities are kept this far from 0 and 1 before they become log odds."""


@dataclass(frozen=True, eq=False)
class CovariateModel:
    """What the covariates predict: trait values, or log odds of being a case.

    Attributes
    ----------
    kind
        Of the trait.
    names
        Covariates, coded as numbers.
    weights, intercept
        (n_covariates,) float64, and the prediction where all covariates are 0.
    centre
        Mean prediction of the people it was fitted to: trait units, or log odds of their share of cases.
    means
        (n_covariates,) means of these people: what stands in for a value that is not known. None on early cards.
    """

    kind: TraitKind
    names: tuple[str, ...]
    weights: Array
    intercept: float
    centre: float
    means: Array | None = None

    @classmethod
    def fit(cls, kind: TraitKind, names: tuple[str, ...], covariates: Array, value: Array) -> Self:
        """Fit the trait of (n,) people to their (n, n_covariates) covariates.

        >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])
        >>> CovariateModel.fit(TraitKind.QUANTITATIVE, ("age",), x, y).weights.round(6).tolist()
        [2.0]
        """
        mean = covariates.mean(axis=0)
        spread = covariates.std(axis=0)
        scale = np.where(spread > 0, spread, 1.0)
        standard = (covariates - mean) / scale
        fitted, at_mean = _linear(standard, value) if kind is TraitKind.QUANTITATIVE else _logistic(standard, value)
        weights = fitted / scale
        centre = float(value.mean())
        if kind is TraitKind.BINARY:
            centre = float(logit(np.clip(centre, _SURE, 1 - _SURE)))
        return cls(kind, names, weights, float(at_mean - weights @ mean), centre, mean)

    def to_json(self) -> dict[str, Any]:
        """JSON form, for the model card: names, weights, intercept, centre and means."""
        means = {} if self.means is None else {"means": self.means.tolist()}
        return {
            "names": list(self.names),
            "weights": self.weights.tolist(),
            "intercept": self.intercept,
            "centre": self.centre,
            **means,
        }

    @classmethod
    def from_json(cls, kind: TraitKind, value: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`to_json`."""
        weights = np.array(value["weights"], dtype=np.float64)
        means = np.array(value["means"], dtype=np.float64) if "means" in value else None
        return cls(kind, tuple(value["names"]), weights, float(value["intercept"]), float(value["centre"]), means)

    def predict(self, covariates: Array) -> Array:
        """(n, n_covariates) → (n,) trait values or log odds."""
        return np.asarray(covariates @ self.weights + self.intercept)

    def alone(self, covariates: Array) -> Array:
        """(n,) predictions of the covariates alone: trait values or case probabilities."""
        predicted = self.predict(covariates)
        return predicted if self.kind is TraitKind.QUANTITATIVE else np.asarray(expit(predicted))

    def freed(self, covariates: Array, value: Array) -> Array:
        """The trait as methods learn it: residuals of a quantitative one, a binary one as it is."""
        return value - self.predict(covariates) if self.kind is TraitKind.QUANTITATIVE else value

    def on_top(self, covariates: Array, genetic: Array) -> Array:
        """(n,) predictions from covariates and a method's genetic prediction together.

        Parameters
        ----------
        genetic
            (n,) predicted residuals, or case probabilities.
        """
        if self.kind is TraitKind.QUANTITATIVE:
            return self.predict(covariates) + genetic
        log_odds = logit(np.clip(genetic, _SURE, 1 - _SURE))
        return np.asarray(expit(self.predict(covariates) + log_odds - self.centre))


def _linear(standard: Array, value: Array) -> tuple[Array, float]:
    weights, *_ = np.linalg.lstsq(standard, value - value.mean(), rcond=None)
    return weights, float(value.mean())


def _logistic(standard: Array, value: Array) -> tuple[Array, float]:
    if not standard.shape[1]:
        return np.empty(0), float(logit(np.clip(value.mean(), _SURE, 1 - _SURE)))
    (fit,) = ridge_logistic(standard, value.astype(np.int8), [_LITTLE_RIDGE])
    return fit.weights, fit.intercept
