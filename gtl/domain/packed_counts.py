"""Counts of packed hard calls, by variant and by person, without unpacking them.

By variant bits are counted. By person the two-bit fields of several variants are added, a whole word at a time, and
widened to four and to eight bits before they could overflow.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gtl.domain.packed_calls import Codes, PackedCalls

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int32]

_ONES = np.uint64(0x5555555555555555)
_FIELDS = ((2, 3, np.uint64(0x3333333333333333)), (4, 5, np.uint64(0x0F0F0F0F0F0F0F0F)))
"""Bits of a field, how many of the fields before fit into it, and every second field of a word."""

_CACHE_BYTES = 1 << 19
_MOST_ROWS = 1 << 14
"""Variants counted at a time: their sums stay below the 65,535 of 16 bits."""


def count_calls(calls: PackedCalls) -> tuple[Counts, Counts, Counts, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Heterozygous, homozygous ``alt`` and missing calls of each variant; then missing and heterozygous of each person.

    >>> [counts.tolist() for counts in count_calls(PackedCalls.of(np.int8([[0, 1, 2], [1, -1, 1]])))]
    [[1, 2], [1, 0], [0, 1], [0, 1, 0], [1, 1, 1]]
    """
    by_variant = np.zeros((3, len(calls)), dtype=np.int32)
    by_person = np.zeros((2, calls.codes.shape[1] * 4), dtype=np.int64)
    for part, words in _parts(calls.codes):
        high = words >> np.uint64(1)
        high &= _ONES
        words &= _ONES
        missing = words & high
        words ^= missing
        high ^= missing
        for counts, mask in zip(by_variant, (words, high, missing), strict=True):
            counts[part] = np.bitwise_count(mask).sum(axis=1, dtype=np.int32)
        by_person[0] += _by_person(missing)[: by_person.shape[1]]
        by_person[1] += _by_person(words)[: by_person.shape[1]]
    het, hom_alt, missed = by_variant
    return het, hom_alt, missed, by_person[0, : calls.n_people], by_person[1, : calls.n_people]


def _parts(codes: Codes) -> Iterator[tuple[slice, Words]]:
    """Rows that a cache holds, as whole words."""
    width = codes.shape[1]
    step = min(_MOST_ROWS, max(1, _CACHE_BYTES // max(1, width)))
    for start in range(0, len(codes), step):
        part = slice(start, start + step)
        rows = codes[part]
        padded = np.zeros((len(rows), -(-width // 8) * 8), dtype=np.uint8)
        padded[:, :width] = rows
        yield part, padded.view(np.uint64)


def _by_person(ones: Words) -> npt.NDArray[np.int64]:
    """(32 times the words of a row,) sums over the rows of fields of two bits, each 0 or 1."""
    sums = [ones]
    for bits, many, half in _FIELDS:
        added = [_added(part, many) for part in sums]
        sums = [fields for part in added for fields in (part & half, part >> np.uint64(bits) & half)]
    people = [part.view(np.uint8).sum(axis=0, dtype=np.uint16) for part in sums]
    # of each byte's four people the first and the third were halved from one sum, the others from the other
    return np.stack([people[0], people[2], people[1], people[3]], axis=1).ravel().astype(np.int64)


def _added(rows: Words, many: int) -> Words:
    """Sums of ``many`` rows each; the last may be of fewer."""
    total = rows[::many].copy()
    for row in range(1, many):
        more = rows[row::many]
        total[: len(more)] += more
    return total
