"""How many genotypes of each kind a block has, by variant and by person."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING, MISSING_HUNDREDTHS
from gtl.domain.genotypes import Variants
from gtl.domain.packed_calls import PackedCalls
from gtl.domain.packed_counts import count_calls

if TYPE_CHECKING:
    import pandas as pd

_NEAREST = np.rint(np.arange(256) / 100).astype(np.int8)
"""The genotype nearest to hundredths of an allele."""
_NEAREST[MISSING_HUNDREDTHS] = MISSING


@dataclass(frozen=True, eq=False)
class CallCounts:
    """Counts of a block as it is stored; an imputed dosage counts as the genotype nearest to it.

    Attributes
    ----------
    hom_ref, het, hom_alt : (n_variants,) int32
    frequency : (n_variants,) float64, of ``alt``, from the dosages themselves; NaN where nobody was called
    person_called, person_het : (n_people,) int64
    """

    hom_ref: npt.NDArray[np.int32]
    het: npt.NDArray[np.int32]
    hom_alt: npt.NDArray[np.int32]
    frequency: npt.NDArray[np.float64]
    person_called: npt.NDArray[np.int64]
    person_het: npt.NDArray[np.int64]

    @property
    def called(self) -> npt.NDArray[np.int32]:
        """(n_variants,) people with a genotype."""
        return self.hom_ref + self.het + self.hom_alt

    @classmethod
    def of(cls, stored: PackedCalls | npt.NDArray[Any]) -> Self:
        """Count hard calls, packed or (n_variants, n_people) int8, or uint8 hundredths, 255 missing.

        >>> counts = CallCounts.of(np.int8([[0, 1, 2], [1, -1, 1]]))
        >>> counts.het.tolist(), counts.called.tolist(), counts.frequency.tolist(), counts.person_het.tolist()
        ([1, 2], [3, 2], [0.5, 0.5], [1, 1, 1])
        """
        if isinstance(stored, PackedCalls):
            return cls._of_calls(stored)
        if stored.dtype == np.int8:
            return cls._of_calls(PackedCalls.of(stored))
        counts = cls._of_calls(PackedCalls.of(_NEAREST[stored]))
        return replace(counts, frequency=_frequency(_alleles(stored, counts.called), counts.called))

    @classmethod
    def _of_calls(cls, calls: PackedCalls) -> Self:
        het, hom_alt, missing, person_missing, person_het = count_calls(calls)
        called = calls.n_people - missing
        frequency = _frequency(het + 2 * hom_alt, called)
        return cls(called - het - hom_alt, het, hom_alt, frequency, len(calls) - person_missing, person_het)

    def table(self, variants: Variants, first_row: int = 0) -> "pd.DataFrame":
        """Table :data:`gtl.schema.VARIANT_COUNTS` of the block's variants, which begin at ``first_row`` of their file.

        >>> word = lambda text: np.array([text], dtype=object)
        >>> variants = Variants(word("21"), np.array([5]), word("rs5"), word("A"), word("G"))
        >>> counts = CallCounts.of(np.int8([[1, -1]])).table(variants, 7)
        >>> counts[["row", "called", "frequency", "het"]].values.tolist()
        [[7.0, 1.0, 0.5, 1.0]]
        """
        import pandas as pd

        names = {name: getattr(variants, name) for name in ("chrom", "pos", "rsid", "ref", "alt")}
        row = np.arange(first_row, first_row + len(variants), dtype=np.int32)
        counted = ("called", "frequency", "hom_ref", "het", "hom_alt")
        return pd.DataFrame({**names, "row": row} | {name: getattr(self, name) for name in counted})


def _frequency(alleles: npt.NDArray[Any], called: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    frequency: npt.NDArray[np.float64] = np.where(called > 0, alleles / np.maximum(2 * called, 1), np.nan)
    return frequency


def _alleles(hundredths: npt.NDArray[np.uint8], called: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """(n_variants,) alt alleles among the people called; the others' 255 are taken off the sum."""
    total: npt.NDArray[np.int64] = hundredths.sum(axis=1, dtype=np.int64)
    missing = hundredths.shape[1] - called.astype(np.int64)
    alleles: npt.NDArray[np.float64] = (total - MISSING_HUNDREDTHS * missing) / 100
    return alleles
