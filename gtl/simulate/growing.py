"""People of whom each new haplotype joins the panel and is copied by later ones: what the program HAPGEN2 does.

With k haplotypes simulated so far from n of the panel, the next one is a mosaic of all n + k, with 4 Ne / (n + k)
expected switches a Morgan and mutation probability theta / (2 (theta + n + k)). So a cohort drifts away from its panel,
and its people are more alike, than where everybody copies the panel alone (:mod:`gtl.simulate.mosaics`).

Where haplotypes switch and mutate is drawn for all of them first, which is little: the number of segments grows with
the logarithm of the cohort. Their alleles then follow for a block of variants at a time, so that nobody holds people ×
variants, and the cost is linear in people.

Sources: Li & Stephens, Genetics 165:2213 (2003), product of approximate conditionals; Su, Marchini & Donnelly,
Bioinformatics 27:2304 (2011); the rates are those with which HAPGEN2 2.2.0 was seen to run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.simulate.copying import CopyingModel

Rows = npt.NDArray[np.intp]

BLOCK_BYTES = 1 << 25
"""Alleles of a block of variants: 32 MB."""


@dataclass(frozen=True, eq=False)
class Growth:
    """Where the new haplotypes switch, what they copy, and where they mutate: all but the alleles.

    Attributes
    ----------
    n_panel, n_new : haplotypes of the panel, and new ones
    mosaics : (n_segments,) intp, ascending: which new haplotype a segment is of
    starts, stops : (n_segments,) intp, its rows; stop exclusive, and equal to start where a segment ends before a SNP
    templates : (n_segments,) intp, the haplotype that it copies: below n_panel one of the panel, else a new one
    mutated : (n_mutations, 2) intp, new haplotype and row of each allele that mutates, by haplotype
    """

    n_panel: int
    n_new: int
    mosaics: Rows
    starts: Rows
    stops: Rows
    templates: Rows
    mutated: Rows

    @classmethod
    def draw(cls, model: CopyingModel, n_new: int, rng: np.random.Generator) -> Self:
        """Draw ``n_new`` haplotypes, each after those before it.

        Parameters
        ----------
        model
            The panel and its rates; made for ``n_new`` later haplotypes (:meth:`CopyingModel.of`).
        """
        n_panel, n_variants = model.alleles.shape
        there = n_panel + np.arange(n_new)  # haplotypes that each can copy
        switches = rng.poisson(model.switches[-1] * n_panel / there)
        mosaics = np.repeat(np.arange(n_new), switches + 1)
        starts = np.zeros(len(mosaics), dtype=np.intp)
        first = np.cumsum(switches + 1) - (switches + 1)
        later = np.ones(len(mosaics), dtype=bool)
        later[first] = False
        starts[later] = _switch_rows(model, switches, rng)
        stops = np.append(starts[1:], n_variants)
        stops[np.append(first[1:], len(mosaics)) - 1] = n_variants
        templates = (rng.random(len(mosaics)) * there[mosaics]).astype(np.intp)
        flips = model.theta / (2 * (model.theta + there))
        return cls(n_panel, n_new, mosaics, starts, stops, templates, _mutations(flips, n_variants, rng))

    def alleles(self, model: CopyingModel, rows: slice) -> npt.NDArray[np.int8]:
        """(n_new, rows) int8: the new haplotypes' alleles at some of the variants."""
        first, last = rows.start, rows.stop
        found = np.empty((self.n_panel + self.n_new, last - first), dtype=np.int8)
        found[: self.n_panel] = model.alleles[:, rows]
        mutated = self._mutated_within(rows)
        done = self.n_panel
        for mosaic, template, start, stop in self._pieces(first, last):
            if mosaic != done:  # the one before is whole: it mutates before anybody copies it
                for row in mutated.get(done, ()):
                    found[done, row] ^= 1
                done = mosaic
            found[mosaic, start:stop] = found[template, start:stop]
        for row in mutated.get(done, ()):
            found[done, row] ^= 1
        return found[self.n_panel :]

    def _pieces(self, first: int, last: int) -> Iterator[tuple[int, int, int, int]]:
        """Haplotype, what it copies, and from which to which column, of each segment within rows of the block."""
        here = np.flatnonzero((self.stops > first) & (self.starts < last) & (self.starts < self.stops))
        starts = np.maximum(self.starts[here], first) - first
        stops = np.minimum(self.stops[here], last) - first
        columns = self.n_panel + self.mosaics[here], self.templates[here], starts, stops
        return zip(*(column.tolist() for column in columns), strict=True)

    def _mutated_within(self, rows: slice) -> dict[int, list[int]]:
        """Haplotype, panel's counted → columns of the block that mutate."""
        here = self.mutated[(self.mutated[:, 1] >= rows.start) & (self.mutated[:, 1] < rows.stop)]
        found: dict[int, list[int]] = {}
        for mosaic, row in here.tolist():
            found.setdefault(self.n_panel + mosaic, []).append(row - rows.start)
        return found


def grown_blocks(
    model: CopyingModel, n_people: int, wanted: slice, rng: np.random.Generator, block_bytes: int = BLOCK_BYTES
) -> Iterator[npt.NDArray[np.int8]]:
    """Dosages of some of ``n_people`` who were grown in one run, (variants of a block, n_wanted) int8.

    Parameters
    ----------
    model
        As :meth:`Growth.draw` takes it, for 2 ``n_people`` haplotypes.
    wanted
        Which people; haplotypes 2i and 2i + 1 are person i's. The others are drawn all the same.
    block_bytes
        Alleles that are in memory at a time.
    """
    growth = Growth.draw(model, 2 * n_people, rng)
    n_variants = model.alleles.shape[1]
    step = max(1, block_bytes // (growth.n_panel + growth.n_new))
    for first in range(0, n_variants, step):
        own = growth.alleles(model, slice(first, min(first + step, n_variants)))[2 * wanted.start : 2 * wanted.stop]
        yield np.ascontiguousarray((own[0::2] + own[1::2]).T)


def _switch_rows(model: CopyingModel, switches: Rows, rng: np.random.Generator) -> Rows:
    """Row of the SNP after each switch, haplotype after haplotype, ascending within each."""
    length = model.switches[-1]
    offsets = np.repeat(np.arange(len(switches)) * length, switches)
    places = np.sort(rng.random(len(offsets)) * length + offsets) - offsets
    return model.rows_from(places)


def _mutations(flips: npt.NDArray[np.float64], n_variants: int, rng: np.random.Generator) -> Rows:
    """(n, 2): haplotype and row of the alleles that mutate, one row each; two events on one allele undo each other."""
    events = rng.poisson(-np.log1p(-2 * flips) / 2 * n_variants)
    mosaics = np.repeat(np.arange(len(flips)), events)
    places, hits = np.unique(mosaics * n_variants + rng.integers(n_variants, size=len(mosaics)), return_counts=True)
    odd = places[hits % 2 == 1]
    return np.stack([odd // n_variants, odd % n_variants], axis=1)
