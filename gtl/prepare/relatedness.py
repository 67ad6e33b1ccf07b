"""Who is related to whom, by genotypes alone: KING-robust kinship, and groups of relatives that must stay together.

Kinship is .5 for the same person or a twin, .25 for parent and child, .125 for half-siblings, 0 for strangers, negative
for people of different populations (Manichaikul et al. 2010, Bioinformatics 26:2867). It needs heterozygotes, so
people of an inbred organism are compared by identity of their genotypes instead, which tells duplicates only.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.blocks import Blocks, people_of
from gtl.prepare.shared_calls import SharedCalls, bands

Indices = npt.NDArray[np.intp]

DEGREES = {"duplicate or twin": 0.354, "first": 0.177, "second": 0.0884, "third": 0.0442}
"""Kinship above which two people are of a degree: powers of one half, in the middle between the degrees' own."""

DUPLICATE = DEGREES["duplicate or twin"]

SAME_LINE = 0.999
"""Share of alleles at which two inbred individuals count as one."""

_LEAST_FOR_LINES = 50
"""Variants under which two strangers of inbred lines are alike at all of them too often."""

_SAME = 0.5
"""Kinship of a person with itself."""

_NOBODY = 2.0
"""A bound that nobody reaches."""

_INBRED = 0.25
"""Heterozygotes, as a share of those that random mating would give, under which an organism is inbred."""

_NOISE = 4.5
"""Strangers' kinship spreads by about 1 / sqrt(variants); 4.5 times that, chance gives 3 pairs of a million."""

_ROWS = 256


@dataclass(frozen=True, eq=False)
class Relatives:
    """Pairs of related people.

    Attributes
    ----------
    pairs : DataFrame
        A row a pair: ``first``, ``second`` (sample ids, in the order of the people), ``kinship`` (float64; share of
        alleles alike for inbred people) and ``degree`` (a key of :data:`DEGREES`).
    samples : (n_people,) str objects
        Everybody who was compared.
    n_variants : int
    inbred : bool
        Whether there were too few heterozygotes for kinship.
    bound : float
        Kinship under which pairs were not reported.
    """

    pairs: pd.DataFrame
    samples: npt.NDArray[np.object_]
    n_variants: int
    inbred: bool
    bound: float

    @property
    def said(self) -> str:
        """How people were compared, and why so, in a sentence."""
        if self.bound > (1 if self.inbred else _SAME):
            return (
                f"{self.n_variants:,} variant{'s are' if self.n_variants != 1 else ' is'} too few to tell relatives or "
                "duplicates: nobody was compared, and relatives may be on both sides of the seal."
            )
        if self.inbred:
            return (
                f"There are nearly no heterozygotes, so kinship cannot be estimated; of {self.n_variants:,} variants, "
                f"duplicates are those that share {self.bound:.1%} of alleles."
            )
        noise = _NOISE / max(self.n_variants, 1) ** 0.5
        why = f"; more distant relatives need more variants than {self.n_variants:,}" if noise >= self.bound else ""
        return f"KING-robust kinship of {self.n_variants:,} variants, related from {self.bound:.4f}{why}."


def find_relatives(blocks: Blocks, bound: float = DEGREES["third"]) -> Relatives:
    """Compare everybody with everybody, as plink2 ``--make-king-table`` does.

    Parameters
    ----------
    blocks
        Pruned variants (:func:`gtl.prepare.pruning.prune`); imputed dosages count as the nearest hard call.
    bound
        Least kinship of a pair that is reported; with few variants it rises to what chance does not reach.

    Notes
    -----
    Memory: four float32 matrices of people by people, or for more than some thousands of people of a band of them by
    the people after it, with a pass over the blocks for each band.
    """
    found: list[tuple[Indices, Indices, npt.NDArray[np.float64]]] = []
    samples, n_variants, inbred = np.zeros(0, dtype=object), 0, False
    for band in bands(len(people_of(blocks))):
        shared = SharedCalls.count(blocks, band)
        if not band.start:
            samples, n_variants, inbred = shared.samples, shared.n_variants, shared.heterozygosity < _INBRED
            bound = _bound(n_variants, bound, inbred=inbred)
        found.extend(_pairs(shared, bound, inbred))
        del shared  # before the next band's counts are made
    return Relatives(_table(samples, found), samples, n_variants, inbred, bound)


def _bound(n_variants: int, bound: float, *, inbred: bool) -> float:
    """What two people have to reach to be related: more than chance gives at so many variants."""
    if inbred:
        return SAME_LINE if n_variants >= _LEAST_FOR_LINES else _NOBODY
    return max(bound, _NOISE / math.sqrt(max(n_variants, 1)))


def kinship_matrix(blocks: Blocks) -> npt.NDArray[np.float64]:
    """(n_people, n_people) KING-robust kinship, diagonal .5; nan where neither of two people has a heterozygote.

    For some thousands of people at the most.
    """
    shared = SharedCalls.count(blocks, slice(0, len(people_of(blocks))))
    return shared.kinship(slice(0, len(shared.samples)))


def relatedness_groups(
    pairs: pd.DataFrame, samples: npt.NDArray[np.object_] | Sequence[str], bound: float = DEGREES["second"]
) -> npt.NDArray[np.intp]:
    """(n_people,) number of each person's group: relatives and relatives' relatives are in one.

    Parameters
    ----------
    pairs
        As :class:`Relatives` has them; pairs of people who are not all among ``samples`` are passed over.
    samples
        Ids of the people.
    bound
        Kinship from which two people must stay together. Chains of more distant relatives soon tie everybody.

    Examples
    --------
    >>> pairs = pd.DataFrame({"first": ["a", "c"], "second": ["c", "d"], "kinship": [0.25, 0.5]})
    >>> relatedness_groups(pairs, ["a", "b", "c", "d"]).tolist()
    [0, 1, 0, 0]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    places = pd.Index(np.asarray(samples, dtype=object))
    close = pairs[pairs["kinship"] >= bound]
    first, second = places.get_indexer(close["first"]), places.get_indexer(close["second"])
    known = (first >= 0) & (second >= 0)
    links = coo_array((np.ones(known.sum()), (first[known], second[known])), shape=(len(places), len(places)))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.intp)


def _pairs(
    shared: SharedCalls, bound: float, inbred: bool
) -> Iterator[tuple[Indices, Indices, npt.NDArray[np.float64]]]:
    """Two people's places and their kinship, of pairs from ``bound``; some rows of the band at a time."""
    start, end = shared.band.start, shared.band.stop
    for first in range(0, end - start, _ROWS):
        rows = slice(first, min(first + _ROWS, end - start))
        values = shared.identity(rows) if inbred else shared.kinship(rows)
        later = np.arange(values.shape[1]) > np.arange(rows.start, rows.stop)[:, None]
        row, column = np.nonzero(later & (values >= bound))
        yield row + start + first, column + start, values[row, column]


def _table(
    samples: npt.NDArray[np.object_], found: Sequence[tuple[Indices, Indices, npt.NDArray[np.float64]]]
) -> pd.DataFrame:
    first, second, kinship = (np.concatenate(column) for column in zip(*found, strict=True))
    degree = np.select([kinship > least for least in DEGREES.values()], list(DEGREES), "none").astype(object)
    return pd.DataFrame({"first": samples[first], "second": samples[second], "kinship": kinship, "degree": degree})
