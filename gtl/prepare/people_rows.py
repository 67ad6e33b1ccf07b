"""The table of people who are left out before any model, or told of: one row a person and reason."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

MISSING = "too many missing genotypes"
HETEROZYGOSITY = "heterozygosity far from that of the population"
SEX = "sex is not that of the X chromosome"
SAME_ID = "the same id in another population"
SAME_PERSON = "the same genotypes in another population"
TWIN = "the same genotypes as another person"
OTHER_POPULATION = "genotypes nearer to another population"


class PersonRow(NamedTuple):
    """A person, and why it is named.

    Attributes
    ----------
    sample, population : str
    reason : str
        One of this module's.
    value, threshold : float
        The person's figure and its bound; nan where there is none.
    other : str
        Id of the other person concerned, or "".
    dropped : bool
        Whether the person is left out, or only told of.
    """

    sample: str
    population: str
    reason: str
    value: float = float("nan")
    threshold: float = float("nan")
    other: str = ""
    dropped: bool = True


def people_table(rows: Iterable[PersonRow]) -> pd.DataFrame:
    """Rows as a table with the columns of :class:`PersonRow`.

    >>> people_table([PersonRow("NA1", "CEU", TWIN, other="NA2")])[["sample", "other", "dropped"]].values.tolist()
    [['NA1', 'NA2', True]]
    """
    table = pd.DataFrame(list(rows), columns=list(PersonRow._fields))
    return table.astype({"value": float, "threshold": float, "dropped": bool})


def ancestry_rows(
    samples: npt.NDArray[np.object_], populations: npt.NDArray[np.object_], flags: npt.NDArray[np.bool_]
) -> list[PersonRow]:
    """Rows of people who sit with another population (:mod:`gtl.prepare.ancestry`); they stay."""
    places = np.flatnonzero(flags)
    return [PersonRow(str(samples[row]), str(populations[row]), OTHER_POPULATION, dropped=False) for row in places]


def dropped_people(rows: Iterable[PersonRow]) -> set[tuple[str, str]]:
    """(sample, population) of those who are left out."""
    return {(row.sample, row.population) for row in rows if row.dropped}
