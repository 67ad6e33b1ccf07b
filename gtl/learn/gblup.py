"""GBLUP of a small population, alone or with a large one: effects of SNPs whose size the data tell.

Genomic best linear unbiased prediction (VanRaden 2008, J Dairy Sci 91:4414) is ridge regression on all SNPs, done among
people, who are fewer. Every prediction is linear in dosages, effects = Z' (weights of people), so that the model leaves
the people behind: it is one effect a SNP and the small population's mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.learn.borrowing import CORRELATIONS, Borrowed, Evidence, borrow
from gtl.learn.relationship import CentredDosages, mean_diagonal, relationship, relationship_between
from gtl.learn.reml import Spectrum, reml

Array = npt.NDArray[np.float64]

MOST_PEOPLE = 6000
"""Of one population: decompositions take about 10 n³ operations, a few minutes then, and 24 n² bytes, 0.9 GB."""

FEWEST_PEOPLE = 4
"""Of one population: below, variances cannot be told from the mean."""


@dataclass(frozen=True, eq=False)
class Population:
    """Dosages of one population's people and their values, (n_people,) float64, none of them NaN."""

    people: CentredDosages
    value: Array

    def __post_init__(self) -> None:
        if not FEWEST_PEOPLE <= len(self.value) <= MOST_PEOPLE:
            raise InputError(
                f"GBLUP: {len(self.value)} people of one population; it can learn from {FEWEST_PEOPLE} to {MOST_PEOPLE}"
            )
        if not np.isfinite(self.value).all():
            person = int(np.flatnonzero(~np.isfinite(self.value))[0])
            raise InputError(f"GBLUP: person {person} has no value of the trait; leave such people out")
        if np.ptp(self.value) == 0:
            raise InputError(
                f"GBLUP: all {len(self.value)} people have the value {self.value[0]:g}; there is nothing to learn"
            )

    @property
    def centred(self) -> Array:
        """(n_people,) values minus their mean."""
        return np.asarray(self.value - self.value.mean())


@dataclass(frozen=True, eq=False)
class Gblup:
    """A fitted model: value = mean + (dosages - the small population's means) · effects.

    Attributes
    ----------
    effects
        (n_snps,) float64, of one more effect allele.
    mean
        Of the small population's values; 0 for the large one's score.
    correlations, correlation_weights
        Genetic correlations that were averaged over, and the weight of each.
    heritability
        Posterior mean among the people that were learned from: the small ones, if there were any.
    """

    effects: Array
    mean: float
    correlations: tuple[float, ...]
    correlation_weights: Array
    heritability: float

    @property
    def correlation(self) -> float:
        """Posterior mean of the genetic correlation."""
        return float(self.correlation_weights @ np.array(self.correlations))


def own_gblup(small: Population, nothing: float = 0.0) -> Gblup:
    """GBLUP of the small population alone, averaged over heritabilities.

    Parameters
    ----------
    nothing
        Prior probability that there is nothing to learn: no heritability at all.
    """
    kinship = relationship(small.people)
    scale = mean_diagonal(kinship)
    borrowed = borrow(kinship / scale, small.centred, None, (0.0,), nothing)
    return _fit(small, small.people.effects(borrowed.own) / scale, (0.0,), borrowed)


def large_gblup(large: Population) -> Gblup:
    """Effects of the large population alone, to be centred on another one; REML's heritability."""
    kinship = relationship(large.people)
    scale = mean_diagonal(kinship)
    spectrum = Spectrum.of(kinship / scale)
    heritability = reml(spectrum, large.centred).heritability
    weights = heritability * spectrum.solve(large.centred, heritability)
    return Gblup(large.people.effects(weights) / scale, 0.0, (1.0,), np.ones(1), heritability)


def transfer_gblup(large: Population, small: Population, correlations: Sequence[float] = CORRELATIONS) -> Gblup:
    """GBLUP of two populations, averaged over genetic correlations as the small one's values ask for.

    Costs 2 (n_large + n_small)² operations a SNP and one decomposition of each population's kinship, of the small one's
    once a correlation. The large population's variances are its own REML estimates; the small one's are averaged over.

    Parameters
    ----------
    large, small
        At the same SNPs.
    correlations
        Among which to average: 0 alone is the small population by itself, 1 alone pools the populations.

    Raises
    ------
    InputError
        When the populations differ in SNPs.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> dosages, effects = rng.integers(0, 3, (340, 50)).astype(np.int8), rng.normal(size=50)
    >>> value = dosages @ effects + rng.normal(0, 3, 340)
    >>> large, small = (Population(CentredDosages(dosages[p]), value[p]) for p in (slice(300), slice(300, 340)))
    >>> fit = transfer_gblup(large, small)
    >>> bool(fit.correlation > 0.5), round(float(np.corrcoef(fit.effects, effects)[0, 1]), 1)
    (True, 0.9)
    """
    if large.people.dosages.shape[1] != small.people.dosages.shape[1]:
        raise InputError(
            f"GBLUP: {large.people.dosages.shape[1]} SNPs of the large population and "
            f"{small.people.dosages.shape[1]} of the small one; take the SNPs that both have"
        )
    kinship = relationship(small.people)
    scale = mean_diagonal(kinship)
    said = _Said.by(large, small, scale)
    borrowed = borrow(kinship / scale, small.centred, said.evidence, correlations)
    weights = borrowed.score * said.score_weights - said.explained_weights @ borrowed.discount
    effects = small.people.effects(borrowed.own) / scale + large.people.effects(weights) / said.scale
    return _fit(small, effects, tuple(correlations), borrowed)


@dataclass(frozen=True, eq=False)
class _Said:
    """Evidence of the large population, and how it follows from its people.

    Attributes
    ----------
    score_weights
        (n_large,) such that evidence.score = their relationships to the small people × these.
    explained_weights
        (n_large, n_small), the same for evidence.explained.
    scale
        What those relationships are divided by.
    """

    evidence: Evidence
    score_weights: Array
    explained_weights: Array
    scale: float

    @classmethod
    def by(cls, large: Population, small: Population, small_scale: float) -> "_Said":
        kinship = relationship(large.people)
        large_scale = mean_diagonal(kinship)
        spectrum = Spectrum.of(kinship / large_scale)
        components = reml(spectrum, large.centred)
        # Each population's relationships are over its own mean, so those between them are over the geometric one.
        scale = float(np.sqrt(small_scale * large_scale))
        between = relationship_between(small.people, large.people) / scale
        h = components.heritability
        score_weights = np.sqrt(components.genetic) / components.variance * spectrum.solve(large.centred, h)
        explained_weights = h * spectrum.solve(between.T, h)
        evidence = Evidence(between @ score_weights, _symmetric(between @ explained_weights), h)
        return cls(evidence, score_weights, explained_weights, scale)


def _symmetric(matrix: Array) -> Array:
    return np.asarray((matrix + matrix.T) / 2)


def _fit(small: Population, effects: Array, correlations: tuple[float, ...], borrowed: Borrowed) -> Gblup:
    return Gblup(
        effects, float(small.value.mean()), correlations, borrowed.correlation_weights, borrowed.heritability
    )  # fmt: skip
