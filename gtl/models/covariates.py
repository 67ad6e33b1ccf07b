"""Covariates of new people as a model's card has them; the training people's mean stands in for what is not known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable, read_people_tables
from gtl.learn.covariates import CovariateModel
from gtl.prepare.covariates import coded_as

Array = npt.NDArray[np.float64]

COMPONENT = "component "
"""How names of principal components begin: they are coordinates among the study's own people."""


@dataclass(frozen=True, eq=False)
class NewCovariates:
    """What new people's tables say, with nothing missing.

    Attributes
    ----------
    values
        (n_people, n_covariates), in the order of the model's names.
    notes
        What stands in for how many people, for people.
    """

    values: Array
    notes: tuple[str, ...]


def new_covariates(
    model: CovariateModel, samples: npt.NDArray[np.object_], tables: Sequence[Path] = ()
) -> NewCovariates:
    """Covariates of the people called ``samples`` from their tables, coded as in training.

    Raises
    ------
    InputError
        If a table cannot be read, has none of the people, or a text where a number is expected; or the card is of a
        version that kept no means.
    """
    if model.means is None:
        raise InputError("the model's card has no means of its covariates, so nothing can stand in; train it again")
    table = read_people_tables(tables).joined(samples) if tables else None
    found = np.full((len(samples), len(model.names)), np.nan) if table is None else coded_as(table, model.names)
    notes = tuple(_notes(model.names, np.isnan(found), table))
    return NewCovariates(np.where(np.isnan(found), model.means, found), notes)


def _notes(names: Sequence[str], missing: npt.NDArray[np.bool_], table: PeopleTable | None) -> Iterator[str]:
    for name, count in zip(names, missing.sum(axis=0).tolist(), strict=True):
        if not count:
            continue
        why = f"not known of {count} of {len(missing)} people"
        if name.startswith(COMPONENT):
            why = "of the study's own people, so it is not known for others"
        elif table is None:
            why = "not given (--tables)"
        yield f"covariate {name}: {why}: the training people's mean stands in"
