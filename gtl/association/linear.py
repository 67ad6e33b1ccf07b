"""Linear regression of quantitative traits on dosage beside covariates, one variant at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from gtl.association.estimates import Estimates
from gtl.association.projection import CalledDosages, LeftOvers, Projection, blocks_of_rows, with_intercept
from gtl.association.projections import Projections
from gtl.domain.dosages import Dosages
from gtl.errors import InputError

Array = npt.NDArray[np.float64]

_TOGETHER = 32
"""Traits looked at together, so that memory does not go with how many there are."""


@dataclass(frozen=True, eq=False)
class LinearEstimates(Estimates):
    """Estimates, and whom they are of; every array is (n_variants, n_traits).

    Attributes
    ----------
    n : int32, people
    frequency : float64, of alt among them
    """

    n: npt.NDArray[np.int32]
    frequency: Array

    def trait(self, column: int) -> Self:
        """The same of one trait, arrays (n_variants,)."""
        beta, se, p_value, frequency = (a[:, column] for a in (self.beta, self.se, self.p_value, self.frequency))
        return type(self)(beta, se, p_value, self.n[:, column], frequency)


@dataclass(frozen=True, eq=False)
class _Group:
    """Traits that are known of the same people; ``projection`` is among all people."""

    traits: npt.NDArray[np.intp]
    people: npt.NDArray[np.intp]
    projection: Projection


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Traits and covariates of some people, ready to meet their dosages block by block.

    Ordinary least squares with an intercept; p by Student's t. A missing genotype leaves its person out of that variant
    only, a missing value out of that trait only, as PLINK 2's ``--glm`` does.
    """

    n_traits: int
    _groups: tuple[_Group, ...]
    _projections: Projections
    _members: Array

    @classmethod
    def of(cls, values: Array, covariates: Array, names: Sequence[str] = ()) -> Self:
        """Take covariates out of traits.

        Parameters
        ----------
        values : (n_people, n_traits) float64
            nan = missing.
        covariates : (n_people, n_covariates) float64
            Without the intercept; n_covariates may be 0. A person who lacks one is left out.
        names
            What errors call the traits.

        Raises
        ------
        InputError
            If covariates depend on each other, or leave nothing of a trait, or too few people are left.

        >>> model = LinearModel.of(np.array([[1.0], [2], [2], [4]]), np.empty((4, 0)))
        >>> found = model.test(np.int8([[0, 1, 1, 2]]))
        >>> found.beta.round(3).tolist(), found.se.round(3).tolist(), found.p_value.round(3).tolist()
        ([[1.5]], [[0.25]], [[0.027]])
        """
        complete = np.isnan(covariates).sum(axis=1) == 0
        known = ~np.isnan(values) & complete.reshape(-1, 1)
        called = names or [f"trait column {number + 1}" for number in range(values.shape[1])]
        groups = tuple(_group(values, covariates, known, traits, called) for traits in _patterns(known))
        members = np.zeros((len(values), len(groups)))
        for number, group in enumerate(groups):
            members[group.people, number] = 1
        return cls(values.shape[1], groups, Projections(tuple(group.projection for group in groups)), members)

    def test(self, dosages: Dosages) -> LinearEstimates:
        """Test every variant of ``dosages`` (n_variants, n_people) for every trait."""
        shape = (len(dosages), self.n_traits)
        beta, se, p_value, frequency = (np.empty(shape) for _ in range(4))
        out = LinearEstimates(beta, se, p_value, np.empty(shape, dtype=np.int32), frequency)
        for rows in blocks_of_rows(*dosages.shape):
            self._test(CalledDosages.of(dosages[rows]), out, rows)
        return out

    def _test(self, block: CalledDosages, out: LinearEstimates, rows: slice) -> None:
        count, frequency = block.people(self._members), block.frequency(self._members)
        for number, (group, left) in enumerate(zip(self._groups, self._projections.left_overs(block), strict=True)):
            cells, n = (rows, group.traits), count[:, number]
            out.beta[cells], out.se[cells], out.p_value[cells] = _least_squares(left, n - left.rank - 1)
            out.n[cells] = n[:, None].astype(np.int32)
            out.frequency[cells] = frequency[:, number, None]


def _patterns(known: npt.NDArray[np.bool_]) -> list[npt.NDArray[np.intp]]:
    """Columns of traits that are known of the same people, at most ``_TOGETHER`` of them at a time."""
    _, pattern = np.unique(np.packbits(known, axis=0), axis=1, return_inverse=True)
    groups = (np.flatnonzero(pattern == number) for number in range(pattern.max(initial=-1) + 1))
    return [part[start : start + _TOGETHER] for part in groups for start in range(0, len(part), _TOGETHER)]


def _group(
    values: Array,
    covariates: Array,
    known: npt.NDArray[np.bool_],
    traits: npt.NDArray[np.intp],
    names: Sequence[str],
) -> _Group:
    people = np.flatnonzero(known[:, traits[0]])
    if len(people) < covariates.shape[1] + 3:
        raise InputError(
            f"{names[traits[0]]}: {len(people)} people have it and all {covariates.shape[1]} covariates; "
            f"a regression needs {covariates.shape[1] + 3} or more: take fewer covariates or more people"
        )
    own = values[np.ix_(people, traits)]
    centred = own - own.mean(axis=0)
    projection = Projection.of(_design(covariates[people], names[traits[0]]), centred, np.ones(len(people)))
    left = (projection.traits**2).sum(axis=0)
    nothing = np.flatnonzero(left <= 1e-12 * np.maximum((own**2).sum(axis=0), np.finfo(np.float64).tiny))
    if len(nothing):
        raise InputError(
            f"{names[traits[nothing[0]]]}: it does not vary among its {len(people)} people, or covariates "
            "are the trait itself; leave out the trait, or the covariates that are made of it"
        )
    return _Group(traits, people, projection.among(people, len(values)))


def _design(covariates: Array, name: str) -> Array:
    try:
        return with_intercept(covariates)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


def _least_squares(left: LeftOvers, freedom: Array) -> tuple[Array, Array, Array]:
    """Slope, its standard error and p; nan without a degree of freedom."""
    squares, freedom = left.squares[:, None], np.where(freedom > 0, freedom, np.nan)[:, None]
    beta = left.products / squares
    residual = np.maximum(left.trait_squares - left.products * beta, 0)
    se = np.sqrt(residual / freedom / squares)
    # P(|t| > x) is this share of a beta distribution: exact in relative terms down to the smallest float64.
    beyond = residual / np.maximum(left.trait_squares, np.finfo(np.float64).tiny)
    return beta, se, betainc(freedom / 2, 0.5, beyond)
