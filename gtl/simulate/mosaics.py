"""Mosaics of reference haplotypes: where they switch, what they copy, where they mutate, and people made of two.

Cohorts are made in :mod:`gtl.simulate.genotypes`; what ties cases to their disease SNPs is in
:mod:`gtl.simulate.disease`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.simulate.copying import CopyingModel
from gtl.simulate.packed_people import Mosaics, PackedPeople, packed_alleles

Segments = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""As :func:`draw_segments` returns them."""

PEOPLE_AT_ONCE = 64
"""People drawn and copied together: their alleles fit a processor's cache, and fill lines of it in packed rows."""


@dataclass(frozen=True, eq=False)
class Anchors:
    """What is given about mosaics in advance: their templates at some SNPs.

    Attributes
    ----------
    rows : (n_anchors,) intp, ascending rows of the anchored SNPs
    templates : (n_mosaics, n_anchors) intp, the haplotype copied at each of them
    switched : (n_mosaics, n_anchors - 1) bool, whether any switch lies between neighbouring anchors
    """

    rows: npt.NDArray[np.intp]
    templates: npt.NDArray[np.intp]
    switched: npt.NDArray[np.bool_]

    @classmethod
    def none(cls, n_mosaics: int) -> Self:
        """No anchors: mosaics of the population."""
        return cls(
            np.empty(0, dtype=np.intp), np.empty((n_mosaics, 0), dtype=np.intp), np.empty((n_mosaics, 0), dtype=bool)
        )

    def take(self, mosaics: slice) -> Self:
        """The anchors of some of the mosaics."""
        return type(self)(self.rows, self.templates[mosaics], self.switched[mosaics])


def copied_people(model: CopyingModel, anchors: Anchors, rng: np.random.Generator) -> Iterator[PackedPeople]:
    """Draw people, two mosaics each: up to 64 of them, one group after the other.

    Switch points are a Poisson process along ``model.switches`` and each picks a template uniformly, which at the
    SNPs is HAPGEN2's chain: a switch with probability 1 - exp(-4 Ne d / n) between neighbours d Morgans apart.

    Parameters
    ----------
    model
        The panel and its rates.
    anchors
        Given templates of 2 n_people mosaics; mosaics 2i and 2i + 1 are person i's.
    rng
        Source of all randomness.
    """
    n_people, reference = len(anchors.templates) // 2, packed_alleles(model.alleles)
    for first in range(0, n_people, PEOPLE_AT_ONCE):
        people = slice(first, min(first + PEOPLE_AT_ONCE, n_people))
        mosaics = anchors.take(slice(2 * people.start, 2 * people.stop))
        segments = draw_segments(model, mosaics, rng)
        drawn = Mosaics(*segments, _mutations(len(mosaics.templates), model, rng))
        yield PackedPeople.of(drawn.alleles(reference, len(model.switches)))


def draw_segments(model: CopyingModel, anchors: Anchors, rng: np.random.Generator) -> Segments:
    """Segments of as many mosaics as ``anchors`` has: number in each mosaic, first row, template.

    Returns
    -------
    counts : (n_mosaics,) intp, at least 1
    starts : (sum of counts,) intp, row of each segment's first SNP; a mosaic's first segment starts at row 0,
        equal neighbours mark segments that end before the next SNP
    templates : (sum of counts,) intp, the haplotype that each segment copies
    """
    edges = np.concatenate([[0.0], model.switches[anchors.rows], model.switches[-1:]])
    switches = _count_switches(np.diff(edges), anchors.switched, rng)
    counts = switches.sum(axis=1) + 1
    first = np.cumsum(counts) - counts

    starts = np.zeros(counts.sum(), dtype=np.intp)
    later = np.ones(len(starts), dtype=bool)
    later[first] = False
    starts[later] = model.rows_from(_place_switches(edges, switches, rng))

    templates = rng.integers(len(model.alleles), size=len(starts))
    anchored = first[:, None] + np.cumsum(switches, axis=1)[:, :-1]
    templates[anchored] = anchors.templates
    return counts, starts, templates


def _count_switches(
    lengths: npt.NDArray[np.float64], switched: npt.NDArray[np.bool_], rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """(n_mosaics, n_intervals): free outside the anchors; between them none, or at least one, as ``switched`` says."""
    counts = rng.poisson(lengths, size=(len(switched), len(lengths)))
    between = lengths[1:-1]
    # The first switch, given that there is one; the rest of the interval is free again.
    first = -np.log1p(rng.random(switched.shape) * np.expm1(-between))
    counts[:, 1:-1] = np.where(switched, 1 + rng.poisson(np.maximum(between - first, 0)), 0)
    return counts


def _place_switches(
    edges: npt.NDArray[np.float64], switches: npt.NDArray[np.intp], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Positions of all switches, mosaic after mosaic, ascending within each."""
    counts = switches.ravel()
    n_mosaics = len(switches)
    low, length = np.tile(edges[:-1], n_mosaics), np.tile(np.diff(edges), n_mosaics)
    places = np.repeat(low, counts) + np.repeat(length, counts) * rng.random(counts.sum())
    # One sort for all mosaics: each has its own stretch of the line.
    offsets = np.repeat(np.arange(n_mosaics) * edges[-1], switches.sum(axis=1))
    ordered: npt.NDArray[np.float64] = np.sort(places + offsets) - offsets
    return ordered


def _mutations(n_mosaics: int, model: CopyingModel, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Alleles that flip, counted mosaic by mosaic, ascending; each flips with probability ``model.flip``.

    Events fall uniformly, several perhaps on one allele; it flips if their number is odd, and a Poisson number of
    mean m is odd with probability (1 - exp(-2 m)) / 2.
    """
    n_alleles = n_mosaics * len(model.switches)
    events = rng.poisson(-np.log1p(-2 * model.flip) / 2 * n_alleles)
    return np.sort(rng.integers(n_alleles, size=events))
