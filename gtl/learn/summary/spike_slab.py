"""Spike and slab: effects of one or several populations, of which few variants have any, from z-scores and LD.

A variant has effects with probability ``causal``; those of all populations at once, normal with variance h2 / (causal
M) a standardised genotype and the same correlation between any two populations. Given statistics, posterior means come
from a variational approximation in which variants are independent (Carbonetto & Stephens 2012, Bayesian Anal 7:73; for
statistics: Zhu & Stephens 2017, Ann Appl Stat 11:1561, and VIPRS, Zabad, Gravel & Li 2023, Am J Hum Genet 110:741;
several populations: as in SDPRX, Zhou, Qie & Zhao 2023, Am J Hum Genet 110:13). Hyper-parameters are on a grid, and the
cells of the grid are worked on together: a block's step is a product of its LD with (m, cells).

Work is in units of z: with g = sqrt(n) b, statistics say exp(z'g - g'Rg / 2). It does not diverge: R is positive
definite, g has a proper prior with fixed variance, and variants that move at the same time hardly touch each other
(:data:`APART_TOGETHER`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Self

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

APART = 0.2
"""Variants are updated at the same time if no two are correlated by more than this in any population ..."""

APART_TOGETHER = 0.9
"""... nor any with all others together by more than this (sum of |r|): below 1, so that moves of a step cannot grow."""

ROUNDS = 40
TOLERANCE = 0.02
"""Rounds end when no posterior mean moves by more than this, in units of z."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Hyper-parameters, one a cell: heritability of all variants, share of them that is causal, effect correlation."""

    h2: Array
    causal: Array
    correlation: Array

    @classmethod
    def of(cls, h2: Sequence[float], causal: Sequence[float], correlation: Sequence[float] = (1.0,)) -> Self:
        """Every combination.

        >>> len(Grid.of([0.1, 0.3], [0.01, 0.1, 1.0]))
        6
        """
        cells = np.array([*product(h2, causal, correlation)], dtype=np.float64)
        return cls(cells[:, 0], cells[:, 1], cells[:, 2])

    def __len__(self) -> int:
        return len(self.h2)


@dataclass(frozen=True, eq=False)
class CellEffects:
    """Posterior of a block.

    Attributes
    ----------
    effects : (n_sources, m, cells) float32, posterior means, standardised scale
    evidence : (cells,) lower bound of the log evidence, over that of no effect at all
    """

    effects: Floats
    evidence: Array


def spike_slab(z: Array, root_n: Array, ld: Sequence[Floats], grid: Grid, variants: int) -> CellEffects:
    """Posterior means of the effects of a block's variants, in every cell of the grid.

    Parameters
    ----------
    z, root_n
        (n_sources, m), z and the square root of people, both 0 where a source lacks the variant.
    ld
        One (m, m) a source.
    variants
        M, of the whole genome, among which the heritability is spread.
    """
    groups = _groups(ld)
    order = np.concatenate(groups)
    ends = np.cumsum([0, *map(len, groups)])
    known = root_n > 0
    matrices = [_without(matrix, here)[np.ix_(order, order)] for matrix, here in zip(ld, known, strict=True)]
    slab = _Slab.of(root_n[:, order], grid, variants)
    state = _State.start(z[:, order], matrices, len(grid))
    for _ in range(ROUNDS):
        moved = max(_update(state, slab, slice(*pair)) for pair in pairwise(ends))
        if moved < TOLERANCE:
            break
    back = np.argsort(order)
    return CellEffects(_effects(state, slab)[:, back], _evidence(state, slab))


def _without(matrix: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    """LD in which variants that the source lacks are correlated with none."""
    if known.all():
        return matrix
    matrix = matrix * np.outer(known, known).astype(np.float32)
    np.fill_diagonal(matrix, 1)
    return matrix


def _groups(ld: Sequence[Floats]) -> list[npt.NDArray[np.intp]]:
    """Variants that can be updated at the same time, group by group; each group takes the first that still can join."""
    size = np.max([np.abs(matrix) for matrix in ld], axis=0)
    waiting = np.ones(len(size), dtype=bool)
    groups = []
    while waiting.any():
        groups.append(_group(size, waiting))
        waiting[groups[-1]] = False
    return groups


def _group(size: Floats, waiting: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    free, shared = waiting.copy(), np.zeros(len(size), dtype=np.float32)
    members: list[int] = []
    while free.any():
        members.append(int(free.argmax()))
        near = size[members[-1]]
        shared += near
        free &= (near <= APART) & (shared <= APART_TOGETHER)
        # A member's own 1 is in what it shares.
        slack = APART_TOGETHER + 1 - shared[members]
        full = np.flatnonzero(slack < APART)
        if len(full):
            free &= (size[np.array(members)[full]] <= slack[full, None]).all(axis=0)
    return np.array(members, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class _Slab:
    """What the slab's posterior is for any data: g given a = gain a, b given a = effect a.

    Attributes
    ----------
    gain, effect : (n_sources, n_sources, m, cells)
    log_odds : (m, cells), of having effects before data, less half the log determinant of the slab's variance ratio
    prior : (cells,) share that is causal
    """

    gain: Floats
    effect: Floats
    log_odds: Floats
    determinant: Floats
    prior: Array

    @classmethod
    def of(cls, root_n: Array, grid: Grid, variants: int) -> Self:
        sources = len(root_n)
        patterns, which = np.unique(root_n, axis=1, return_inverse=True)
        variance = grid.h2 / (grid.causal * variants)
        same = np.eye(sources)
        correlation = same + grid.correlation[:, None, None] * (1 - same)
        prior = variance[:, None, None] * correlation  # (cells, s, s)
        scale = patterns.T[:, None, :]  # (patterns, 1, s)
        ratio = scale[..., :, None] * prior[None] * scale[..., None, :]  # (patterns, cells, s, s)
        inverse = np.linalg.inv(ratio + same)
        half = 0.5 * np.linalg.slogdet(ratio + same)[1]
        gain = ratio @ inverse
        effect = (prior[None] * scale[..., None, :]) @ inverse

        def spread(of_pattern: Array) -> Floats:
            return np.ascontiguousarray(np.moveaxis(of_pattern[which.reshape(-1)], (2, 3), (0, 1)), dtype=np.float32)

        with np.errstate(divide="ignore"):
            odds = np.log(grid.causal) - np.log1p(-grid.causal)
        half = half[which.reshape(-1)]
        return cls(spread(gain), spread(effect), (odds - half).astype(np.float32), half.astype(np.float32), grid.causal)


@dataclass(frozen=True, eq=False)
class _State:
    """Means of g in every cell, and z less what they explain; changed in place."""

    mean: Floats
    left: Floats
    ld: list[Floats]
    z: Floats

    @classmethod
    def start(cls, z: Array, ld: list[Floats], cells: int) -> Self:
        left = np.repeat(z.astype(np.float32)[:, :, None], cells, axis=2)
        return cls(np.zeros_like(left), left, ld, z.astype(np.float32))


def _update(state: _State, slab: _Slab, rows: slice) -> float:
    """Update variants that are hardly correlated; the largest move of a mean."""
    alone = state.left[:, rows] + state.mean[:, rows]
    slab_mean = _times(slab.gain[:, :, rows], alone)
    inclusion = _inclusion(slab.log_odds[rows], alone, slab_mean)
    moves = inclusion * slab_mean - state.mean[:, rows]
    state.mean[:, rows] += moves
    for left, matrix, move in zip(state.left, state.ld, moves, strict=True):
        left -= matrix[:, rows] @ move
    return float(np.abs(moves).max())


def _times(matrices: Floats, vectors: Floats) -> Floats:
    if len(vectors) == 1:
        return np.asarray(matrices[0] * vectors)
    return np.asarray(np.einsum("st...,t...->s...", matrices, vectors))


def _inclusion(log_odds: Floats, alone: Floats, slab_mean: Floats) -> Floats:
    evidence = log_odds + np.float32(0.5) * (alone * slab_mean).sum(axis=0)
    return np.asarray(1 / (1 + np.exp(-np.clip(evidence, -80, 80))))


def _effects(state: _State, slab: _Slab) -> Floats:
    alone = state.left + state.mean
    inclusion = _inclusion(slab.log_odds, alone, _times(slab.gain, alone))
    return inclusion * _times(slab.effect, alone)


def _evidence(state: _State, slab: _Slab) -> Array:
    alone = state.left + state.mean
    odds = 0.5 * (alone * _times(slab.gain, alone)).sum(axis=0, dtype=np.float64) - slab.determinant
    with np.errstate(divide="ignore"):
        log_z = np.logaddexp(np.log1p(-slab.prior), np.log(slab.prior) + odds).sum(axis=0)
    explained = state.z[:, :, None] - state.left
    return np.asarray(log_z + 0.5 * (state.mean * (explained - state.mean)).sum(axis=(0, 1), dtype=np.float64))
