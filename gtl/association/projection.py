"""Covariates projected out of trait and dosages (Frisch & Waugh 1933; Lovell 1963), many variants at a time.

The coefficient of a dosage beside covariates is that of what covariates leave of the dosage on what they leave of the
trait. Orthonormal covariates make the left-overs' products plain: no matrix of left-overs is ever made. Where a variant
has missing genotypes, its people are taken out of all products, so that it is tested in just the people who are called.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from gtl.domain.dosages import Dosages, is_called
from gtl.errors import InputError

Array = npt.NDArray[np.float64]

_BLOCK = 1 << 16
"""Dosages looked at together: half a megabyte of float64, within a processor's cache."""

_SPARSE = 0.05
"""Share of genotypes missing up to which sums over the missing people beat products with everybody."""

_DEPENDENT = 1e-9
"""Share of its square that must be left of a column after the others; less is rounding."""


@dataclass(frozen=True, eq=False)
class CalledDosages:
    """Some variants' dosages as numbers that products can be made of.

    Attributes
    ----------
    dosages : (n_variants, n_people) float64, 0 where missing
    incomplete : ascending intp, rows with a missing genotype
    missing : (len(incomplete), n_people) bool, whether a genotype is missing
    """

    dosages: Array
    incomplete: npt.NDArray[np.intp]
    missing: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, dosages: Dosages) -> Self:
        """Dosages in memory (:mod:`gtl.domain.dosages`) as float64."""
        missing = ~is_called(dosages)
        incomplete = np.flatnonzero(missing.any(axis=1))
        values = dosages.astype(np.float64)
        if len(incomplete):
            np.copyto(values, 0, where=missing)
        return cls(values, incomplete, missing[incomplete])

    def lost(self, columns: Array) -> Array:
        """(len(incomplete), n_columns) sums of ``columns`` (n_people, n_columns) over the missing people."""
        return np.asarray(self._counted_missing @ columns)

    @cached_property
    def _counted_missing(self) -> Any:
        people = self.missing.sum(axis=1)
        if people.sum() > _SPARSE * self.missing.size:
            return self.missing.astype(np.float64)
        row_ends = np.append(0, np.cumsum(people))
        where = np.nonzero(self.missing)[1]
        return csr_array((np.ones(len(where)), where, row_ends), shape=self.missing.shape)

    def people(self, groups: Array) -> Array:
        """(n_variants, n_groups) called people, each counted by a column of ``groups`` (n_people, n_groups)."""
        count = np.tile(groups.sum(axis=0), (len(self.dosages), 1))
        if len(self.incomplete):
            count[self.incomplete] -= self.lost(groups)
        return count

    def frequency(self, groups: Array) -> Array:
        """(n_variants, n_groups) frequency of alt among them; nan where nobody is called."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.dosages @ groups / (2 * self.people(groups)))


@dataclass(frozen=True, eq=False)
class LeftOvers:
    """Products of what covariates leave, among the called people of each variant.

    Attributes
    ----------
    squares : (n_variants,) of the dosages; nan where covariates leave nothing of them
    products : (n_variants, n_traits) of dosages and traits
    trait_squares : (n_variants, n_traits) of the traits
    rank : (n_variants,) int64, independent covariates, the intercept among them
    """

    squares: Array
    products: Array
    trait_squares: Array
    rank: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Projection:
    """Traits without their covariates, ready to meet dosages; ``roots`` are square roots of people's weights.

    Attributes
    ----------
    basis : (n_people, n_covariates) orthonormal, spans the weighted covariates
    traits : (n_people, n_traits) weighted, at right angles to ``basis``
    roots : (n_people,)
    """

    basis: Array
    traits: Array
    roots: Array

    @classmethod
    def of(cls, covariates: Array, traits: Array, roots: Array) -> Self:
        """Project ``covariates`` (with the intercept, independent) out of ``traits``, both already weighted."""
        basis = np.linalg.qr(covariates)[0]
        left = traits - basis @ (basis.T @ traits)
        return cls(basis, left - basis @ (basis.T @ left), roots)

    def among(self, people: npt.NDArray[np.intp], n_people: int) -> Self:
        """The same people at their places ``people`` among more, of whom the others count for nothing."""
        parts = (np.zeros((n_people, *part.shape[1:])) for part in (self.basis, self.traits, self.roots))
        basis, traits, roots = parts
        basis[people], traits[people], roots[people] = self.basis, self.traits, self.roots
        return type(self)(basis, traits, roots)

    def left_overs(self, block: CalledDosages, both: Array, raw: Array, lost: Array) -> LeftOvers:
        """What is left of a block's variants, each among its called people.

        Parameters
        ----------
        both : (n_variants, n_covariates + n_traits) float64
            Products of the block's dosages with :meth:`weighted`.
        raw : (n_variants,) float64
            Products of their squares with the people's weights.
        lost : (len(block.incomplete), n_pairs) float64
            Sums of :meth:`pairs` over the missing people; not looked at where nobody is missing.
        """
        n_basis = self.basis.shape[1]
        shared, products = both[:, :n_basis], both[:, n_basis:].copy()
        squares = raw - (shared**2).sum(axis=1)
        trait_squares = np.tile((self.traits**2).sum(axis=0), (len(raw), 1))
        rank = np.full(len(raw), n_basis)
        if len(block.incomplete):
            rows = block.incomplete
            squares[rows], products[rows], trait_squares[rows], rank[rows] = self._among_called(
                lost, shared[rows], raw[rows], products[rows]
            )
        return LeftOvers(np.where(squares > _DEPENDENT * raw, squares, np.nan), products, trait_squares, rank)

    def _among_called(
        self, lost: Array, shared: Array, raw: Array, products: Array
    ) -> tuple[Array, Array, Array, npt.NDArray[np.int64]]:
        """Left-overs of variants with missing genotypes: normal equations without the missing people."""
        gram, with_traits, trait_squares = self._sums_without(lost)
        inverse, rank = _inverses(gram)
        by_dosage = np.einsum("vij,vj->vi", inverse, shared)
        squares = raw - (shared * by_dosage).sum(axis=1)
        products = products - np.einsum("vi,vit->vt", by_dosage, with_traits)
        trait_squares = trait_squares - np.einsum("vit,vij,vjt->vt", with_traits, inverse, with_traits, optimize=True)
        return squares, products, trait_squares, rank

    def _sums_without(self, lost: Array) -> tuple[Array, Array, Array]:
        """Products of covariates with themselves and with traits, and traits' squares, without the missing people."""
        n_basis, n_traits = self.basis.shape[1], self.traits.shape[1]
        gram_lost, with_traits_lost, squares_lost = np.split(
            lost, np.cumsum([n_basis * (n_basis + 1) // 2, n_basis * n_traits]), axis=1
        )
        gram = np.eye(n_basis) - unpacked(gram_lost, n_basis)
        # Over everybody traits are at right angles to the basis: 0 less what is lost.
        return gram, -with_traits_lost.reshape(-1, n_basis, n_traits), (self.traits**2).sum(axis=0) - squares_lost

    @property
    def n_pairs(self) -> int:
        """Columns of :meth:`pairs`."""
        n_basis, n_traits = self.basis.shape[1], self.traits.shape[1]
        return int(n_basis * (n_basis + 1) // 2 + n_basis * n_traits + n_traits)

    @property
    def width(self) -> int:
        """Columns of :meth:`weighted`."""
        return int(self.basis.shape[1] + self.traits.shape[1])

    def weighted(self) -> Array:
        """(n_people, n_covariates + n_traits) what dosages are multiplied with."""
        return np.asarray(self.roots[:, None] * np.hstack([self.basis, self.traits]))

    def pairs(self) -> Array:
        """Each person's share in all products, a row a person."""
        with_traits = (self.basis[:, :, None] * self.traits[:, None, :]).reshape(len(self.basis), -1)
        return np.hstack([pair_products(self.basis), with_traits, self.traits**2])


def blocks_of_rows(n_variants: int, n_people: int) -> Iterator[slice]:
    """Rows to look at together, so that their numbers stay within the processor's cache; one empty slice of none."""
    step = max(1, _BLOCK // max(n_people, 1))
    return (slice(start, start + step) for start in range(0, max(n_variants, 1), step))


def with_intercept(covariates: Array) -> Array:
    """Covariates as mean 0 and SD 1 behind a column of ones, (n_people, 1 + n_covariates).

    Raises
    ------
    InputError
        If a covariate is constant, or a combination of those before it and the intercept.
    """
    centred = covariates - covariates.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    flat = spread <= np.sqrt(_DEPENDENT) * np.abs(covariates).max(axis=0, initial=0)
    scaled = centred / np.where(flat, 1, spread)
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r"))) if len(scaled) >= scaled.shape[1] else np.zeros(1)
    dependent = np.flatnonzero(flat | (diagonal**2 <= _DEPENDENT * len(scaled)))
    if len(dependent):
        column = int(dependent[0])
        why = "is the same for everybody" if flat[column] else "is a combination of the covariates before it"
        raise InputError(
            f"covariate column {column + 1} of {covariates.shape[1]}, among {len(covariates)} people: it {why}; "
            "leave it out"
        )
    return np.hstack([np.ones((len(scaled), 1)), scaled])


def pair_products(columns: Array) -> Array:
    """(n, k (k + 1) / 2) products of every two of k columns, one of each mirrored pair."""
    first, second = np.triu_indices(columns.shape[1])
    return np.asarray(columns[:, first] * columns[:, second])


def unpacked(sums: Array, size: int) -> Array:
    """(n, size, size) symmetric matrices from their upper triangles, a row each."""
    full = np.empty((len(sums), size, size))
    first, second = np.triu_indices(size)
    full[:, first, second] = full[:, second, first] = sums
    return full


def _inverses(gram: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Inverses and ranks of symmetric matrices between 0 and 1; a direction that nobody is left in is passed over.

    A matrix that lacks people of less than one covariate's whole leverage is regular for sure.
    """
    size = gram.shape[1]
    regular = np.trace(gram, axis1=1, axis2=2) > size - 0.99
    inverse, rank = np.empty_like(gram), np.full(len(gram), size)
    inverse[regular] = np.linalg.inv(gram[regular])
    values, vectors = np.linalg.eigh(gram[~regular])
    seen = values > _DEPENDENT
    scaled = vectors * np.where(seen, 1 / np.where(seen, values, 1), 0)[:, None, :]
    inverse[~regular], rank[~regular] = scaled @ vectors.transpose(0, 2, 1), seen.sum(axis=1)
    return inverse, rank
