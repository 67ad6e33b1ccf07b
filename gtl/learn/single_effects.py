"""Sum of single effects: Bayesian regression on correlated SNPs of which few have an effect.

Each of a handful of effects sits on one SNP, and the posterior spreads it over the SNPs that could be the one: those in
linkage disequilibrium with it. Weights are posterior means, so nothing is clumped and no threshold is chosen.

Source: Wang, Sarkar, Carbonetto & Stephens 2020, J R Stat Soc B 82:1273 (SuSiE: iterative Bayesian stepwise selection).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from gtl.errors import InputError

Array = npt.NDArray[np.float64]

EFFECTS = 10
"""Effects that are allowed for; those that are not there get a prior variance of 0. The authors' default."""

MOST_ROUNDS = 100
TOLERANCE = 1e-4
"""Rounds end when no posterior mean moves by more than this share of the response's SD."""


@dataclass(frozen=True, eq=False)
class SingleEffects:
    """Posterior of all effects together.

    Attributes
    ----------
    weights
        (n_snps,) float64, posterior mean of the effect of one unit of each SNP.
    inclusion
        (n_snps,) float64, probability that the SNP has an effect (PIP).
    """

    weights: Array
    inclusion: Array


@dataclass(frozen=True, eq=False)
class Posterior:
    """Posterior of one effect: where it sits (probabilities), and mean and second moment of its size given the SNP."""

    probability: Array
    mean: Array
    second: Array

    @property
    def weights(self) -> Array:
        """(n_snps,) posterior mean of the effect."""
        return self.probability * self.mean


def sum_of_single_effects(x: Array, y: Array, effects: int = EFFECTS) -> SingleEffects:
    """Fit at most ``effects`` single effects of the columns of ``x`` on ``y``.

    Prior and residual variances are estimated too (empirical Bayes), so there is nothing to tune.

    Parameters
    ----------
    x
        (n_people, n_snps) float64, columns centred, none of them constant.
    y
        (n_people,) float64, centred; case status minus its mean makes a linear probability model.

    Raises
    ------
    InputError
        If a column of ``x`` does not vary.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(200, 3)); x -= x.mean(axis=0)
    >>> y = 2 * x[:, 1] + rng.normal(size=200)
    >>> sum_of_single_effects(x, y - y.mean()).inclusion.round(2).tolist()
    [0.0, 1.0, 0.0]
    """
    squares = np.einsum("ij,ij->j", x, x)
    if not (squares > 0).all():
        raise InputError(f"single effects: column {int(np.argmin(squares))} does not vary; leave it out")
    none = Posterior(np.full(x.shape[1], 1 / x.shape[1]), np.zeros(x.shape[1]), np.zeros(x.shape[1]))
    found = [none] * effects
    fitted, noise = np.zeros((effects, len(x))), float(y.var())
    for _ in range(MOST_ROUNDS):
        before = sum(posterior.weights for posterior in found)
        for number in range(effects):
            rest = y - fitted.sum(axis=0) + fitted[number]
            found[number] = single_effect(rest @ x, squares, noise)
            fitted[number] = x @ found[number].weights
        noise = _noise(y, fitted, squares, found)
        if np.abs(sum(posterior.weights for posterior in found) - before).max() < TOLERANCE * y.std():
            break
    present = np.array([posterior.probability for posterior in found if posterior.second.any()])
    inclusion = 1 - np.prod(1 - present, axis=0) if len(present) else np.zeros(x.shape[1])
    return SingleEffects(np.sum([posterior.weights for posterior in found], axis=0), inclusion)


def single_effect(products: Array, squares: Array, noise: float, prior: float | None = None) -> Posterior:
    """Posterior of one effect that sits on exactly one SNP, each equally likely beforehand.

    Parameters
    ----------
    products, squares
        (n_snps,) x'y and x'x of each SNP.
    noise
        Residual variance.
    prior
        Prior variance of the effect; None: the most likely one, 0 where no effect is more likely than any.
    """
    variance = noise / squares
    if prior is None:
        prior = _likeliest_prior(products / squares, variance)
    precision = 1 / variance + (1 / prior if prior > 0 else np.inf)
    spread = 1 / precision
    mean = spread * products / noise
    support = _log_bayes_factors(products / squares, variance, prior)
    return Posterior(np.exp(support - logsumexp(support)), mean, mean**2 + spread)


def _log_bayes_factors(estimate: Array, variance: Array, prior: float) -> Array:
    """Each SNP's evidence for an effect against none (Wakefield 2009, Genet Epidemiol 33:79)."""
    total = variance + prior
    return 0.5 * (np.log(variance / total) + estimate**2 * prior / (variance * total))


def _likeliest_prior(estimate: Array, variance: Array) -> float:
    def loss(log_prior: float) -> float:
        return -float(logsumexp(_log_bayes_factors(estimate, variance, float(np.exp(log_prior)))))

    highest = float(np.max(estimate**2)) + float(variance.min())
    best = minimize_scalar(loss, bounds=(np.log(highest) - 20, np.log(highest)), method="bounded")
    # Without an effect every Bayes factor is 1.
    return float(np.exp(best.x)) if best.fun < -np.log(len(estimate)) else 0.0


def _noise(y: Array, fitted: Array, squares: Array, found: list[Posterior]) -> float:
    """Expected residual variance: that of the fit, and what the effects' own uncertainty adds."""
    uncertain = sum(float(squares @ (p.probability * p.second)) for p in found) - float((fitted**2).sum())
    return (float(((y - fitted.sum(axis=0)) ** 2).sum()) + uncertain) / len(y)
