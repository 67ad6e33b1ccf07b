"""Genotype counts of many SNPs: all that the single-SNP tests need to know of the people."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError

_BLOCK_BYTES = 1 << 19
"""Dosages looked at together: about what a processor's second-level cache holds."""

_WORD_BITS = 64


@dataclass(frozen=True, eq=False)
class CaseControlCounts:
    """People by genotype; those with a missing genotype are in no column.

    Attributes
    ----------
    case, control : (n_variants, 3) int64, people with 0, 1 and 2 alt alleles
    """

    case: npt.NDArray[np.int64]
    control: npt.NDArray[np.int64]

    @classmethod
    def of(cls, dosages: npt.NDArray[np.int8], case: npt.NDArray[np.int8]) -> Self:
        """Count ``dosages`` (n_variants, n_samples) by ``case`` status (n_samples,): 1 = case, 0 = control.

        Raises
        ------
        InputError
            If lengths differ, or ``case`` holds another value or no case or no control.
        """
        check_case(case, dosages.shape[1])
        check_both_classes(case)
        counts = count_genotypes(dosages, np.stack([case == 1, case == 0]))
        return cls(counts[:, 0], counts[:, 1])

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """The counts of fewer variants."""
        return type(self)(self.case[rows], self.control[rows])

    @cached_property
    def alleles(self) -> npt.NDArray[np.int64]:
        """The (n_variants, 2, 2) allele tables: rows case, control; columns alt, ref.

        >>> CaseControlCounts(np.array([[1, 2, 3]]), np.array([[4, 0, 0]])).alleles.tolist()
        [[[8, 4], [0, 8]]]
        """
        tables = np.empty((len(self.case), 2, 2), dtype=np.int64)
        for row, people in enumerate((self.case, self.control)):
            tables[:, row, 0] = people[:, 1] + 2 * people[:, 2]
            tables[:, row, 1] = people[:, 1] + 2 * people[:, 0]
        return tables


def count_genotypes(dosages: npt.NDArray[np.int8], groups: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """People with 0, 1 and 2 alt alleles at each variant in each group.

    What is true of people is packed to bits and the bits counted word by word, as PLINK 1.9 does (Chang et al. 2015,
    GigaScience 4:7), so a group costs little more than none.

    Parameters
    ----------
    dosages : (n_variants, n_samples) int8
        Alt alleles; -1 = missing.
    groups : (n_groups, n_samples) bool
        Who is counted in each group.

    Returns
    -------
    (n_variants, n_groups, 3) int64

    >>> count_genotypes(np.array([[0, 1, 2, -1, 1]], dtype=np.int8), np.array([[True] * 5, [True] * 2 + [False] * 3]))
    array([[[1, 2, 1],
            [1, 1, 0]]])
    """
    n_variants, n_samples = dosages.shape
    counts = np.empty((n_variants, len(groups), 3), dtype=np.int64)
    step = max(1, _BLOCK_BYTES // max(n_samples, 1))
    count, everyone = _GroupCounter(groups, step), groups.sum(axis=1)
    for start in range(0, n_variants, step):
        block = dosages[start : start + step]
        not_zero, two = count.true(block), count.equal(block, 2)
        missing = count.equal(block, -1) if block.size and block.min() < 0 else 0
        counts[start : start + step] = np.stack([everyone - not_zero, not_zero - two - missing, two], axis=2)
    return counts


class _GroupCounter:
    """Counts the people of each group of whom something is true, at many variants."""

    def __init__(self, groups: npt.NDArray[np.bool_], most_variants: int) -> None:
        n_groups, n_samples = groups.shape
        n_words = -(-n_samples // _WORD_BITS)
        self._groups = _as_words(groups, np.zeros((n_groups, n_words), dtype=np.uint64))
        # Made once: new ones for each block would have their memory mapped again, which takes longer than to compare.
        self._flags = np.empty((most_variants, n_samples), dtype=bool)
        self._words = np.zeros((most_variants, n_words), dtype=np.uint64)
        self._ones = np.ones(n_words)

    def equal(self, block: npt.NDArray[np.int8], dosage: int) -> npt.NDArray[np.int64]:
        """(n_variants, n_groups) people with this dosage."""
        return self.true(np.equal(block, dosage, out=self._flags[: len(block)]))

    def true(self, block: npt.NDArray[np.int8] | npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        """(n_variants, n_groups) people where ``block`` is not 0."""
        words = _as_words(block, self._words[: len(block)])
        # Sums of a few words are quicker as a product, and exact.
        counts = [np.bitwise_count(words & people).astype(np.float64) @ self._ones for people in self._groups]
        return np.column_stack(counts).astype(np.int64)


def distinct_rows(rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """Distinct rows of a table of counts, and where each row is among them; many SNPs have the same counts.

    >>> distinct, where = distinct_rows(np.array([[5, 2], [1, 7], [5, 2]]))
    >>> distinct.tolist(), where.tolist()
    ([[5, 2], [1, 7]], [0, 1, 0])
    """
    if not len(rows):
        return rows, np.empty(0, dtype=np.intp)
    columns = np.ascontiguousarray(rows.T)
    smallest = columns.min(axis=1)
    spans = [int(span) for span in columns.max(axis=1) - smallest + 1]
    if math.prod(spans) > np.iinfo(np.int64).max:  # more than tens of thousands of people
        distinct, where = np.unique(rows, axis=0, return_inverse=True)
        return distinct, where.reshape(-1)
    # A table of hashes tells numbers apart ten times as fast as a sort does rows.
    where, numbers = pd.factorize(np.ravel_multi_index(tuple(columns - smallest[:, None]), spans))
    return np.column_stack(np.unravel_index(numbers, spans)) + smallest, where


def check_case(case: npt.NDArray[np.int8], n_samples: int) -> None:
    """Raise :class:`InputError` unless ``case`` gives each of ``n_samples`` people 0 or 1."""
    if case.shape != (n_samples,):
        raise InputError(f"case status: expected one value for each of {n_samples} people, got shape {case.shape}")
    wrong = ~np.isin(case, (0, 1))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(f"case status of sample row {row} is {case[row]}; expected 1 (case) or 0 (control)")


def check_both_classes(case: npt.NDArray[np.int8]) -> None:
    """Raise :class:`InputError` unless there are cases (1) and controls (0) in ``case``."""
    n_cases = int((case == 1).sum())
    if n_cases in (0, len(case)):
        raise InputError(
            f"case status: {n_cases} cases and {len(case) - n_cases} controls; an association needs both: "
            "move phenotypes.threshold or take more people"
        )


def _as_words(
    flags: npt.NDArray[np.int8] | npt.NDArray[np.bool_], words: npt.NDArray[np.uint64]
) -> npt.NDArray[np.uint64]:
    """Write what is not 0 of each row as bits into ``words``, whose bits behind the last are 0."""
    packed = np.packbits(flags, axis=1)
    words.view(np.uint8)[:, : packed.shape[1]] = packed
    return words
