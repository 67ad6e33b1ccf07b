"""Logistic regression by penalised likelihood (Firth 1993, Biometrika 80:27), many variants at a time.

The likelihood times the square root of its information's determinant always has a finite maximum, also where genotypes
separate cases from controls (Heinze & Schemper 2002, Stat Med 21:2409). p is by the ratio of penalised likelihoods with
and without the variant's effect, as in R's ``logistf`` and regenie: Wald's fails just where the effect is large (Hauck
& Donner 1977).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erfc, expit

from gtl.association.estimates import Estimates
from gtl.association.projection import pair_products, unpacked

Array = npt.NDArray[np.float64]

_STEPS = 200
_LONGEST_STEP = 5.0
"""Most that a slope moves at a time; likelihoods are flat far out."""

_CONVERGED = 1e-13
"""Gain of the next step in penalised log likelihood that is none; slopes are right to some 1e-6 standard errors."""

_WORSE = 1e-10
"""Loss of penalised log likelihood beyond rounding: the step was too long."""


@dataclass(frozen=True, eq=False)
class _Fit:
    coefficients: Array
    log_likelihood: Array
    slope_error: Array

    def replaced(self, rows: npt.NDArray[np.intp], other: "_Fit") -> None:
        for name in ("coefficients", "log_likelihood", "slope_error"):
            getattr(self, name)[rows] = getattr(other, name)


def firth(covariates: Array, case: Array, dosages: Array, people: Array, start: Array) -> Estimates:
    """Fit every variant beside the covariates, and once more without its effect.

    Parameters
    ----------
    covariates : (n_people, n_covariates) float64
        Independent columns, an intercept among them.
    case : (n_people,) float64
        1 = case, 0 = control.
    dosages : (n_variants, n_people) float64
        No missing ones: any number where ``people`` is 0. Covariates must leave something of each.
    people : (n_variants, n_people) float64
        How many such people there are; 0 = left out of this variant.
    start : (n_covariates,) float64
        Coefficients to begin from: those of the covariates alone.

    Returns
    -------
    Estimates, (n_variants,)

    Examples
    --------
    Thirty-five carriers among the cases, none among the 35 controls:

    >>> ones, case = np.ones((2, 1)), np.array([1.0, 0.0])
    >>> found = firth(ones, case, np.array([[1.0, 0.0]]), np.full((1, 2), 35.0), np.zeros(1))
    >>> found.beta.round(3).tolist(), bool(found.p_value[0] < 1e-20)
    ([8.525], True)
    """
    data = _Data(covariates, pair_products(covariates), case, dosages, people)
    begin = np.hstack([np.tile(start, (len(dosages), 1)), np.zeros((len(dosages), 1))])
    without = _maximise(data, begin, free=False)
    full = _maximise(data, without.coefficients, free=True)
    ratio = np.maximum(2 * (full.log_likelihood - without.log_likelihood), 0)
    return Estimates(full.coefficients[:, -1], full.slope_error, np.asarray(erfc(np.sqrt(ratio / 2))))


@dataclass(frozen=True, eq=False)
class _Data:
    """What the likelihood of some variants is made of."""

    covariates: Array
    pairs: Array
    case: Array
    dosages: Array
    people: Array

    def take(self, rows: npt.NDArray[np.intp]) -> "_Data":
        return _Data(self.covariates, self.pairs, self.case, self.dosages[rows], self.people[rows])


@dataclass(frozen=True, eq=False)
class _Point:
    """The penalised likelihood at some coefficients."""

    log_likelihood: Array
    score: Array
    information: Array
    inverse: Array

    def step(self, free: bool) -> tuple[Array, Array]:
        """Scoring step, and twice what it promises to gain; the slope stays unless ``free``."""
        if free:
            step = np.einsum("vij,vj->vi", self.inverse, self.score)
        else:
            ahead = np.linalg.solve(self.information[:, :-1, :-1], self.score[:, :-1, None])[:, :, 0]
            step = np.hstack([ahead, np.zeros((len(ahead), 1))])
        length = np.abs(step[:, -1:]) / _LONGEST_STEP
        return step / np.maximum(length, 1), (step * self.score).sum(axis=1)


def _maximise(data: _Data, begin: Array, *, free: bool) -> _Fit:
    """Fisher scoring with halved steps; a variant that is at its maximum is looked at no more."""
    n_variants = len(begin)
    found = _Fit(begin.copy(), np.full(n_variants, -np.inf), np.full(n_variants, np.nan))
    going, step = np.arange(n_variants), np.zeros_like(begin)
    for _ in range(_STEPS):
        at = _evaluate(data, found.coefficients[going] + step)
        uphill = at.log_likelihood > found.log_likelihood[going] - _WORSE
        ahead, gain = at.step(free)
        slope_error = np.sqrt(at.inverse[:, -1, -1])
        better = _Fit(found.coefficients[going] + step, at.log_likelihood, slope_error)
        found.replaced(going[uphill], _Fit(*(getattr(better, name)[uphill] for name in vars(better))))
        step = np.where(uphill[:, None], ahead, step / 2)
        unfinished = np.flatnonzero(~uphill | (gain > _CONVERGED))
        if not len(unfinished):
            break
        going, step, data = going[unfinished], step[unfinished], data.take(unfinished)
    return found


def _evaluate(data: _Data, coefficients: Array) -> _Point:
    logits = coefficients[:, :-1] @ data.covariates.T + coefficients[:, -1:] * data.dosages
    mean = expit(logits)
    weight = mean * (1 - mean)
    information = _information(data, weight * data.people)
    inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
    residual = data.people * (data.case - mean + weight * _leverage(data, inverse) * (0.5 - mean))
    score = np.hstack([residual @ data.covariates, (residual * data.dosages).sum(axis=1, keepdims=True)])
    likelihood = (data.people * (data.case * logits - np.logaddexp(0, logits))).sum(axis=1)
    return _Point(likelihood + np.linalg.slogdet(information)[1] / 2, score, information, inverse)


def _information(data: _Data, weight: Array) -> Array:
    n_covariates = data.covariates.shape[1]
    full = np.empty((len(weight), n_covariates + 1, n_covariates + 1))
    full[:, :-1, :-1] = unpacked(weight @ data.pairs, n_covariates)
    weight = weight * data.dosages
    full[:, -1, :-1] = full[:, :-1, -1] = weight @ data.covariates
    full[:, -1, -1] = (weight * data.dosages).sum(axis=1)
    return full


def _leverage(data: _Data, inverse: Array) -> Array:
    """X' inverse x of every person at every variant."""
    first, second = np.triu_indices(data.covariates.shape[1])
    twice = np.where(first == second, 1, 2) * inverse[:, first, second]
    with_dosage = 2 * inverse[:, :-1, -1] @ data.covariates.T + inverse[:, -1:, -1] * data.dosages
    return np.asarray(twice @ data.pairs.T + with_dosage * data.dosages)
