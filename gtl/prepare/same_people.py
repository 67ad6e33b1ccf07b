"""One person twice: under one id in two populations, or with the same genotypes.

A person in two populations stays in the later one: the small one, as nobody whose final prediction is judged may have
been learnt from.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from gtl.errors import InputError
from gtl.prepare.people_rows import SAME_ID, SAME_PERSON, TWIN, PersonRow
from gtl.prepare.relatedness import DUPLICATE, Relatives, relatedness_groups
from gtl.spelling import listed


def shared_ids(samples: Mapping[str, Sequence[str]]) -> list[PersonRow]:
    """Rows of people whose id is in a later population, too; populations with the large one first.

    Genotypes of two populations can be put side by side once these people are left out of the earlier one.

    Raises
    ------
    InputError
        If more than half of a population's ids are in an earlier one.

    Examples
    --------
    >>> [row[:3] for row in shared_ids({"CEU": ["a", "b"], "YRI": ["b", "c", "d"]})]
    [('b', 'CEU', 'the same id in another population')]
    """
    rows: list[PersonRow] = []
    populations = list(samples)
    for place, population in enumerate(populations):
        for later in populations[place + 1 :]:
            theirs = {*samples[later]}
            both = [sample for sample in samples[population] if sample in theirs]
            _check_half(both, len(theirs), population, later, "ids")
            rows.extend(PersonRow(sample, population, SAME_ID, other=sample) for sample in both)
    return rows


def same_genotypes(missing: Mapping[str, Mapping[str, float]], relatives: Relatives) -> list[PersonRow]:
    """Rows of all but one of people with the same genotypes; of the last population's, the one with fewest missing.

    Parameters
    ----------
    missing
        Share of missing calls by sample id, by population, the large one first; of those who are not left out already.
    relatives
        Of everybody together.

    Raises
    ------
    InputError
        If more than half of a population's people are in an earlier one, or, but for inbred lines, one of another.
    """
    rows = [*_repeated(missing, relatives)]
    home = {sample: population for population, people in missing.items() for sample in people}
    both: dict[tuple[str, str], dict[str, str]] = {}
    for row in (row for row in rows if row.reason == SAME_PERSON):
        both.setdefault((row.population, home[row.other]), {})[row.other] = row.sample
    for (population, later), partners in both.items():
        pairs = [f"{own} = {other}" for own, other in sorted(partners.items())]
        _check_half(pairs, len(missing[later]), population, later, "genotypes")
    if not relatives.inbred:
        _check_twins(rows, missing)
    return rows


def _repeated(missing: Mapping[str, Mapping[str, float]], relatives: Relatives) -> Iterator[PersonRow]:
    populations = list(missing)
    ranks = {
        sample: (-place, share, sample)
        for place, population in enumerate(populations)
        for sample, share in missing[population].items()
    }
    bound = relatives.bound if relatives.inbred else DUPLICATE
    for _, members in pd.Series(list(ranks)).groupby(relatedness_groups(relatives.pairs, list(ranks), bound)):
        best, *others = sorted(members, key=lambda sample: ranks[sample])
        for sample in others:
            reason = TWIN if ranks[sample][0] == ranks[best][0] else SAME_PERSON
            yield PersonRow(sample, populations[-ranks[sample][0]], reason, threshold=bound, other=best)


def _check_twins(rows: Sequence[PersonRow], missing: Mapping[str, Mapping[str, float]]) -> None:
    twins = [row for row in rows if row.reason == TWIN]
    for population, count in Counter(row.population for row in twins).items():
        if count > len(missing[population]) / 2:
            first = next(row for row in twins if row.population == population)
            raise InputError(
                f"{population}: {count} of {len(missing[population])} people have the same genotypes as another one, "
                f"such as {first.sample!r} and {first.other!r}; give a file in which people differ, each of them once"
            )


def _check_half(people: Sequence[str], size: int, population: str, later: str, what: str) -> None:
    if len(people) > size / 2:
        raise InputError(
            f"populations share people: {len(people)} of {later}'s {size} people have the same {what} as people of "
            f"{population} ({listed(people, 3)}); give two files of different people, and ids of their own to those "
            "who do differ"
        )
