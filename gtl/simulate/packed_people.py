"""People copied from haplotypes 64 variants at a time: alleles packed to a bit, genotypes to two.

A word has the alleles of 64 variants, the first in its lowest bit. A person's genotypes of these take two words, the
even variants in the first and the odd ones in the second, since every other bit of two haplotypes adds up without
carrying into a neighbour. Bytes of these words, everybody's beside each other, are *packed rows*: 16 for 64 variants.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.uint8]
Calls = npt.NDArray[np.int8]
Places = npt.NDArray[np.intp]

VARIANTS = 64
"""Variants whose alleles share a word."""

ROWS = 16
"""Packed rows of as many variants."""

_WORD = np.dtype("<u8")
_EVERY_OTHER, _EVERY_BYTE = np.uint64(0x5555555555555555), np.uint64(0x0303030303030303)

_CACHE_BYTES = 1 << 18
"""Genotypes that are unpacked at a time: as many as a core's cache holds."""


@dataclass(frozen=True, eq=False)
class Mosaics:
    """Haplotypes that are put together from others.

    Attributes
    ----------
    counts : (n_mosaics,) intp, at least 1: segments of each
    starts : (n_segments,) intp, variant that each begins at: 0 for a mosaic's first, ascending within a mosaic
    templates : (n_segments,) intp, the haplotype that each copies
    mutations : (n_mutations,) intp, alleles that flip, mosaic × n_variants + variant; twice there and back
    """

    counts: Places
    starts: Places
    templates: Places
    mutations: Places

    def alleles(self, reference: Words, n_variants: int) -> Words:
        """(n_mosaics, n_words) of haplotypes copied from ``reference``, which :func:`packed_alleles` makes."""
        alleles = self._word_by_word(reference)
        self._switch_within_words(reference, alleles)
        mosaic, variant = np.divmod(self.mutations, n_variants)
        _flip(alleles, mosaic * alleles.shape[1] + variant // VARIANTS, np.uint64(1) << _bit(variant))
        return alleles

    def _word_by_word(self, reference: Words) -> Words:
        """Each word from the template of its first variant."""
        n_words, first = reference.shape[1], np.cumsum(self.counts) - self.counts
        begin = -(-self.starts // VARIANTS)
        end = np.append(begin[1:], n_words)
        end[first[1:] - 1] = n_words
        copied = np.repeat(self.templates * n_words, end - begin).reshape(-1, n_words)
        copied += np.arange(n_words)
        return np.take(reference, copied)

    def _switch_within_words(self, reference: Words, alleles: Words) -> None:
        """Variants of a word from a switch on: from one template's to the next one's."""
        n_words, bit = reference.shape[1], _bit(self.starts)
        switch = np.flatnonzero(bit)  # the first segment of a mosaic is none: it starts at 0
        word, template = self.starts[switch] // VARIANTS, self.templates * n_words
        before, after = (np.take(reference, template[at] + word) for at in (switch - 1, switch))
        mosaic = np.repeat(np.arange(len(self.counts)) * n_words, self.counts)[switch]
        _flip(alleles, mosaic + word, (before ^ after) & (~np.uint64(0) << bit[switch]))


@dataclass(frozen=True, eq=False)
class PackedPeople:
    """Genotypes of some people.

    Attributes
    ----------
    words : (n_people, n_words, 2), as above
    """

    words: Words

    @classmethod
    def of(cls, haplotypes: Words) -> Self:
        """People of two haplotypes each, 2i and 2i + 1 person i's."""
        one, two = haplotypes[0::2], haplotypes[1::2]
        words = np.empty((*one.shape, 2), dtype=_WORD)
        for place in range(2):
            shift = np.uint64(place)
            np.add((one >> shift) & _EVERY_OTHER, (two >> shift) & _EVERY_OTHER, out=words[..., place])
        return cls(words)

    def __len__(self) -> int:
        return len(self.words)

    def replace(self, variant: int, dosages: Calls) -> None:
        """Give everybody another genotype of one variant: (n_people,) int8, 0, 1 or 2."""
        word, bit = divmod(variant, VARIANTS)
        column, shift = self.words[:, word, bit % 2], np.uint64(bit - bit % 2)
        column &= ~(np.uint64(3) << shift)
        column |= dosages.astype(np.uint64) << shift

    def rows(self) -> Rows:
        """(16 n_words, n_people): packed rows, not in the order of memory."""
        return self.words.reshape(len(self), -1).view(np.uint8).T


def _bit(variants: Places) -> Words:
    """Which bit of its word a variant has."""
    return (variants & (VARIANTS - 1)).astype(np.uint64)


def _flip(alleles: Words, words: Places, bits: Words) -> None:
    """Flip bits of words, counted from the first haplotype's first; one may be named several times."""
    np.bitwise_xor.at(alleles.ravel(), words, bits)


def packed_alleles(alleles: Calls) -> Words:
    """(n_haplotypes, n_words) of alleles (n_haplotypes, n_variants) int8, 0 or 1; behind the last one are zeros.

    >>> packed_alleles(np.int8([[1, 0, 1, 1], [0, 0, 0, 1]])).tolist()
    [[13], [8]]
    """
    packed = np.zeros((len(alleles), n_words(alleles.shape[1])), dtype=_WORD)
    packed.view(np.uint8)[:, : -(-alleles.shape[1] // 8)] = np.packbits(alleles, axis=1, bitorder="little")
    return packed


def n_words(n_variants: int) -> int:
    """Words that alleles of so many variants take.

    >>> [n_words(n) for n in (0, 1, 64, 65)]
    [0, 1, 1, 2]
    """
    return -(-n_variants // VARIANTS)


def side_by_side(groups: Iterable[PackedPeople], n_variants: int, n_people: int) -> Calls:
    """(n_variants, n_people) int8 dosages of all groups; a quarter more memory than these is in use meanwhile."""
    rows, first = np.empty((ROWS * n_words(n_variants), n_people), dtype=np.uint8), 0
    for group in groups:
        rows[:, first : first + len(group)] = group.rows()
        first += len(group)
    return unpacked(rows)[:n_variants]


def unpacked(rows: Rows) -> Calls:
    """Dosages of packed rows (16 n_words, n_people), C-contiguous: (64 n_words, n_people) int8.

    >>> haplotypes = packed_alleles(np.int8([[1, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 1]]))
    >>> unpacked(np.ascontiguousarray(PackedPeople.of(haplotypes).rows()))[:3].tolist()
    [[2, 0], [0, 0], [1, 1]]
    """
    n_people = rows.shape[1]
    packed = rows.reshape(-1, 2, 8 * n_people).view(_WORD)  # eight rows are whole words with any number of people
    dosages = np.empty((len(packed), 8, 4, 2, n_people), dtype=np.int8)
    step = max(1, _CACHE_BYTES // (VARIANTS * max(1, n_people)))
    for start in range(0, len(packed), step):
        part = packed[start : start + step]
        for place in range(4):
            calls = (part >> np.uint64(2 * place)) & _EVERY_BYTE
            dosages[start : start + step, :, place] = (
                calls.view(np.int8).reshape(len(part), 2, 8, n_people).transpose(0, 2, 1, 3)
            )
    return dosages.reshape(VARIANTS * len(packed), n_people)
