"""Hard calls at two bits a person, as PLINK keeps them: what genotype files hold, and what is counted fastest.

A person's two bits are the number of ``alt`` alleles, 0, 1 or 2, and 3 for missing, as in a .pgen file. Four people
share a byte, the first in its lowest bits; what is left of a variant's last byte is 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING, MISSING_HUNDREDTHS
from gtl.domain.genotypes import Variants
from gtl.errors import InputError

Codes = npt.NDArray[np.uint8]
Which = npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice

_CACHE_BYTES = 1 << 18
"""Calls that are worked on at a time: as many as a core's cache holds."""

_LOW_BITS = np.uint32(0x03030303)
_GATHER = np.uint32(1 << 24 | 1 << 18 | 1 << 12 | 1 << 6)
"""Times this, the low bits of a word's four bytes meet in its highest byte; no other two of the products overlap."""


def _calls_of_bytes() -> npt.NDArray[np.uint32]:
    codes = np.arange(256)[:, None] >> np.array([0, 2, 4, 6]) & 3
    calls = np.array([0, 1, 2, MISSING], dtype=np.int8)[codes]
    words: npt.NDArray[np.uint32] = calls.view(np.uint32).ravel()
    return words


_CALLS = _calls_of_bytes()
"""The four calls of each byte, as one word."""


@dataclass(frozen=True, eq=False)
class PackedCalls:
    """Hard calls of some people at some variants.

    Attributes
    ----------
    codes : (n_variants, ceil(n_people / 4)) uint8, as above
    n_people : number of people
    """

    codes: Codes
    n_people: int

    def __post_init__(self) -> None:
        if self.codes.dtype != np.uint8 or self.codes.shape[1:] != (packed_width(self.n_people),):
            raise InputError(
                f"packed calls: expected uint8 of {packed_width(self.n_people)} bytes a variant for {self.n_people} "
                f"people, got {self.codes.dtype} of shape {self.codes.shape}"
            )

    @classmethod
    def of(cls, calls: npt.NDArray[np.int8]) -> Self:
        """Pack (n_variants, n_people) int8 calls 0, 1, 2, -1 = missing.

        >>> PackedCalls.of(np.int8([[0, 1, 2, -1, 1]])).codes.tolist()
        [[228, 1]]
        """
        n_variants, n_people = calls.shape
        codes = np.empty((n_variants, packed_width(n_people)), dtype=np.uint8)
        for part in _parts(n_variants, n_people):
            codes[part] = _packed(calls[part])
        return cls(codes, n_people)

    @classmethod
    def of_hundredths(cls, stored: npt.NDArray[np.uint8]) -> Self | None:
        """Pack (n_variants, n_people) hundredths of an allele, 255 = missing; None if not all are whole alleles.

        >>> PackedCalls.of_hundredths(np.uint8([[0, 100, 200, 255]])).unpacked().tolist()
        [[0, 1, 2, -1]]
        >>> PackedCalls.of_hundredths(np.uint8([[0, 99]])) is None
        True
        """
        n_variants, n_people = stored.shape
        codes = np.empty((n_variants, packed_width(n_people)), dtype=np.uint8)
        for part in _parts(n_variants, n_people):
            hundredths = stored[part]
            if not _whole(hundredths):
                return None
            # 6 times 0, 100, 200 and 255 are 0, 88, 176 and 250 in a byte, with 0, 1, 2 and 3 in its two highest bits
            codes[part] = _packed(hundredths * np.uint8(6) >> np.uint8(6))
        return cls(codes, n_people)

    @classmethod
    def of_bed(cls, codes: Codes, n_people: int) -> Self:
        """Pack the bytes of a .bed file, whose 00, 01, 10, 11 are 2, missing, 1, 0 copies of A1.

        >>> PackedCalls.of_bed(np.uint8([[0b01_10_00_11, 0b10]]), 5).unpacked().tolist()
        [[0, 2, 1, -1, 1]]
        """
        turned = codes >> np.uint8(1)
        turned &= np.uint8(0x55)
        turned ^= codes
        turned ^= np.uint8(0xAA)
        if n_people % 4:
            turned[:, -1:] &= np.uint8((1 << 2 * (n_people % 4)) - 1)
        return cls(turned, n_people)

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, rows: Which) -> Self:
        """The same people at fewer variants."""
        return type(self)(self.codes[rows], self.n_people)

    def unpacked(self) -> npt.NDArray[np.int8]:
        """(n_variants, n_people) int8, -1 = missing."""
        calls = np.empty((len(self), self.n_people), dtype=np.int8)
        whole = self.n_people % 4 == 0
        for part in _parts(len(self), self.n_people):
            if whole:
                np.take(_CALLS, self.codes[part], out=calls[part].view(np.uint32), mode="clip")
            else:
                calls[part] = _CALLS[self.codes[part]].view(np.int8)[:, : self.n_people]
        return calls

    def of_people(self, columns: Which) -> Self:
        """Fewer people, or in another order, at the same variants."""
        parts = [type(self).of(self[part].unpacked()[:, columns]) for part in _parts(len(self), self.n_people)]
        n_people = len(np.arange(self.n_people)[columns])
        empty = np.empty((0, packed_width(n_people)), dtype=np.uint8)
        return type(self)(np.concatenate([empty, *(part.codes for part in parts)]), n_people)


@dataclass(frozen=True, eq=False)
class PackedGenotypes:
    """Hard calls of one cohort, packed: a :class:`~gtl.domain.genotypes.GenotypeMatrix` in a quarter of its bytes.

    Attributes
    ----------
    variants : Variants
    samples : (n_samples,) array of str objects, unique
    calls : PackedCalls of these people at these variants
    """

    variants: Variants
    samples: npt.NDArray[np.object_]
    calls: PackedCalls

    @property
    def n_samples(self) -> int:
        """Number of people."""
        return len(self.samples)

    def take_samples(self, columns: Which) -> Self:
        """Fewer people at the same variants."""
        return type(self)(self.variants, self.samples[columns], self.calls.of_people(columns))


def packed_width(n_people: int) -> int:
    """Bytes of a variant's packed calls.

    >>> [packed_width(n) for n in (0, 1, 4, 5)]
    [0, 1, 1, 2]
    """
    return -(-n_people // 4)


def _packed(calls: npt.NDArray[Any]) -> npt.NDArray[np.uint32]:
    """Codes of bytes whose low bits are a person's code, -1 = missing among them, each in a word."""
    padded = np.zeros((len(calls), 4 * packed_width(calls.shape[1])), dtype=calls.dtype)
    padded[:, : calls.shape[1]] = calls
    words: npt.NDArray[np.uint32] = padded.view("<u4")
    words &= _LOW_BITS
    words *= _GATHER
    words >>= np.uint32(24)
    return words


def _whole(hundredths: npt.NDArray[np.uint8]) -> bool:
    whole = hundredths == MISSING_HUNDREDTHS
    for value in (0, 100, 200):
        whole |= hundredths == value
    return bool(whole.all())


def _parts(n_variants: int, n_people: int) -> Iterator[slice]:
    step = max(1, _CACHE_BYTES // max(1, n_people))
    for start in range(0, n_variants, step):
        yield slice(start, start + step)
