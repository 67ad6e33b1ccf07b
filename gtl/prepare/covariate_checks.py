"""What makes covariates useless or wrong: one that is the trait, and one that others already say."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.prepare.covariates import Covariates
from gtl.prepare.traits import TraitColumn

_THE_SAME = 0.999
"""Correlation above which a covariate is the trait itself, perhaps in another unit."""

_NOTHING_LEFT = 1e-6
"""Share of a standardised column that others leave unexplained, below which it is a combination of them."""

_PART = 1e-4
"""Weight of a standardised column, above which it is part of the combination."""


def check_covariates(covariates: Covariates, traits: Sequence[TraitColumn], population: str) -> None:
    """Refuse covariates of the people of ``population`` that would make every figure wrong or undefined.

    Raises
    ------
    InputError
        If a covariate is a trait, is a combination of others, or there are more of them than people.
    """
    if not covariates.names:
        return
    matrix = covariates.matrix[covariates.complete]
    if len(matrix) < len(covariates.names) + 2:
        raise InputError(
            f"covariates of the {population} people: {len(matrix)} people have all {len(covariates.names)} columns, "
            f"expected at least {len(covariates.names) + 2}; leave out the covariates that few people have"
        )
    for trait in traits:
        _check_trait(covariates, trait, population)
    _check_rank(_standardised(matrix), covariates.names, population)


def _check_trait(covariates: Covariates, trait: TraitColumn, population: str) -> None:
    for name, values in zip(covariates.names, covariates.matrix.T, strict=True):
        both = ~np.isnan(values) & ~np.isnan(trait.values)
        pair = _standardised(np.column_stack([values[both], trait.values[both]]))
        correlation = float(pair[:, 0] @ pair[:, 1])
        if abs(correlation) > _THE_SAME and both.sum() > 2:
            raise InputError(
                f"covariate {name!r} is the trait {trait.trait.slug!r} of the {population} people (correlation "
                f"{correlation:.4f} over {both.sum()}), so it would predict it by itself; take it out of "
                "traits.covariates"
            )


def _check_rank(columns: npt.NDArray[np.float64], names: Sequence[str], population: str) -> None:
    for place in range(1, columns.shape[1]):
        earlier, column = columns[:, :place], columns[:, place]
        weights = np.linalg.lstsq(earlier, column, rcond=None)[0]
        if column.any() and np.linalg.norm(column - earlier @ weights) < _NOTHING_LEFT:
            parts = " and ".join(repr(names[part]) for part in np.flatnonzero(np.abs(weights) > _PART).tolist())
            raise InputError(
                f"covariate {names[place]!r} says nothing of the {population} people that {parts} did not say: it is a "
                f"linear combination of {'it' if parts.count(' and ') == 0 else 'them'}; leave one of them out"
            )


def _standardised(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Columns of mean 0 and length 1; one that does not vary is 0."""
    centred = matrix - matrix.mean(axis=0) if len(matrix) else matrix
    length = np.linalg.norm(centred, axis=0)
    rounding = 1e-12 * np.abs(matrix).max(axis=0, initial=0.0) * np.sqrt(max(len(matrix), 1))
    return np.where(length > rounding, centred / np.where(length > 0, length, 1), 0)
