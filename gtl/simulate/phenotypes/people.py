"""The people whose phenotypes are simulated, as the model sees them: names at once, genotypes in parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.simulate.phenotypes.causal import allele_frequency
from gtl.simulate.phenotypes.draws import FloatArray, IndexArray


class People(Protocol):
    """All people of one population; their whole genotype matrix need never be in memory."""

    @property
    def variants(self) -> Variants:
        """The variants, in the order of their rows."""

    @property
    def samples(self) -> npt.NDArray[np.object_]:
        """Sample ids, (n_samples,)."""

    def frequency(self) -> FloatArray:
        """Frequency of the alt allele at every variant, (n_variants,), among called genotypes."""

    def at(self, rows: IndexArray) -> GenotypeMatrix:
        """Everybody's genotypes at ``rows``, in their order."""

    def blocks(self) -> Iterator[GenotypeMatrix]:
        """Everybody's genotypes at all variants: blocks of one chromosome each, ascending within a chromosome."""


@dataclass(frozen=True, eq=False)
class PeopleInMemory:
    """:class:`People` whose genotypes are one matrix.

    Attributes
    ----------
    genotypes : GenotypeMatrix
    block_variants : int
        Variants in a block, at most.
    """

    genotypes: GenotypeMatrix
    block_variants: int = 4096

    @property
    def variants(self) -> Variants:
        """As in :class:`People`."""
        return self.genotypes.variants

    @property
    def samples(self) -> npt.NDArray[np.object_]:
        """As in :class:`People`."""
        return self.genotypes.samples

    def frequency(self) -> FloatArray:
        """As in :class:`People`."""
        return allele_frequency(self.genotypes.dosages)

    def at(self, rows: IndexArray) -> GenotypeMatrix:
        """As in :class:`People`."""
        return self.genotypes.take_variants(rows)

    def blocks(self) -> Iterator[GenotypeMatrix]:
        """As in :class:`People`."""
        chromosomes = self.variants.chrom
        for chromosome in dict.fromkeys(chromosomes):
            rows = np.flatnonzero(chromosomes == chromosome)
            for start in range(0, len(rows), self.block_variants):
                yield self.at(rows[start : start + self.block_variants])
