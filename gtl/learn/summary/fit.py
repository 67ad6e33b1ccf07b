"""Whether statistics and LD fit each other: what the other variants say of each one's z, beside what it is.

Where LD is that of the statistics' people, z is its expectation given the others plus what they cannot know, so that
its slope on the expectation is 1 (above it for LD that was shrunk, as expectations are too small then). Signs that are
mixed up, another build or another ancestry take the slope down, to 0 where statistics and LD have nothing in common.
The expectation is that of DENTIST (Chen et al. 2021, Nature Communications 12:7117); its test of each variant would
count strong effects of well-powered studies as errors.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from gtl.learn.summary.chromosome_ld import ChromosomeLd
from gtl.learn.summary.correlations import Floats
from gtl.learn.summary.mending import mended
from gtl.learn.summary.sources import SourceStatistics, check_together

Array = npt.NDArray[np.float64]

LEAST_SLOPE = 0.6
"""Below it, statistics and LD do not fit."""

MOST_DISBELIEF = 0.4
"""Above it, neither: some alleles are swapped, or the reference's people are of another kind."""

LEAST_TOLD = 400.0
"""Sum of squared expectations, over their error variances, that a slope is told from: its standard error is 0.05 then,
or up to twice that for statistics with many effects."""


@dataclass(frozen=True, eq=False)
class LdFit:
    """Statistics beside LD, of one or more chromosomes (which add up).

    Attributes
    ----------
    variants : int, that have statistics
    agreed : float, sum of z times its expectation from the others, over the variance of what they cannot know
    expected : float, sum of squared expectations, over the same
    contradicted : float, of ``expected`` what is of LD that was not believed (:mod:`gtl.learn.summary.mending`)
    """

    variants: int
    agreed: float
    expected: float
    contradicted: float

    def __add__(self, other: "LdFit") -> "LdFit":
        return LdFit(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def slope(self) -> float:
        """Slope of z on its expectation; NaN where variants are hardly in LD, and it cannot be told."""
        return self.agreed / self.expected if self.expected >= LEAST_TOLD else float("nan")

    @property
    def disbelief(self) -> float:
        """Part of LD that was not believed, 0 to 1: hardly any where statistics and LD fit."""
        return self.contradicted / self.expected if self.expected > 0 else 0.0

    @property
    def fits(self) -> bool:
        """False if the LD is not that of the statistics' people; True also where it cannot be told."""
        return not (self.slope < LEAST_SLOPE or (self.expected >= LEAST_TOLD and self.disbelief > MOST_DISBELIEF))


def ld_fit(source: SourceStatistics, ld: ChromosomeLd) -> LdFit:
    """How well one chromosome's statistics fit an LD, by blocks.

    Raises
    ------
    InputError
        If they are of different numbers of variants.
    """
    check_together([source], [len(ld)], None)
    z, root_n = source.standardised()
    found = LdFit(0, 0.0, 0.0, 0.0)
    for block in ld.blocks():
        rows = slice(block.start, block.stop)
        found += _of_block(z[rows], root_n[rows] > 0, block.correlation)
    return found


def expectations(z: Array, ld: Floats) -> tuple[Array, Array]:
    """Mean and variance of each variant's z given the others' of its block.

    >>> mean, variance = expectations(np.array([4.0, 2.0]), np.array([[1, 0.5], [0.5, 1]], dtype=np.float32))
    >>> mean.round(6).tolist(), variance.round(6).tolist()
    ([1.0, 2.0], [0.75, 0.75])
    """
    inverse = np.linalg.inv(ld.astype(np.float64))
    variance = 1 / np.diagonal(inverse)
    return z - (inverse @ z) * variance, variance


def _of_block(z: Array, known: npt.NDArray[np.bool_], ld: Floats) -> LdFit:
    mean, variance = expectations(z[known], ld[np.ix_(known, known)])
    agreed, expected = (float(side @ (mean / variance)) for side in (z[known], mean))
    return LdFit(int(known.sum()), agreed, expected, expected * mended(z, known, ld)[1])
