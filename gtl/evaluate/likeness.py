"""Who of a study's people are so alike that they must be one person: identity by state at common SNPs.

Identity by state is 1 less the mean difference of dosages over 2, at SNPs called in both.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING, allele_frequency
from gtl.evaluate.near_pairs import NearPairs, near_pairs
from gtl.random_streams import stream

SAME_PERSON = 0.98
"""Identity by state from which two people count as one (parent and child, at common SNPs: about 0.85)."""

COMMON = 0.1
"""Only SNPs with a minor allele at least so frequent are compared: at rarer ones everybody is alike."""

ALL_PAIRS = 2048
"""People up to whom every pair is compared; among more, those that :mod:`gtl.evaluate.near_pairs` finds."""

FEWEST_SNPS = 30
"""With fewer common SNPs many unrelated people agree at all of them."""

_TAIL = 0.9
_TOLD_APART = 0.05

HardCalls = npt.NDArray[np.int8]


@dataclass(frozen=True)
class LikenessCheck:
    """What the search for people who are in a study twice has found.

    Attributes
    ----------
    snps
        Common SNPs that were compared.
    people, drawn
        People of the study, and those among whom pairs were looked for.
    recall
        Share of the pairs at :data:`SAME_PERSON` that the search finds; 1 where every pair was compared.
    highest
        Highest identity by state of the pairs compared; 0 without a pair or a common SNP.
    alike
        Pairs at or above :data:`SAME_PERSON`.
    expected
        Pairs at or above it that chance would give, from how fast the pairs above 0.9 thin out.
    """

    snps: int
    people: int
    drawn: int
    recall: float
    highest: float
    alike: int
    expected: float

    @property
    def conclusive(self) -> bool:
        """Whether a pair alike can only be one person; in a short region unrelated people may be alike, too."""
        return self.snps >= FEWEST_SNPS and self.expected < _TOLD_APART


def compare_people(dosages: HardCalls) -> tuple[LikenessCheck, tuple[int, int]]:
    """The check, and the places of the two people who are most alike.

    Cohorts that copy few haplotypes of a short region hold people who are alike by chance. The pairs from 0.9 up to
    the bound tell: their number and mean excess give, by an exponential tail, how many pairs to expect above the
    bound; unless that is below 0.05, and at 30 SNPs or more, the check is not conclusive.

    Up to :data:`ALL_PAIRS` people every pair is compared. Among more, pairs are found by keys, and each counts for the
    pairs as alike that keys miss. Where too many are alike by chance for that, so many people, drawn at random, stand
    for all.

    Parameters
    ----------
    dosages : (n_snps, n_people) int8, -1: missing
    """
    common = dosages[_is_common(dosages)]
    drawn, rng = np.arange(common.shape[1]), stream(0, "likeness")
    pairs = _search(common, rng)
    if pairs is None:
        drawn = np.sort(rng.choice(drawn, ALL_PAIRS, replace=False))
        pairs = _all_pairs(common[:, drawn])
    most = int(pairs.likeness.argmax()) if len(pairs.likeness) else None
    check = LikenessCheck(
        snps=len(common),
        people=common.shape[1],
        drawn=len(drawn),
        recall=pairs.recall,
        highest=0.0 if most is None else max(float(pairs.likeness[most]), 0.0),
        alike=int(np.sum(pairs.likeness >= SAME_PERSON)),
        expected=_by_chance(pairs),
    )
    return check, (0, 0) if most is None else (int(drawn[pairs.one[most]]), int(drawn[pairs.other[most]]))


def _is_common(dosages: HardCalls) -> npt.NDArray[np.bool_]:
    frequency = allele_frequency(dosages)
    return np.asarray(np.minimum(frequency, 1 - frequency) >= COMMON)


def _search(common: HardCalls, rng: np.random.Generator) -> NearPairs | None:
    """With few SNPs keys part nobody, and the check concludes nothing."""
    if common.shape[1] <= ALL_PAIRS:
        return _all_pairs(common)
    return near_pairs(common, SAME_PERSON, rng) if len(common) >= FEWEST_SNPS else None


def _all_pairs(common: HardCalls) -> NearPairs:
    one, other = np.triu_indices(common.shape[1] if len(common) else 0, k=1)
    likeness = _identity_by_state(common)[one, other] if len(one) else np.empty(0, np.float32)
    return NearPairs(one, other, likeness, np.ones(len(one)), recall=1.0)


def _by_chance(pairs: NearPairs) -> float:
    """Pairs at or above the bound that chance gives: an exponential tail through those that are nearly so alike."""
    tail = (pairs.likeness >= _TAIL) & (pairs.likeness < SAME_PERSON)
    excess, stands_for = pairs.likeness[tail].astype(np.float64) - _TAIL, 1 / pairs.found[tail]
    if not excess.any():
        return 0.0
    return float(stands_for.sum() * math.exp(-(SAME_PERSON - _TAIL) / np.average(excess, weights=stands_for)))


def _identity_by_state(dosages: HardCalls) -> npt.NDArray[np.float32]:
    """Of everybody with everybody: (n_people, n_people); -inf without a SNP called in both."""
    called = (dosages != MISSING).T.astype(np.float32)
    # With dosages as two bits (at least 1, at least 2), |x - y| is the number of bits that differ.
    bits = np.concatenate([dosages >= 1, dosages >= 2]).T.astype(np.float32)
    both, ones = called @ called.T, bits @ np.tile(called, 2).T
    apart = ones + ones.T - 2 * bits @ bits.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(both > 0, 1 - apart / (2 * both), -np.inf), dtype=np.float32)
