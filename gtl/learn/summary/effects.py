"""Columns of effects from the statistics of one or several sources, chromosome by chromosome.

One column a source and family, and the joint ones, each the mean over a fixed grid of hyper-parameters: with few people
to tell which are right, choosing costs more than it brings.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from gtl.learn.summary.chromosome_ld import ChromosomeLd, check_same_blocks
from gtl.learn.summary.clumped import clumped
from gtl.learn.summary.correlations import Floats
from gtl.learn.summary.infinitesimal import infinitesimal
from gtl.learn.summary.sources import SourceStatistics, check_together
from gtl.learn.summary.spike_slab import Grid, spike_slab

Array = npt.NDArray[np.float64]

HERITABILITIES = (0.1, 0.25, 0.5)
CAUSAL = (0.001, 0.003, 0.01, 0.03, 0.1)
CORRELATIONS = (0.5, 0.8, 0.95)

CLUMPED, INFINITESIMAL, SPIKE_SLAB, JOINT = "clumped", "infinitesimal", "spike_slab", "joint"

_Family = Callable[[Array, Array, Floats], Array]


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
    columns = {name: np.zeros(z.shape[1]) for name in column_names(names)}
    wanted = names.index(target) if target is not None else 0
    for number, (start, stop) in enumerate(zip(ld[0].bounds[:-1], ld[0].bounds[1:], strict=True)):
        rows = slice(int(start), int(stop))
        matrices = [chromosome.matrix(number) for chromosome in ld]
        block = _block(names, z[:, rows], root_n[:, rows], matrices, genome_variants, wanted)
        for name, effects in block:
            columns[name][rows] = effects
    return columns


def column_names(sources: Sequence[str]) -> list[str]:
    """Columns of :func:`effects_of_sources`.

    >>> column_names(["EUR"])
    ['EUR clumped', 'EUR infinitesimal', 'EUR spike_slab']
    """
    own = [f"{source} {family}" for source in sources for family in (CLUMPED, INFINITESIMAL, SPIKE_SLAB)]
    return [*own, JOINT] if len(sources) > 1 else own


def _block(
    names: Sequence[str], z: Array, root_n: Array, ld: list[Floats], variants: int, wanted: int
) -> Iterator[tuple[str, Array]]:
    grid = Grid.of(HERITABILITIES, CAUSAL)
    for place, name in enumerate(names):
        own = z[place], root_n[place], ld[place]
        yield f"{name} {CLUMPED}", clumped(*own).mean(axis=1)
        yield f"{name} {INFINITESIMAL}", infinitesimal(*own, HERITABILITIES, variants).mean(axis=1)
        one = slice(place, place + 1)
        yield f"{name} {SPIKE_SLAB}", _mean(spike_slab(z[one], root_n[one], ld[one], grid, variants).effects[0])
    if len(names) > 1:
        grid = Grid.of(HERITABILITIES, CAUSAL, CORRELATIONS)
        yield JOINT, _mean(spike_slab(z, root_n, ld, grid, variants).effects[wanted])


def _mean(effects: Floats) -> npt.NDArray[np.float64]:
    return np.asarray(effects.mean(axis=1, dtype=np.float64))
