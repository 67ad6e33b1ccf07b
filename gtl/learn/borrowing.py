"""How much the small population borrows: its values given the large population's, averaged over what is not known.

Effects of SNPs are random and correlated between two populations (Karoui et al. 2012, Genet Sel Evol 44:39; Wientjes et
al. 2017, Genetics 207:503). Given the large population's values, the small one's are normal:

    y ~ N(mean + r s m, s² (K - r² A) + e² I)

K is the kinship, s² and e² the genetic and residual variance, r the genetic correlation, m the large population's score
in genetic standard deviations, A the share of K that the score explains. Few people cannot tell which r, s² and e² are
right, so that predictions are averaged over a grid of them by their likelihood (Hoeting et al. 1999, Stat Sci 14:382):
choosing the most likely ones costs more than it brings. r = 0 is the small population alone, r = 1 the pooled one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.learn.reml import Spectrum

Array = npt.NDArray[np.float64]

CORRELATIONS = tuple(np.linspace(0, 1, 11).tolist())
"""Genetic correlations to average over; a negative one counts as none."""

END_PRIOR = 0.25
"""Prior probability of no correlation at all, and of the very same effects, each; the rest is spread between them.

Without it, populations that have nothing in common lose more by having asked (0.03 instead of 0.02 of correlation at 40
people), and those that are the same gain less.
"""

HERITABILITIES = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
"""Shares of the small population's variance that are genetic."""

VARIANCES = tuple(np.exp(np.linspace(-1.2, 1.8, 13)).tolist())
"""Genetic and residual variance together, over the sample's: kinship within groups makes it differ by a few times."""

SHARED_PART = 0.5
"""Prior share of the small population's heritability being like the large one's; otherwise it is anything."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the large population says of the small one's people.

    Attributes
    ----------
    score
        (n,) m: expected genetic values, in genetic standard deviations.
    explained
        (n, n) A: their covariance, the share of the kinship that is known.
    heritability
        Of the large population.
    """

    score: Array
    explained: Array
    heritability: float


@dataclass(frozen=True, eq=False)
class Borrowed:
    """Averages over the grid, of which effects of SNPs are made.

    Attributes
    ----------
    correlation_weights
        Posterior probability of each correlation; they sum to 1.
    heritability
        Posterior mean.
    own
        (n,) mean of s² a, a = V⁻¹ (y - mean - r s m): what each small person's dosages count.
    discount
        (n,) mean of r² s² a: what of it the large population has said already.
    score
        Mean of r s: what the large population's score counts.
    """

    correlation_weights: Array
    heritability: float
    own: Array
    discount: Array
    score: float


@dataclass(frozen=True, eq=False)
class _Slice:
    """The grid at one correlation: log likelihoods, and people's weights in the basis of ``vectors``."""

    log_likelihood: Array
    weights: Array
    vectors: Array


def borrow(
    kinship: Array,
    centred: Array,
    evidence: Evidence | None,
    correlations: Sequence[float] = CORRELATIONS,
    nothing: float = 0.0,
) -> Borrowed:
    """Average over correlations and variances by the likelihood of the small population's values.

    One spectral decomposition a correlation, about 10 n³ operations each: 0.1 s at 100 people, a minute at 1,500.

    Parameters
    ----------
    kinship
        (n, n) float64, rows sum to 0, mean diagonal 1.
    centred
        (n,) values of the trait minus their mean, not all 0.
    evidence
        Of the large population; None without one: then correlations must be 0.
    correlations
        Among which to average.
    nothing
        Prior probability that none of the variance is genetic.
    """
    known = evidence or Evidence(np.zeros(len(centred)), np.zeros_like(kinship), np.nan)
    prior = _heritability_prior(known.heritability, nothing)
    genetic, residual, shares = _grid(float(centred @ centred) / (len(centred) - 1), list(prior))
    slices = [_slice(kinship, centred, known, r, genetic, residual) for r in correlations]
    r = np.asarray(correlations)
    log_posterior = np.array([part.log_likelihood for part in slices])
    log_posterior += np.log(_correlation_prior(r))[:, None] + np.log([prior[share] for share in shares])
    weights = np.exp(log_posterior - log_posterior.max())
    weights /= weights.sum()
    people = [part.vectors @ ((w * genetic) @ part.weights) for part, w in zip(slices, weights, strict=True)]
    return Borrowed(
        correlation_weights=weights.sum(axis=1),
        heritability=float(weights.sum(axis=0) @ shares),
        own=np.sum(people, axis=0),
        discount=np.asarray(r**2 @ np.array(people)),
        score=float(r @ weights @ np.sqrt(genetic)),
    )


def _grid(variance: float, heritabilities: Sequence[float]) -> tuple[Array, Array, Array]:
    """(n_settings,) genetic variance, residual variance and heritability."""
    shares, totals = (axis.ravel() for axis in np.meshgrid(heritabilities, np.array(VARIANCES) * variance))
    return shares * totals, (1 - shares) * totals, shares


def _slice(
    kinship: Array, centred: Array, known: Evidence, correlation: float, genetic: Array, residual: Array
) -> _Slice:
    spectrum = Spectrum.of(kinship - correlation**2 * known.explained)
    value, score = spectrum.vectors.T @ centred, spectrum.vectors.T @ known.score
    left = value - correlation * np.outer(np.sqrt(genetic), score)
    weights = left / (np.outer(genetic, spectrum.values) + residual[:, None])
    log_likelihood = -0.5 * (spectrum.log_determinants(genetic, residual) + (left * weights).sum(axis=1))
    return _Slice(log_likelihood, weights, spectrum.vectors)


def _correlation_prior(correlations: Array) -> Array:
    """(n_correlations,) prior probabilities, up to a factor; see :data:`END_PRIOR`."""
    ends = (correlations == 0) | (correlations == 1)
    return np.where(ends, END_PRIOR, (1 - 2 * END_PRIOR) / max((~ends).sum(), 1))


def _heritability_prior(heritability: float, nothing: float) -> dict[float, float]:
    """Heritability → prior probability, up to a factor: ``nothing`` of them at 0, if any.

    Half uniform, half logit-normal (SD 1) around the large population's heritability; uniform if that is NaN. People of
    one trait in two populations are alike in it more often than not, and a hundred of them cannot tell. The uniform
    half lets the data say otherwise.
    """
    shares = np.array(HERITABILITIES)
    weights = np.full(len(shares), 1 / len(shares))
    if not np.isnan(heritability):
        like = np.exp(-0.5 * (_logit(shares) - _logit(heritability)) ** 2)
        weights = SHARED_PART * (like / like.sum()) + (1 - SHARED_PART) * weights
    prior = dict(zip(HERITABILITIES, ((1 - nothing) * weights).tolist(), strict=True))
    return {0.0: nothing, **prior} if nothing else prior


def _logit(share: npt.ArrayLike) -> Array:
    share = np.asarray(share, dtype=np.float64)
    return np.asarray(np.log(share / (1 - share)))
