"""How the alleles of one variant in two files relate: same or swapped, on the same strand or the other.

=====================================  ========================================================================
alleles of the other file               what happens
=====================================  ========================================================================
same letters, same order                kept
same letters, swapped                   flipped: its dosages become 2 - dosage
complements, same order                 kept; it was read from the other strand
complements, swapped                    flipped
A/T or C/G                              the letters do not tell: by frequency (:func:`resolve_ambiguous`), or by trust
anything else                           not usable
=====================================  ========================================================================

The complement of a longer allele is read backwards, as strands are. Placeholders (A/B, 1/2, D/I) have none, and must
match as they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import Variants

Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
Frequencies = npt.NDArray[np.float64]

DIFFERENT_ALLELES = "the alleles are others than expected"
AMBIGUOUS = "A/T or C/G: the strand is unknown"
AMBIGUOUS_SWAPPED = "A/T or C/G with alleles swapped: the strand is unknown"

_LETTERS = ("A", "C", "G", "T")
_LETTERED = re.compile("[ACGT]+")
_COMPLEMENTS = str.maketrans("ACGT", "TGCA")

LEAST_FOR_FREQUENCIES = 20
"""People from whom allele frequencies tell the strand of A/T and C/G."""

_NEAR_HALF = 0.1
"""Within this of 0.5 a frequency does not tell which of two alleles it belongs to."""

_FEW = 0.01
"""Share of variants on a strand that is put down to errors in the files."""


class Relation(IntEnum):
    """How the alleles found relate to those of the reference."""

    DIFFERENT = 0
    SAME = 1
    SWAPPED = 2
    STRAND = 3
    STRAND_SWAPPED = 4
    AMBIGUOUS = 5
    AMBIGUOUS_SWAPPED = 6


class HasAlleles(Protocol):
    """A table of variants (:class:`pandas.DataFrame`) or :class:`gtl.domain.genotypes.Variants`."""

    @property
    def ref(self) -> "npt.NDArray[np.object_] | pd.Series[str]":
        """Alleles that are not counted."""
        ...

    @property
    def alt(self) -> "npt.NDArray[np.object_] | pd.Series[str]":
        """Alleles that are counted."""
        ...


@dataclass(frozen=True, eq=False)
class CodedAlleles:
    """Alleles as numbers, the same allele having the same number in every table coded with it.

    Attributes
    ----------
    ref, alt : (n,) int64; 0, 1, 2, 3 stand for A, C, G, T
    complements : (n_alleles,) int64
        Of every allele in all tables the number of what the other strand reads there; -1 where no table has that.
    """

    ref: Codes
    alt: Codes
    complements: Codes

    @property
    def size(self) -> int:
        """Number of distinct alleles in all tables."""
        return len(self.complements)

    def take(self, rows: npt.NDArray[np.intp]) -> "CodedAlleles":
        """The alleles of the variants at ``rows``."""
        return CodedAlleles(self.ref[rows], self.alt[rows], self.complements)

    def unordered(self) -> Codes:
        """(n,) number of the two alleles, whichever is counted."""
        return np.minimum(self.ref, self.alt) * self.size + np.maximum(self.ref, self.alt)

    def strandless(self) -> Codes:
        """(n,) number of the two alleles, whichever is counted and whichever strand was read."""
        other = CodedAlleles(self.complements[self.ref], self.complements[self.alt], self.complements)
        letters = (other.ref >= 0) & (other.alt >= 0)
        return np.where(letters, np.minimum(self.unordered(), other.unordered()), self.unordered())

    def ambiguous(self) -> Flags:
        """(n,) whether both strands read the same two letters: A/T and C/G."""
        return np.asarray(self.ref == self.complements[self.alt])


def code_alleles(tables: Sequence[HasAlleles]) -> list[CodedAlleles]:
    """Code the alleles of several tables together; in one pass, whatever their length.

    Examples
    --------
    >>> [coded] = code_alleles([pd.DataFrame({"ref": ["A", "A"], "alt": ["T", "ATG"]})])
    >>> coded.alt.tolist(), coded.ambiguous().tolist()
    ([3, 4], [True, False])
    """
    columns = [np.asarray(column, dtype=object) for table in tables for column in (table.ref, table.alt)]
    codes, names = pd.factorize(np.concatenate([np.array(_LETTERS, dtype=object), *columns]))
    ends = np.cumsum([len(_LETTERS), *map(len, columns)])
    parts = np.split(codes.astype(np.int64), ends[:-1])[1:]
    complements = _complements(names)
    return [CodedAlleles(ref, alt, complements) for ref, alt in zip(parts[::2], parts[1::2], strict=True)]


def relate(reference: CodedAlleles, found: CodedAlleles) -> npt.NDArray[np.int8]:
    """(n,) :class:`Relation` of every variant of ``found`` to the same row of ``reference``."""
    ref, alt = found.complements[found.ref], found.complements[found.alt]
    same = (reference.ref == found.ref) & (reference.alt == found.alt)
    swapped = (reference.ref == found.alt) & (reference.alt == found.ref)
    ambiguous = found.ambiguous()
    relation = np.full(len(found.ref), Relation.DIFFERENT, dtype=np.int8)
    relation[(reference.ref == alt) & (reference.alt == ref)] = Relation.STRAND_SWAPPED
    relation[(reference.ref == ref) & (reference.alt == alt)] = Relation.STRAND
    relation[swapped] = Relation.SWAPPED
    relation[same] = Relation.SAME
    relation[swapped & ambiguous] = Relation.AMBIGUOUS_SWAPPED
    relation[same & ambiguous] = Relation.AMBIGUOUS
    return relation


def resolve_ambiguous(
    relation: npt.NDArray[np.int8], reference: Frequencies, found: Frequencies
) -> npt.NDArray[np.int8]:
    """Tell by allele frequency how A/T and C/G variants relate; all others stay as they are.

    Both frequencies must be outside 0.4 to 0.6. If they are on the same side once both count the same letter, the
    letters mean the same; if on opposite sides, one file read the other strand. Where the other variants say that the
    files are of one strand throughout, a frequency that says otherwise is a difference between the populations or an
    error, and decides nothing.

    Parameters
    ----------
    relation
        (n,) :class:`Relation` of all variants that the files share, by letters.
    reference, found
        (n,) frequency of each file's own counted allele; NaN where unknown, such as in a file of one person.

    Returns
    -------
    (n,) int8, AMBIGUOUS and AMBIGUOUS_SWAPPED replaced where the frequencies tell

    Examples
    --------
    >>> letters = np.int8([Relation.AMBIGUOUS, Relation.AMBIGUOUS, Relation.AMBIGUOUS_SWAPPED, Relation.AMBIGUOUS])
    >>> found = resolve_ambiguous(letters, np.array([0.2, 0.2, 0.2, 0.2]), np.array([0.3, 0.8, 0.8, 0.45]))
    >>> [Relation(code).name for code in found]
    ['SAME', 'STRAND_SWAPPED', 'SWAPPED', 'AMBIGUOUS']
    """
    swapped = relation == Relation.AMBIGUOUS_SWAPPED
    by_letters = np.where(swapped, 1 - found, found)
    told = (np.abs(reference - 0.5) > _NEAR_HALF) & (np.abs(found - 0.5) > _NEAR_HALF) & is_ambiguous(relation)
    agree = (reference > 0.5) == (by_letters > 0.5)
    one_strand, other_strand = strands(relation)
    # A/T read from the other strand is T/A: letters in one order mean swapped alleles, and the other way round.
    resolved = relation.copy()
    resolved[told & agree & one_strand & ~swapped] = Relation.SAME
    resolved[told & agree & one_strand & swapped] = Relation.SWAPPED
    resolved[told & ~agree & other_strand & ~swapped] = Relation.STRAND_SWAPPED
    resolved[told & ~agree & other_strand & swapped] = Relation.STRAND
    return resolved


def is_one_of(relation: npt.NDArray[np.int8], *kinds: Relation) -> Flags:
    """(n,) whether the relation is one of ``kinds``; of so few, comparing costs less than :func:`numpy.isin`."""
    return np.asarray(np.logical_or.reduce([relation == kind for kind in kinds]), dtype=np.bool_)


def is_ambiguous(relation: npt.NDArray[np.int8]) -> Flags:
    """(n,) whether letters alone do not tell the strand."""
    return is_one_of(relation, Relation.AMBIGUOUS, Relation.AMBIGUOUS_SWAPPED)


def counts_other(relation: npt.NDArray[np.int8]) -> Flags:
    """(n,) whether the dosages found count the reference's other allele."""
    return is_one_of(relation, Relation.SWAPPED, Relation.STRAND_SWAPPED)


def compare_alleles(
    reference: Variants,
    found: Variants,
    *,
    trust_strand: bool = True,
    frequencies: tuple[Frequencies, Frequencies] | None = None,
) -> tuple[npt.NDArray[np.object_], Flags]:
    """How the same variants in another file relate to those of ``reference``, row by row.

    Parameters
    ----------
    trust_strand
        Whether A/T and C/G in the same order are taken to be on the same strand, and swapped ones to be unusable.
    frequencies
        Without trust: frequencies of the counted alleles of ``reference`` and ``found``, by which A/T and C/G are
        known (:func:`resolve_ambiguous`). For a single person there are none, and such variants cannot be used.

    Returns
    -------
    (n_variants,) why a variant cannot be used, or "", and (n_variants,) bool: its dosages count the other allele

    Examples
    --------
    >>> word = lambda *texts: np.array(texts, dtype=object)
    >>> reference = Variants(word("21", "21"), np.array([5, 9]), word("rs5", "rs9"), word("A", "C"), word("G", "T"))
    >>> found = Variants(word("21", "21"), np.array([5, 9]), word("rs5", "rs9"), word("C", "C"), word("T", "A"))
    >>> reasons, flip = compare_alleles(reference, found)
    >>> reasons.tolist(), flip.tolist()
    (['', 'the alleles are others than expected'], [True, False])
    """
    relation = relate(*code_alleles([reference, found]))
    if not trust_strand and frequencies is not None:
        relation = resolve_ambiguous(relation, *frequencies)
    reasons = np.full(len(found), "", dtype=object)
    reasons[relation == Relation.DIFFERENT] = DIFFERENT_ALLELES
    reasons[relation == Relation.AMBIGUOUS_SWAPPED] = AMBIGUOUS_SWAPPED
    if not trust_strand:
        reasons[relation == Relation.AMBIGUOUS] = AMBIGUOUS
    return reasons, counts_other(relation)


def strands(relation: npt.NDArray[np.int8]) -> tuple[bool, bool]:
    """Whether some variants were read from one strand in both files, and whether some were from opposite ones."""
    other = int(is_one_of(relation, Relation.STRAND, Relation.STRAND_SWAPPED).sum())
    one = int(is_one_of(relation, Relation.SAME, Relation.SWAPPED).sum())
    few = _FEW * (one + other)
    return (one > few, other > few) if one + other else (True, True)


def _complements(names: npt.NDArray[np.object_]) -> Codes:
    """(n_names,) place of each name's complement among the names; -1 = none."""
    places = {name: place for place, name in enumerate(names)}
    other = (name.translate(_COMPLEMENTS)[::-1] if _LETTERED.fullmatch(name) else None for name in names)
    return np.array([places.get(name, -1) for name in other], dtype=np.int64)
