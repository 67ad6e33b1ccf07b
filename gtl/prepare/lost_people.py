"""The audit of people: for everyone who cannot be used for a trait, the reason."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.formats.people_table import PeopleTable
from gtl.prepare.covariates import Covariates
from gtl.prepare.traits import TraitColumn

COLUMNS = ("sample", "population", "trait", "reason")
"""Columns of the audit, all text."""


def lost_people(
    table: PeopleTable, population: str, traits: Sequence[TraitColumn], covariates: Covariates
) -> pd.DataFrame:
    """One row for everyone who is lost to a trait, with the first reason; sorted by trait, people in their order.

    Parameters
    ----------
    table
        People of a genotype file, as :meth:`~gtl.formats.people_table.PeopleTable.joined` gives them.
    population
        Name of the population that they are of.
    traits, covariates
        Read from ``table``, row for row.

    Returns
    -------
    DataFrame
        Text columns ``sample``, ``population``, ``trait`` and ``reason``: ``not in the tables``, ``trait missing`` or
        ``covariate X missing``.
    """
    parts = [
        pd.DataFrame(
            {
                "sample": table.ids,
                "population": population,
                "trait": trait.trait.slug,
                "reason": _reasons(table, trait, covariates),
            }
        )
        for trait in traits
    ]
    lost = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COLUMNS))
    return lost[lost["reason"] != ""].astype("str").reset_index(drop=True)


def usable(table: PeopleTable, trait: TraitColumn, covariates: Covariates) -> npt.NDArray[np.bool_]:
    """(n,) whether a person can be used for ``trait``: the complement of :func:`lost_people`."""
    return table.present & ~np.isnan(trait.values) & covariates.complete


def _reasons(table: PeopleTable, trait: TraitColumn, covariates: Covariates) -> npt.NDArray[np.object_]:
    reasons = np.full(len(table), "", dtype=object)
    for wrong, reason in _rules(table, trait, covariates):
        reasons[wrong & (reasons == "")] = reason
    return reasons


def _rules(
    table: PeopleTable, trait: TraitColumn, covariates: Covariates
) -> Iterator[tuple[npt.NDArray[np.bool_], str]]:
    yield ~table.present, "not in the tables"
    yield np.isnan(trait.values), "trait missing"
    for source, values in zip(covariates.sources, covariates.matrix.T, strict=True):
        yield np.isnan(values), f"covariate {source} missing"
