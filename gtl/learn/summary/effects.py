"""Columns of effects from the statistics of one or several sources, chromosome by chromosome.

One column a source and family, and the joint one, each the mean over a fixed grid of hyper-parameters: with few people
to tell which are right, choosing costs more than it brings. Statistics themselves say more of them, as evidence, but
evidence is misled where LD is not quite that of the statistics' people: it is tempered, and has half of the weight.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.learn.summary.chromosome_ld import ChromosomeLd, check_same_blocks
from gtl.learn.summary.clumped import THRESHOLDS, clumped
from gtl.learn.summary.correlations import Floats
from gtl.learn.summary.infinitesimal import infinitesimal
from gtl.learn.summary.mending import mended
from gtl.learn.summary.sources import SourceStatistics, check_together
from gtl.learn.summary.spike_slab import Grid, spike_slab

Array = npt.NDArray[np.float64]

HERITABILITIES = (0.1, 0.25, 0.5)
CAUSAL = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)

JOINT_CAUSAL = (0.001, 0.01, 0.1, 0.3, 1.0)
CORRELATIONS = (0.2, 0.5, 0.8, 0.95)

TEMPER = 0.1
"""Power of the evidence of a chromosome."""

BY_EVIDENCE = 0.5
"""Part of a cell's weight that is its evidence's; the rest is the same for all."""

CLUMPED, INFINITESIMAL, SPIKE_SLAB, JOINT = "clumped", "infinitesimal", "spike_slab", "joint"


def effects_of_sources(
    sources: Sequence[SourceStatistics], ld: Sequence[ChromosomeLd], genome_variants: int, target: str | None = None
) -> dict[str, Array]:
    """Posterior mean effects of one chromosome's variants, by column.

    Columns are ``{source} clumped``, ``{source} infinitesimal``, ``{source} spike_slab`` of every source; of two or
    more also ``joint``: spike and slab of all sources with correlated effects, of which the target's are given.

    Parameters
    ----------
    sources
        At the same variants.
    ld
        One a source, of people like its people, all of the same blocks.
    genome_variants
        Variants of all chromosomes together, among which heritability is spread.
    target
        The source of which joint effects are given; None: the first.

    Returns
    -------
    Column → (m,) float64, standard deviations of the trait for one of the genotype; finite, and 0 for variants that
    the source lacks (joint: that all sources lack)

    Raises
    ------
    InputError
        If sources, LD and target do not belong together.
    """
    names = [source.name for source in sources]
    check_together(sources, [len(chromosome) for chromosome in ld], target)
    check_same_blocks(names, ld)
    z, root_n = (np.array(rows) for rows in zip(*(source.standardised() for source in sources), strict=True))
    wanted = names.index(target) if target is not None else 0
    families = _families(names, wanted, genome_variants)
    cells = {name: np.zeros((z.shape[1], family.cells), dtype=np.float32) for name, family in families.items()}
    evidence = {name: np.zeros(family.cells) for name, family in families.items()}
    for number, (start, stop) in enumerate(pairwise(ld[0].bounds.tolist())):
        data = _BlockData.of(z[:, start:stop], root_n[:, start:stop], [chromosome.matrix(number) for chromosome in ld])
        for name, family in families.items():
            block = family.fit(data)
            cells[name][start:stop] = block.effects
            evidence[name] += block.evidence
    return {name: cells[name] @ cell_weights(evidence[name]) for name in families}


def cell_weights(evidence: Array) -> Array:
    """(cells,) weights of cells that sum to 1, of the log evidence of each.

    >>> cell_weights(np.array([0.0, -np.inf])).tolist()
    [0.75, 0.25]
    """
    tempered = np.exp(TEMPER * (evidence - evidence.max()))
    return np.asarray(BY_EVIDENCE * tempered / tempered.sum() + (1 - BY_EVIDENCE) / len(evidence))


def column_names(sources: Sequence[str]) -> list[str]:
    """Columns of :func:`effects_of_sources`.

    >>> column_names(["EUR"])
    ['EUR clumped', 'EUR infinitesimal', 'EUR spike_slab']
    """
    own = [f"{source} {family}" for source in sources for family in (CLUMPED, INFINITESIMAL, SPIKE_SLAB)]
    return [*own, JOINT] if len(sources) > 1 else own


@dataclass(frozen=True, eq=False)
class _BlockData:
    """A block's statistics of all sources, their LD, and the LD that statistics do not contradict."""

    z: Array
    root_n: Array
    ld: list[Floats]
    mended: list[Floats]

    @classmethod
    def of(cls, z: Array, root_n: Array, ld: list[Floats]) -> Self:
        own = zip(z, root_n, ld, strict=True)
        return cls(z, root_n, ld, [mended(of_z, of_n > 0, of_ld)[0] for of_z, of_n, of_ld in own])


@dataclass(frozen=True, eq=False)
class _Cells:
    """Effects (m, cells) of a block, and the log evidence of each cell (0 where there is none to compare)."""

    effects: npt.NDArray[np.float32] | Array
    evidence: Array


@dataclass(frozen=True, eq=False)
class _Family:
    """A way to effects of a block, in so many cells."""

    cells: int
    fit: Callable[[_BlockData], _Cells]


def _families(names: Sequence[str], wanted: int, variants: int) -> dict[str, _Family]:
    """Column → how its effects are found."""
    grid = Grid.of(HERITABILITIES, CAUSAL)
    found = {}
    for place, name in enumerate(names):
        found[f"{name} {CLUMPED}"] = _clumped(place)
        found[f"{name} {INFINITESIMAL}"] = _infinitesimal(place, variants)
        found[f"{name} {SPIKE_SLAB}"] = _spike_slab([place], 0, grid, variants)
    if len(names) > 1:
        joint = Grid.of(HERITABILITIES, JOINT_CAUSAL, CORRELATIONS)
        found[JOINT] = _spike_slab([*range(len(names))], wanted, joint, variants)
    return found


def _clumped(place: int) -> _Family:
    """Marginal effects, clumped by the LD as it is: LD that was taken away would leave every variant a clump."""

    def fit(data: _BlockData) -> _Cells:
        return _Cells(clumped(data.z[place], data.root_n[place], data.ld[place]), np.zeros(len(THRESHOLDS)))

    return _Family(len(THRESHOLDS), fit)


def _infinitesimal(place: int, variants: int) -> _Family:
    """Ridge effects of one source, of every heritability alike."""

    def fit(data: _BlockData) -> _Cells:
        own = data.z[place], data.root_n[place], data.mended[place]
        return _Cells(infinitesimal(*own, HERITABILITIES, variants), np.zeros(len(HERITABILITIES)))

    return _Family(len(HERITABILITIES), fit)


def _spike_slab(places: list[int], wanted: int, grid: Grid, variants: int) -> _Family:
    """Spike and slab of the sources at ``places`` together, effects in the ``wanted`` one of them."""

    def fit(data: _BlockData) -> _Cells:
        ld = [data.mended[place] for place in places]
        found = spike_slab(data.z[places], data.root_n[places], ld, grid, variants)
        return _Cells(found.effects[wanted], found.evidence)

    return _Family(len(grid), fit)
