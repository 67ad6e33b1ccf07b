"""What a population says of effects: X'X and X'y, from its people or from linkage disequilibrium and statistics.

Both have one form here, rows Z (n_rows, n_variants) and values w with Z'Z = X'X and Z'w = X'y. The rows of people are
their centred dosages, streamed. Those of cross products are made of the eigenvectors of X'X: as many as its rank.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.learn.relationship import CentredDosages
from gtl.learn.reml import Spectrum

Array = npt.NDArray[np.float64]

RANK = 1e-9
"""Eigenvalues of X'X below this share of its largest count as 0: rounding of float64 sums, ten times over."""

FLAT = 1e-4
"""Standard deviations below this share of the largest are rounding: the variant does not vary."""

ASYMMETRY = 1e-6
"""How far X'X may be from symmetric, relative to its largest entry."""


class Rows(Protocol):
    """Rows Z, given by blocks of variants; :class:`gtl.learn.relationship.CentredDosages` of people are such."""

    def blocks(self) -> Iterator[npt.NDArray[np.floating]]:
        """(n_rows, some variants) after each other."""
        ...

    def effects(self, weights: Array) -> Array:
        """Z' ``weights``, (n_variants,)."""
        ...

    def scores(self, effects: Array) -> Array:
        """Z ``effects``, (n_rows,)."""
        ...


@dataclass(frozen=True, eq=False)
class ArrayRows:
    """Rows that are held as one array ``z`` (n_rows, n_variants) float64."""

    z: Array

    def blocks(self) -> Iterator[Array]:
        """The array itself."""
        yield self.z

    def effects(self, weights: Array) -> Array:
        """Z' ``weights``, (n_variants,)."""
        return np.asarray(self.z.T @ weights)

    def scores(self, effects: Array) -> Array:
        """Z ``effects``, (n_rows,)."""
        return np.asarray(self.z @ effects)


@dataclass(frozen=True, eq=False)
class ScaledRows:
    """``rows`` with each variant divided by its ``scale`` (n_variants,): effects become those of one scale."""

    rows: Rows
    scale: Array

    def blocks(self) -> Iterator[npt.NDArray[np.floating]]:
        """(n_rows, some variants) after each other."""
        start = 0
        for block in self.rows.blocks():
            yield block / self.scale[start : start + block.shape[1]]
            start += block.shape[1]

    def effects(self, weights: Array) -> Array:
        """Z' ``weights``, (n_variants,)."""
        return self.rows.effects(weights) / self.scale

    def scores(self, effects: Array) -> Array:
        """Z ``effects``, (n_rows,)."""
        return self.rows.scores(effects / self.scale)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Rows and values that stand for X'X and X'y.

    Attributes
    ----------
    rows
        Z with Z'Z = X'X.
    value
        (n_rows,) float64, w with Z'w = X'y.
    n_people
        Whom they are of.
    left_over
        y'y - w'w: what of the trait's sum of squares no row sees, 0 or more.
    """

    rows: Rows
    value: Array
    n_people: int
    left_over: float = 0.0

    @classmethod
    def of_people(cls, people: CentredDosages, value: Array) -> Self:
        """Of individuals and their values (n_people,) of the trait, none of them NaN; both are centred."""
        return cls(people, np.asarray(value - value.mean()), people.n_people)

    @classmethod
    def of_cross_products(cls, xx: Array, xy: Array, yy: float, n_people: int) -> Self:
        """Of X'X (p, p), X'y (p,) and y'y, sums over ``n_people`` of centred dosages and values.

        From linkage disequilibrium R and marginal statistics: X'X = n D R D and X'y = n D² b, D the standard deviations
        of dosages and b the effects one by one; y'y = n times the trait's variance. Costs about 10 p³ operations: for
        chromosomes by block.

        Raises
        ------
        InputError
            When shapes differ, X'X is not symmetric, or a number is not finite.

        Examples
        --------
        >>> evidence = Evidence.of_cross_products(np.diag([4.0, 9.0]), np.array([2.0, 6.0]), 10.0, 3)
        >>> evidence.rows.effects(evidence.value).tolist(), round(evidence.left_over, 9)
        ([2.0, 6.0], 5.0)
        """
        _check_cross_products(xx, xy)
        values, vectors = np.linalg.eigh((xx + xx.T) / 2)
        kept = values > RANK * max(float(values[-1]), 0.0)
        lengths = np.sqrt(values[kept])
        z = lengths[:, None] * vectors[:, kept].T
        value = vectors[:, kept].T @ xy / lengths
        return cls(ArrayRows(z), value, n_people, max(float(yy - value @ value), 0.0))

    def standardised(self) -> tuple[Self, Array]:
        """The same of dosages over their standard deviations, and those (n_variants,); 1 for what does not vary.

        Effects and prior effects of it are per standard deviation: theirs per allele, times these.
        """
        squares = np.concatenate([np.square(block, dtype=np.float64).sum(axis=0) for block in self.rows.blocks()])
        deviations = np.sqrt(squares / max(self.n_people - 1, 1))
        scale = np.where(deviations > FLAT * deviations.max(initial=0.0), deviations, 1.0)
        return replace(self, rows=ScaledRows(self.rows, scale)), scale

    @cached_property
    def kinship(self) -> Array:
        """Z Z', (n_rows, n_rows) float64."""
        return self.weighted_kinship(None)

    @cached_property
    def spectrum(self) -> Spectrum:
        """Of :attr:`kinship`: its eigenvalues of note are those of X'X."""
        return Spectrum.of(self.kinship)

    @property
    def variance(self) -> float:
        """Of the trait among the people."""
        return float(self.value @ self.value + self.left_over) / max(self.n_people - 1, 1)

    @property
    def unseen(self) -> int:
        """Independent directions among people that no row stands for; -1 for people, whose mean is no direction."""
        return self.n_people - 1 - len(self.value)

    def weighted_kinship(self, weights: Array | None) -> Array:
        """Z diag(``weights`` (n_variants,), 0 or more) Z', (n_rows, n_rows) float64; None = all 1."""
        total = np.zeros((len(self.value), len(self.value)))
        start = 0
        for block in self.rows.blocks():
            part = block if weights is None else block * np.sqrt(weights[start : start + block.shape[1]])
            total += part @ part.T
            start += block.shape[1]
        return total

    def residual(self, prior: Array) -> Array:
        """(n_rows,) values minus the scores of ``prior`` effects (n_variants,)."""
        return np.asarray(self.value - self.rows.scores(prior))


def _check_cross_products(xx: Array, xy: Array) -> None:
    if xy.ndim != 1 or xx.shape != (len(xy), len(xy)):
        raise InputError(f"prior effects: X'X of shape {xx.shape} and X'y of {xy.shape}; expected (p, p) and (p,)")
    if not (np.isfinite(xx).all() and np.isfinite(xy).all()):
        raise InputError("prior effects: X'X or X'y has a number that is not finite; leave such variants out")
    if np.abs(xx - xx.T).max(initial=0.0) > ASYMMETRY * np.abs(xx).max(initial=0.0):
        raise InputError("prior effects: X'X is not symmetric; give the cross products of one set of variants")
