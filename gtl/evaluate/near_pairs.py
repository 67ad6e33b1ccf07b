"""The pairs of people who are most alike, found without comparing everybody with everybody.

A key is a person's genotypes at a few SNPs, drawn at random. Two people who agree at a share s of all SNPs have the
same key of k SNPs with probability s^k, whatever the SNPs have to do with each other; so with some keys nearly all
pairs near the bound meet, and few others do. Only pairs that share a key are compared. The cost is that of sorting
people by each key: it grows as people x log(people), not as their square.

Source: Gionis, Indyk & Motwani 1999, Similarity search in high dimensions via hashing (bit sampling).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING

Places = npt.NDArray[np.intp]

_SIZES = range(8, 33, 2)
"""SNPs of a key that are tried; a genotype takes two bits, a key one word of 64."""

_FEWEST_KEYS, _MOST_KEYS = 64, 1024

_MISSED = 1e-4
"""Share of the pairs at the bound that may be missed, as long as the most keys are enough for it."""

_PAIRS_A_PERSON = 20
"""Pairs that are compared, at most: some microseconds each."""

_TRIED = 8
"""Keys from which the number of pairs is estimated beforehand."""

_COMPARED = 1 << 14
"""Pairs that are compared at a time: some megabytes."""


@dataclass(frozen=True, eq=False)
class NearPairs:
    """Pairs of people that were compared, and how alike they are.

    Attributes
    ----------
    one, other : (p,) places of the two people
    likeness : (p,) float32 identity by state
    found : (p,) float64 probability with which a pair that is so alike is found
    recall : probability with which a pair is found that is as alike as the bound
    """

    one: Places
    other: Places
    likeness: npt.NDArray[np.float32]
    found: npt.NDArray[np.float64]
    recall: float


@dataclass(frozen=True)
class Keys:
    """How people are looked up: ``number`` keys of ``size`` SNPs each, drawn with replacement."""

    size: int
    number: int

    def found(self, agreement: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Probability that two people meet who agree at this share of genotypes.

        >>> Keys(size=20, number=64).found([0.8, 0.96]).round(3).tolist()
        [0.524, 1.0]
        """
        one_key = np.asarray(agreement, dtype=np.float64) ** self.size
        with np.errstate(divide="ignore"):  # who agree at everything meet for certain
            return np.asarray(-np.expm1(self.number * np.log1p(-one_key)))


def near_pairs(dosages: npt.NDArray[np.int8], bound: float, rng: np.random.Generator) -> NearPairs | None:
    """Pairs of people that share a key; ``None`` if keys do not part them, as too many people are alike by chance.

    Parameters
    ----------
    dosages : (n_snps, n_people) int8, -1: missing
    bound
        Identity by state near which pairs are wanted, above 0.5.
    rng
        Draws the keys' SNPs.
    """
    agreement = (2 * bound - 1) * (1 - float((dosages == MISSING).mean())) ** 2
    keys = _keys(dosages, agreement, rng)
    if keys is None:
        return None
    people = dosages.shape[1]
    drawn = (_pairs_of(_key(dosages, keys.size, rng)) for _ in range(keys.number))
    one, other = np.divmod(np.unique(np.concatenate([a * people + b for a, b in drawn])), people)
    likeness, shared = _compare(_Bits.of(dosages), one, other)
    return NearPairs(one, other, likeness, keys.found(shared), float(keys.found(agreement)))


def _keys(dosages: npt.NDArray[np.int8], agreement: float, rng: np.random.Generator) -> Keys | None:
    """The shortest keys, which find most, of those that give no more pairs than can be compared in little time."""
    for size in _SIZES:
        wanted = math.log(_MISSED) / math.log1p(-(agreement**size)) if agreement < 1 else 1
        keys = Keys(size, min(max(math.ceil(wanted), _FEWEST_KEYS), _MOST_KEYS))
        pairs = np.mean([_number_of_pairs(_key(dosages, size, rng)) for _ in range(_TRIED)])
        if pairs * keys.number <= _PAIRS_A_PERSON * dosages.shape[1]:
            return keys
    return None


def _key(dosages: npt.NDArray[np.int8], size: int, rng: np.random.Generator) -> npt.NDArray[np.uint64]:
    """Everybody's genotypes at some SNPs, two bits each; missing is a genotype of its own."""
    key = np.zeros(dosages.shape[1], np.uint64)
    for snp in rng.integers(0, len(dosages), size):
        key <<= np.uint64(2)
        key |= (dosages[snp] & np.int8(3)).view(np.uint8)
    return key


def _number_of_pairs(key: npt.NDArray[np.uint64]) -> float:
    same = np.unique_counts(key).counts
    return float((same * (same - 1) // 2).sum())


def _pairs_of(key: npt.NDArray[np.uint64]) -> tuple[Places, Places]:
    """Every pair of people with the same key, the lower place first."""
    order = np.argsort(key, kind="stable")
    pairs = [(order[at], order[at + step]) for step, at in _equal_at(key[order])]
    none = np.empty(0, np.intp)
    return np.concatenate([none, *(a for a, _ in pairs)]), np.concatenate([none, *(b for _, b in pairs)])


def _equal_at(ordered: npt.NDArray[np.uint64]) -> Iterator[tuple[int, Places]]:
    """Each distance, and the places whose key is the same so much further on."""
    step, at = 1, np.flatnonzero(ordered[1:] == ordered[:-1])
    while len(at):
        yield step, at
        step += 1
        at = at[at + step < len(ordered)]
        at = at[ordered[at + step] == ordered[at]]


@dataclass(frozen=True, eq=False)
class _Bits:
    """Genotypes as bits, a person a row of 64-bit words: dosage at least 1, at least 2, and whether called."""

    planes: npt.NDArray[np.uint64]
    snps: int

    @classmethod
    def of(cls, dosages: npt.NDArray[np.int8]) -> "_Bits":
        planes = np.zeros((3, dosages.shape[1], -(-len(dosages) // 64) * 8), np.uint8)
        for plane, bits in zip(planes, (dosages >= 1, dosages >= 2, dosages != MISSING), strict=True):
            packed = np.packbits(bits, axis=0).T
            plane[:, : packed.shape[1]] = packed
        return cls(planes.view(np.uint64), len(dosages))


def _compare(bits: _Bits, one: Places, other: Places) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float64]]:
    """Identity by state of each pair, -inf without a SNP called in both, and the share of genotypes that are equal."""
    likeness, shared = np.empty(len(one), np.float32), np.empty(len(one), np.float64)
    for start in range(0, len(one), _COMPARED):
        part = slice(start, start + _COMPARED)
        a, b = bits.planes[:, one[part]], bits.planes[:, other[part]]
        both, differ = a[2] & b[2], a ^ b
        called = _count(both)
        apart = _count(differ[0] & both) + _count(differ[1] & both)
        with np.errstate(invalid="ignore", divide="ignore"):
            likeness[part] = np.where(called > 0, 1 - apart / (2 * called), -np.inf)
        shared[part] = 1 - _count(differ[0] | differ[1] | differ[2]) / bits.snps
    return likeness, shared


def _count(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    return np.asarray(np.bitwise_count(words).sum(axis=1, dtype=np.int64))
