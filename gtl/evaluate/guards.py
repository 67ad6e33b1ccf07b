"""Leakage guards: what must never be true of a study, checked on its data. A fault ends the run.

Guarded elsewhere: the final cohort opened early or twice (:mod:`gtl.evaluate.sealed` and the store's seal).
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import Dosages, allele_frequency
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.trait import TraitKind
from gtl.errors import LeakageError
from gtl.evaluate.likeness import SAME_PERSON, LikenessCheck, compare_people
from gtl.methods.base import Candidate, LearningData, Rows
from gtl.methods.training_people import TrainingPeople

_BY_STATUS = ((1, "frequency_case"), (0, "frequency_control"))


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

    People are compared within cohorts (whose splits are drawn later) and between them, as
    :func:`gtl.evaluate.likeness.compare_people` does it. Relatives pass; where the check is not conclusive nothing is
    refused.

    Parameters
    ----------
    cohorts
        Name → genotypes at the same SNPs in the same order; some hundred common SNPs from everywhere are enough.
    """
    names = [(cohort, sample) for cohort, people in cohorts.items() for sample in people.samples]
    check, closest = compare_people(np.concatenate([people.dosages for people in cohorts.values()], axis=1))
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
