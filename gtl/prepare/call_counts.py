"""How many genotypes of each kind a block has, by variant and by person.

numpy's own sums of booleans along an axis widen every byte to eight; bits and bytes are counted here instead.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING, MISSING_HUNDREDTHS

Mask = npt.NDArray[np.bool_]

_NEAREST = np.rint(np.arange(256) / 100).astype(np.int8)
"""The genotype nearest to hundredths of an allele."""
_NEAREST[MISSING_HUNDREDTHS] = MISSING

_ROWS_IN_A_BYTE = 255
"""Rows whose count cannot overflow a byte."""


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
    def of(cls, stored: npt.NDArray[Any]) -> Self:
        """Count (n_variants, n_people) dosages: int8 hard calls, -1 missing, or uint8 hundredths, 255 missing.

        >>> counts = CallCounts.of(np.int8([[0, 1, 2], [1, -1, 1]]))
        >>> counts.het.tolist(), counts.called.tolist(), counts.frequency.tolist(), counts.person_het.tolist()
        ([1, 2], [3, 2], [0.5, 0.5], [1, 1, 1])
        """
        imputed = stored.dtype == np.uint8
        calls = _NEAREST[stored] if imputed else stored
        het = calls == 1
        hom_ref, n_het, hom_alt = (count_by_variant(mask) for mask in (calls == 0, het, calls == 2))
        called = hom_ref + n_het + hom_alt
        alleles = _alleles(stored, called) if imputed else n_het + 2 * hom_alt
        frequency = np.where(called > 0, alleles / np.maximum(2 * called, 1), np.nan)
        return cls(hom_ref, n_het, hom_alt, frequency, count_by_person(calls != MISSING), count_by_person(het))


def count_by_variant(mask: Mask) -> npt.NDArray[np.int32]:
    """(n_variants,) number of true values in each row.

    >>> count_by_variant(np.array([[True, False, True], [False, False, True]])).tolist()
    [2, 1]
    """
    bits = np.packbits(mask, axis=1)
    words = np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), dtype=np.uint8)
    words[:, : bits.shape[1]] = bits
    counts: npt.NDArray[np.int32] = np.bitwise_count(words.view(np.uint64)).sum(axis=1, dtype=np.int32)
    return counts


def count_by_person(mask: Mask) -> npt.NDArray[np.int64]:
    """(n_people,) number of true values in each column.

    >>> count_by_person(np.array([[True, False, True], [False, False, True]])).tolist()
    [1, 0, 2]
    """
    total = np.zeros(mask.shape[1], dtype=np.int64)
    for start in range(0, len(mask), _ROWS_IN_A_BYTE):
        total += mask[start : start + _ROWS_IN_A_BYTE].view(np.uint8).sum(axis=0, dtype=np.uint8)
    return total


def _alleles(hundredths: npt.NDArray[np.uint8], called: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """(n_variants,) alt alleles among the people called; the others' 255 are taken off the sum."""
    total: npt.NDArray[np.int64] = hundredths.sum(axis=1, dtype=np.int64)
    missing = hundredths.shape[1] - called.astype(np.int64)
    alleles: npt.NDArray[np.float64] = (total - MISSING_HUNDREDTHS * missing) / 100
    return alleles
