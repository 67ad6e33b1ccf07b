"""How often two people's genotypes agree, for all pairs at once: counts by matrix products, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.domain.blocks import Blocks
from gtl.domain.dosages import MISSING, hard_calls
from gtl.domain.genotypes import GenotypeMatrix

Counts = npt.NDArray[np.float32]
"""Whole numbers: float32 has them exactly up to 16.7 million variants, and its products are the fast ones."""

_BAND_ENTRIES = 2**25
"""Entries of one matrix of counts: 128 MB."""

_PART_ENTRIES = 2**23
"""Genotypes that are looked at together: 32 MB as float32."""


def bands(n_people: int) -> Iterator[slice]:
    """Bands of people whose counts with themselves and everybody after them fit in memory: one for a few thousand."""
    start = 0
    while start < n_people:
        height = max(1, _BAND_ENTRIES // (n_people - start))
        yield slice(start, min(start + height, n_people))
        start += height


@dataclass(eq=False)
class SharedCalls:
    """Counts for pairs of a person of ``band`` (rows) and one from its start on (columns).

    With g = dosage - 1 (0 where missing), h = 1 for a heterozygote and m = 1 for a missing call, the products g'g,
    h'm, m'h and m'm and each person's own counts give everything; variants called in everybody need g'g only.
    """

    band: slice
    samples: npt.NDArray[np.object_]
    dosages: Counts
    held_missing: Counts
    missing_held: Counts
    missing: Counts
    own_held: npt.NDArray[np.float64]
    own_missing: npt.NDArray[np.float64]
    n_variants: int = 0
    expected_held: float = field(default=0.0)

    @classmethod
    def count(cls, blocks: Blocks, band: slice) -> Self:
        """Count over all blocks, in one pass."""
        counts: Self | None = None
        for block in blocks():
            counts = counts or cls._empty(band, block)
            rows = max(1, _PART_ENTRIES // block.n_samples)
            for start in range(0, len(block.variants), rows):
                counts._add(hard_calls(block.dosages[start : start + rows]))
        if counts is None:
            raise ValueError("no blocks")
        return counts

    @property
    def heterozygosity(self) -> float:
        """The middle person's heterozygotes, as a share of those that random mating would give; 1 if it gives none."""
        return float(np.median(self.own_held)) / self.expected_held if self.expected_held else 1.0

    def kinship(self, rows: slice) -> npt.NDArray[np.float64]:
        """KING-robust kinship between families, of rows of the band; nan where the lower count of heterozygotes is 0.

        Manichaikul 2010, equation 11, in the form of plink2: .5 - (sum of squared differences) / (4 times the lower
        count of heterozygotes), over variants called in both.
        """
        least = np.minimum(self._held(rows), self._held_by_column(rows))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(least > 0, 0.5 - self._differences(rows) / (4 * least), np.nan)

    def identity(self, rows: slice) -> npt.NDArray[np.float64]:
        """1 - mean squared difference of dosages / 4: the share of alleles alike where nobody is heterozygous."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return 1 - self._differences(rows) / (4 * self._called(rows))

    def _differences(self, rows: slice) -> npt.NDArray[np.float64]:
        homozygous = 2 * self._called(rows) - self._held(rows) - self._held_by_column(rows)
        return homozygous - 2.0 * self.dosages[rows]

    def _called(self, rows: slice) -> npt.NDArray[np.float64]:
        own = self.own_missing[self.band][rows, None] + self.own_missing[self.band.start :]
        return self.n_variants - own + self.missing[rows]

    def _held(self, rows: slice) -> npt.NDArray[np.float64]:
        """Heterozygotes of the row's person where the column's was called, too."""
        return self.own_held[self.band][rows, None] - self.held_missing[rows]

    def _held_by_column(self, rows: slice) -> npt.NDArray[np.float64]:
        return self.own_held[self.band.start :] - self.missing_held[rows]

    @classmethod
    def _empty(cls, band: slice, block: GenotypeMatrix) -> Self:
        shape = band.stop - band.start, block.n_samples - band.start
        whole = shape[0] == shape[1]
        held = np.zeros(shape, dtype=np.float32)
        other = held.T if whole else np.zeros(shape, dtype=np.float32)
        products = np.zeros(shape, dtype=np.float32), held, other, np.zeros(shape, dtype=np.float32)
        return cls(band, block.samples, *products, np.zeros(block.n_samples), np.zeros(block.n_samples))

    def _add(self, calls: npt.NDArray[np.int8]) -> None:
        held, gone = calls == 1, calls == MISSING
        self._add_own(calls, held, gone)
        centred = np.where(gone, np.float32(0), calls - np.float32(1))
        # one matrix by itself where the band is everybody: BLAS does half the work
        self.dosages += centred[:, self.band].T @ centred[:, self.band.start :]
        if gone.any():
            self._add_missing(held.astype(np.float32), gone)

    def _add_missing(self, held: Counts, gone: npt.NDArray[np.bool_]) -> None:
        """Products with missing calls, which are few: sparse, people by variants."""
        from scipy.sparse import csr_array

        later = csr_array(gone[:, self.band.start :].T, dtype=np.float32)
        own = later[: self.band.stop - self.band.start]
        self.missing += (own @ later.T).toarray()
        self.held_missing += (later @ held[:, self.band]).T
        if self.missing_held.base is not self.held_missing:
            self.missing_held += own @ held[:, self.band.start :]

    def _add_own(self, calls: npt.NDArray[np.int8], held: npt.NDArray[np.bool_], gone: npt.NDArray[np.bool_]) -> None:
        self.n_variants += len(calls)
        self.own_held += held.sum(axis=0)
        self.own_missing += gone.sum(axis=0)
        called = np.maximum((~gone).sum(axis=1), 1)
        frequency = np.where(gone, 0, calls).sum(axis=1, dtype=np.float64) / (2 * called)
        self.expected_held += float((2 * frequency * (1 - frequency)).sum())
