"""Who is left out before any model, or should be looked at, and why: one row a person and reason.

Relatives other than duplicates stay; they only must not be parted (:mod:`gtl.prepare.final_people`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.prepare.people_rows import HETEROZYGOSITY, MISSING, SEX, TWIN, PersonRow, dropped_people, people_table
from gtl.prepare.relatedness import Relatives
from gtl.prepare.same_people import same_genotypes, shared_ids

_AT_LEAST_FOR_SPREAD = 20
"""Fewest people from whom a spread is estimated."""


@dataclass(frozen=True)
class PeopleLimits:
    """Bounds of the checks.

    Attributes
    ----------
    missing : float
        Largest share of genotypes that were not called.
    heterozygosity_sd : float
        Largest distance of F from the cohort's median, in standard deviations (robust: 1.4826 x median deviation).
    female, male : float
        F of X below which a person is a woman, above which a man; between them nothing is said.
    told_only : tuple of str
        Reasons (of :mod:`gtl.prepare.people_rows`) that leave nobody out. ``HETEROZYGOSITY`` and ``TWIN`` never leave
        out inbred lines, where neither is a sign of a mistake.
    """

    missing: float = 0.05
    heterozygosity_sd: float = 4.0
    female: float = 0.2
    male: float = 0.8
    told_only: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CohortPeople:
    """A cohort's people.

    Attributes
    ----------
    population : str
    figures : DataFrame
        As :func:`gtl.prepare.person_figures.person_figures` makes it.
    sex : mapping
        ``"female"`` or ``"male"`` by sample id, of those whose sex the source knows.
    """

    population: str
    figures: pd.DataFrame
    sex: Mapping[str, str] = field(default_factory=dict)


def check_people(
    cohorts: Sequence[CohortPeople], relatives: Relatives, limits: PeopleLimits | None = None
) -> pd.DataFrame:
    """Table of people who are left out or named, with the columns of a :class:`~gtl.prepare.people_rows.PersonRow`.

    Parameters
    ----------
    cohorts
        The large one first, the small ones after it: who is in two stays in the later one, as a person whose final
        prediction is judged must not have been learnt from.
    relatives
        Of everybody, both populations together.
    limits
        Bounds.

    Raises
    ------
    InputError
        If most of a cohort is in another one, most sexes disagree with X, or nobody of a cohort is left.
    """
    limits = limits or PeopleLimits()
    told_only = {*limits.told_only, *((HETEROZYGOSITY, TWIN) if relatives.inbred else ())}
    rows = shared_ids({cohort.population: cohort.figures["sample"].tolist() for cohort in cohorts})
    rows += _judged([row for cohort in cohorts for row in _alone(cohort, limits)], told_only)
    gone = dropped_people(rows)
    rows += _judged(
        same_genotypes({cohort.population: _missing(cohort, gone) for cohort in cohorts}, relatives), told_only
    )
    _check_left(cohorts, rows)
    return people_table(rows)


def _judged(rows: Sequence[PersonRow], told_only: set[str]) -> list[PersonRow]:
    return [row._replace(dropped=row.reason not in told_only) for row in rows]


def _missing(cohort: CohortPeople, gone: set[tuple[str, str]]) -> dict[str, float]:
    shares = zip(cohort.figures["sample"], cohort.figures["missing"], strict=True)
    return {sample: share for sample, share in shares if (sample, cohort.population) not in gone}


def _alone(cohort: CohortPeople, limits: PeopleLimits) -> Iterator[PersonRow]:
    """What a person's own genotypes say; the spread of heterozygosity is that of people with enough calls."""
    figures = cohort.figures
    many = (figures["missing"] > limits.missing).to_numpy()
    yield from _rows(cohort, many, MISSING, figures["missing"], limits.missing)
    inbreeding = figures["inbreeding"].to_numpy()
    usable = ~many & np.isfinite(inbreeding)
    if usable.sum() >= _AT_LEAST_FOR_SPREAD:
        distance = inbreeding - np.median(inbreeding[usable])
        spread = 1.4826 * float(np.median(np.abs(distance[usable])))
        far = usable & (np.abs(distance) > limits.heterozygosity_sd * spread) & (spread > 0)
        yield from _rows(cohort, far, HETEROZYGOSITY, distance / (spread or 1), limits.heterozygosity_sd)
    yield from _other_sex(cohort, ~many, limits)


def _other_sex(cohort: CohortPeople, usable: npt.NDArray[np.bool_], limits: PeopleLimits) -> Iterator[PersonRow]:
    value = cohort.figures["x_inbreeding"].to_numpy()
    sex = cohort.figures["sample"].map(lambda sample: cohort.sex.get(sample, "")).to_numpy(dtype=object)
    women, men = value < limits.female, value > limits.male
    told = usable & (women | men) & np.isin(sex, ("female", "male"))
    not_men, not_women = told & women & (sex == "male"), told & men & (sex == "female")
    wrong = int((not_men | not_women).sum())
    if wrong > told.sum() / 2 and wrong > 1:
        raise InputError(
            f"{cohort.population}: the sex of {wrong} of {told.sum()} people is not that of their X chromosome; check "
            "how the file codes sex (PLINK: 1 = male, 2 = female) and that its rows are those of the genotypes' people"
        )
    yield from _rows(cohort, not_men, SEX, value, limits.female)
    yield from _rows(cohort, not_women, SEX, value, limits.male)


def _rows(
    cohort: CohortPeople, mask: npt.NDArray[np.bool_], reason: str, value: npt.ArrayLike, threshold: float
) -> Iterator[PersonRow]:
    samples, values = cohort.figures["sample"].to_numpy(), np.asarray(value, dtype=np.float64)
    for row in np.flatnonzero(mask):
        yield PersonRow(str(samples[row]), cohort.population, reason, float(values[row]), threshold)


def _check_left(cohorts: Sequence[CohortPeople], rows: Sequence[PersonRow]) -> None:
    gone = dropped_people(rows)
    for cohort in cohorts:
        if all((sample, cohort.population) in gone for sample in cohort.figures["sample"]):
            reasons = Counter(row.reason for row in rows if row.population == cohort.population and row.dropped)
            said = "; ".join(f"{reason}: {count}" for reason, count in reasons.most_common())
            raise InputError(f"{cohort.population}: nobody of {len(cohort.figures)} people is left ({said})")
