"""Genomic relationships: what people have in common at all SNPs, streamed over blocks of SNPs.

The numerator of VanRaden's first method (2008, J Dairy Sci 91:4414): Z Z', Z the dosages minus each SNP's mean, here
that of the people's own population, which keeps differences of allele frequency between populations out of the
relationships (Wientjes et al. 2017, Genetics 207:503). Which allele is counted changes nothing. A missing genotype
counts as the mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages, is_called
from gtl.learn.predictors import fill_missing

Array = npt.NDArray[np.float64]

BLOCK = 2048
"""SNPs that are held as centred numbers at once: 8 KB a person."""


@dataclass(frozen=True, eq=False)
class CentredDosages:
    """Dosages of one population minus its means, made block by block when they are used.

    Attributes
    ----------
    dosages
        (n_people, n_snps) int8, -1 = missing, or float32, NaN = missing.
    """

    dosages: Dosages

    @cached_property
    def means(self) -> npt.NDArray[np.float32]:
        """(n_snps,) float32: mean dosage of those called; 0 where nobody was, which makes all centred dosages 0."""
        called = is_called(self.dosages)
        totals = np.where(called, self.dosages, 0).sum(axis=0, dtype=np.float64)
        return np.asarray(totals / np.maximum(called.sum(axis=0), 1), dtype=np.float32)

    @property
    def n_people(self) -> int:
        """Number of people."""
        return int(self.dosages.shape[0])

    def blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Centred dosages, (n_people, at most :data:`BLOCK`) float32, in the order of SNPs."""
        for start in range(0, self.dosages.shape[1], BLOCK):
            part = slice(start, start + BLOCK)
            block = fill_missing(self.dosages[:, part], self.means[part]) - self.means[part]
            # Means of those called are not exactly those of the block in float32; products need columns that sum to 0.
            yield block - block.mean(axis=0, dtype=np.float64).astype(np.float32)

    def effects(self, weights: Array) -> Array:
        """Z' a: effects of SNPs (n_snps,) that give everybody's weight (n_people,) to his dosages.

        >>> CentredDosages(np.int8([[0, 2], [2, 2]])).effects(np.array([-0.5, 1.0])).tolist()
        [1.5, 0.0]
        """
        parts = [weights @ block for block in self.blocks()]
        return np.concatenate(parts) if parts else np.empty(0)

    def scores(self, effects: Array) -> Array:
        """Z u: scores of people (n_people,), whose mean is 0, from effects of SNPs (n_snps,).

        >>> CentredDosages(np.int8([[0, 2], [2, 2]])).scores(np.array([1.5, 7.0])).tolist()
        [-1.5, 1.5]
        """
        total = np.zeros(self.n_people)
        for number, block in enumerate(self.blocks()):
            total += block @ effects[number * BLOCK : (number + 1) * BLOCK]
        return total


def relationship(people: CentredDosages) -> Array:
    """Z Z' within one population, (n, n) float64; its rows sum to 0.

    Costs 2 n² operations a SNP in float32, and the result's 8 n² bytes.

    >>> relationship(CentredDosages(np.int8([[0, 2], [2, 2]]))).tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    total = np.zeros((people.n_people, people.n_people))
    for block in people.blocks():
        total += block @ block.T
    return total


def relationship_between(people: CentredDosages, others: CentredDosages) -> Array:
    """Z Z₂' between two populations, each centred on its own means, at the same SNPs: (n, n₂) float64."""
    total = np.zeros((people.n_people, others.n_people))
    for block, other in zip(people.blocks(), others.blocks(), strict=True):
        total += block @ other.T
    return total


def mean_diagonal(kinship: Array) -> float:
    """Mean relationship of a person with himself: what divides Z Z', so that variances are those of people.

    1 for a single person, or where no SNP varies: there is nothing to divide then.
    """
    mean = float(np.trace(kinship)) / max(len(kinship), 1)
    return mean if mean > 0 else 1.0
