"""Leakage guards: what must never be true of a study, checked on its data. A fault ends the run.

Guarded elsewhere: the final cohort opened early or twice (:mod:`gtl.evaluate.sealed` and the store's seal).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import Dosages, allele_frequency
from gtl.domain.genotypes import MISSING, GenotypeMatrix
from gtl.domain.trait import TraitKind
from gtl.errors import LeakageError
from gtl.methods.base import Candidate, LearningData, Rows
from gtl.methods.training_people import TrainingPeople

SAME_PERSON = 0.98
"""Identity by state from which two people count as one (parent and child, at common SNPs: about 0.85)."""

COMMON = 0.1
"""Only SNPs with a minor allele at least so frequent are compared: at rarer ones everybody is alike."""

_BY_STATUS = ((1, "frequency_case"), (0, "frequency_control"))

_FEWEST_SNPS = 30
"""With fewer common SNPs many unrelated people agree at all of them."""

_TAIL = 0.9
_TOLD_APART = 0.05
_BLOCK = 2048


@dataclass(frozen=True)
class LikenessCheck:
    """What the search for people who are in a study twice has found.

    Attributes
    ----------
    snps
        Common SNPs that were compared.
    highest
        Highest identity by state of two people; 0 without a pair or a common SNP.
    alike
        Pairs at or above :data:`SAME_PERSON`.
    expected
        Pairs at or above it that chance would give, from how fast the pairs above 0.9 thin out.
    """

    snps: int
    highest: float
    alike: int
    expected: float

    @property
    def conclusive(self) -> bool:
        """Whether a pair alike can only be one person; in a short region unrelated people may be alike, too."""
        return self.snps >= _FEWEST_SNPS and self.expected < _TOLD_APART


def check_ids_differ(groups: Mapping[str, npt.NDArray[np.object_]]) -> None:
    """Raise :class:`LeakageError` if a sample id is in two groups, or twice in one.

    Parameters
    ----------
    groups
        Name of a cohort or part of a split → its sample ids.
    """
    owner: dict[str, str] = {}
    for group, samples in groups.items():
        for sample in samples:
            if sample in owner:
                where = f"both in {owner[sample]} and in {group}" if owner[sample] != group else f"twice in {group}"
                raise LeakageError(
                    f"sample {sample!r} is {where}; a person may be in one place only: remove one, or give people of "
                    "different cohorts different ids"
                )
            owner[sample] = group


def check_split_ids(split: pd.DataFrame) -> None:
    """:func:`check_ids_differ` for a table SPLIT: no id in two parts or populations."""
    parts = split.groupby(["population", "part"], sort=False)["sample"]
    check_ids_differ({" ".join(map(str, name)): ids.to_numpy(dtype=object) for name, ids in parts})


def check_people_differ(cohorts: Mapping[str, GenotypeMatrix]) -> LikenessCheck:
    """Raise :class:`LeakageError` if two people of a study are so alike that they must be one.

    Identity by state is 1 less the mean difference of dosages over 2, at common SNPs called in both. Every pair is
    looked at, within cohorts (whose splits are drawn later) and between them. Relatives pass.

    Cohorts that copy few haplotypes of a short region hold people who are alike by chance. The pairs from 0.9 up to
    the bound tell: their number and mean excess give, by an exponential tail, how many pairs to expect above the
    bound; unless that is below 0.05, and at 30 SNPs or more, the check is not conclusive and nothing is refused.

    Parameters
    ----------
    cohorts
        Name → genotypes at the same SNPs in the same order; some hundred common SNPs from everywhere are enough.
    """
    names = [(cohort, sample) for cohort, people in cohorts.items() for sample in people.samples]
    dosages = np.concatenate([people.dosages for people in cohorts.values()], axis=1)
    check, closest = _likeness(dosages[_is_common(dosages)])
    if check.alike and check.conclusive:
        one, other = (f"{sample!r} of the {cohort} cohort" for cohort, sample in (names[i] for i in closest))
        raise LeakageError(
            f"samples {one} and {other} agree at {100 * check.highest:.1f} % of alleles of {check.snps} common SNPs "
            f"(bound: {100 * SAME_PERSON:.0f} %); {check.alike} such pairs in the study. They are one person twice, "
            "or twins: keep one of them"
        )
    return check


def check_selected_on_training(selected: pd.DataFrame, data: LearningData, rows: Rows, population: str) -> None:
    """Raise :class:`LeakageError` unless SNPs were selected by the training people's genotypes and case status.

    The association's allele frequencies are counted again, here from the split's training people; a table that saw
    anybody else, or other labels, has others.

    Parameters
    ----------
    selected
        Table ASSOCIATION of the SNPs that were selected.
    data
        Learning data of the population.
    rows
        Row of each selected SNP in ``data``.
    population
        Named in the error.
    """
    train = data.split.train
    for people, column in _counted(data):
        counted = allele_frequency(data.dosages[np.ix_(rows, people)])
        recorded = selected[column].to_numpy(dtype=np.float64)
        wrong = ~np.isclose(recorded, counted, rtol=0, atol=1e-6, equal_nan=True)
        if wrong.any():
            snp = int(np.flatnonzero(wrong)[0])
            raise LeakageError(
                f"{population} population: SNP {selected['rsid'].iloc[snp]!r} was selected by {column} "
                f"{recorded[snp]:.6g}, but the {len(train)} training people have {counted[snp]:.6g} "
                f"({int(wrong.sum())} of {len(rows)} SNPs differ): others than training people were counted; run "
                "association and pre-selection again on this split"
            )


def _counted(data: LearningData) -> list[tuple[npt.NDArray[np.intp], str]]:
    """Training people, and the column of an association that holds their allele frequency."""
    train = data.split.train
    if data.kind is TraitKind.QUANTITATIVE:
        return [(train, "frequency")]
    return [(train[data.case[train] == status], column) for status, column in _BY_STATUS]


def without_test_labels(data: LearningData) -> LearningData:
    """The same people with the test people's values taken out (NaN): what methods that are not nested are given.

    Whatever a method fits, it cannot fit to what it does not have.
    """
    value = data.value.copy()
    value[data.split.test] = np.nan
    return replace(data, value=value)


def check_trained_on_training(
    candidate: Candidate, large: LearningData, small: LearningData, nested: bool = False
) -> None:
    """Raise :class:`LeakageError` unless a model's hash is that of training people: large, small, or both.

    Parameters
    ----------
    candidate
        With the hash of what it was last trained on (:func:`gtl.learn.model_card.training_hash`).
    large, small
        The populations' learning data.
    nested
        Whether the method chooses inside its training people: then they are the learning people, test people included.
    """
    of, part = (TrainingPeople.learning, "learning") if nested else (TrainingPeople.of, "train")
    for populations in ((small,), (large,), (large, small), (small, large)):
        if of(candidate.rows, *populations).digest == candidate.training_sha256:
            return
    people = "learning" if nested else "training"
    raise LeakageError(
        f"{candidate.method}, {candidate.algorithm}: it was trained on {candidate.training_people} people who are not "
        f"the {people} people of the large population, of the small one, or of both; train it on split.{part} alone"
    )


def check_predicts_alone(candidate: Candidate, test: Dosages) -> None:
    """Raise :class:`LeakageError` unless test people's predictions stay the same when each comes alone.

    A model that scales or centres by the very people it predicts has been fitted to them. Three people are tried.
    A difference counts from 0.0001, or from that share of the predictions' standard deviation where it is above 1.

    Parameters
    ----------
    candidate
        With its test predictions; where they are NaN (nested methods), all are predicted together here.
    test
        (n_test, n_snps) int8 or float32 dosages of the test people at the candidate's SNPs.
    """
    together = candidate.predictor.predict(test) if np.isnan(candidate.test).all() else candidate.test
    for person in range(min(3, len(test))):
        alone = float(candidate.predictor.predict(test[person : person + 1])[0])
        if abs(alone - together[person]) > 1e-4 * max(1.0, float(together.std())):
            raise LeakageError(
                f"{candidate.method}, {candidate.algorithm}: test person {person} has the prediction "
                f"{together[person]:.4f} among the others and {alone:.4f} alone; a model has to be complete "
                "before it meets test people: fit scalers and thresholds to training people"
            )


def _is_common(dosages: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    frequency = allele_frequency(dosages)
    return np.asarray(np.minimum(frequency, 1 - frequency) >= COMMON)


def _likeness(dosages: npt.NDArray[np.int8]) -> tuple[LikenessCheck, tuple[int, int]]:
    """Check of all pairs, and the pair that is most alike; block by block, so that memory stays small."""
    highest, closest, alike, tail = -math.inf, (0, 0), 0, []
    starts = range(0, dosages.shape[1], _BLOCK) if len(dosages) else ()
    for first, second in combinations_with_replacement(starts, 2):
        likeness = _identity_by_state(dosages[:, first : first + _BLOCK], dosages[:, second : second + _BLOCK])
        if first == second:
            likeness[np.tril_indices(len(likeness))] = -math.inf
        if likeness.size and likeness.max() > highest:
            place = np.unravel_index(int(likeness.argmax()), likeness.shape)
            highest, closest = float(likeness[place]), (first + int(place[0]), second + int(place[1]))
        alike += int(np.sum(likeness >= SAME_PERSON))
        tail.append(likeness[(likeness >= _TAIL) & (likeness < SAME_PERSON)])
    excess = np.concatenate([*tail, np.empty(0)]) - _TAIL
    expected = len(excess) * math.exp(-(SAME_PERSON - _TAIL) / excess.mean()) if excess.any() else 0.0
    return LikenessCheck(len(dosages), max(highest, 0.0), alike, expected), closest


def _identity_by_state(one: npt.NDArray[np.int8], other: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    """1 - |difference| / 2, mean over SNPs called in both: (people of one, people of other); -inf without a SNP."""
    a, b = _Unary.of(one), _Unary.of(other)
    both = a.called @ b.called.T
    # With dosages as two bits (at least 1, at least 2), |x - y| is the number of bits that differ.
    apart = a.bits @ b.both.T + a.both @ b.bits.T - 2 * a.bits @ b.bits.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(both > 0, 1 - apart / (2 * both), -np.inf), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class _Unary:
    """Dosages in bits, a person a row: (n, 2 m) bits and whether called (missing: 0), and (n, m) whether called."""

    bits: npt.NDArray[np.float32]
    both: npt.NDArray[np.float32]
    called: npt.NDArray[np.float32]

    @classmethod
    def of(cls, dosages: npt.NDArray[np.int8]) -> "_Unary":
        bits = np.concatenate([dosages >= 1, dosages >= 2]).T.astype(np.float32)
        called = (dosages != MISSING).T.astype(np.float32)
        return cls(bits, np.tile(called, 2), called)
