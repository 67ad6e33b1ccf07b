"""What a score's rows add up to for every person, block by block; what is decided only at the end is kept apart.

A/T and C/G variants are read one way or the other (:mod:`gtl.prepare.alleles`), and whether that reading counts depends
on all variants of the file. So there are four sums, by :class:`Certainty`.
"""

from collections.abc import Iterator
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import Dosages, is_called

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

_ELEMENTS = 1 << 18
"""Dosages that are worked on at a time: 2 MB, so that they stay in a processor's cache."""


class Certainty(IntEnum):
    """How the reading of a variant's alleles is known."""

    LETTERS = 0
    FREQUENCY_ONE_STRAND = 1
    FREQUENCY_OTHER_STRAND = 2
    AMBIGUOUS = 3


class ScoreSums:
    """Sums over rows of a score, for every person.

    Attributes
    ----------
    sums, alleles : (4, n_people) float64 by :class:`Certainty`: weighted sums, and alleles that they are over
    """

    def __init__(self, rows: pd.DataFrame, n_people: int, *, impute: bool) -> None:
        self._weights = rows[["base", "below", "above"]].to_numpy(dtype=np.float64)
        self._impute = impute
        self.sums = np.zeros((len(Certainty), n_people))
        self.alleles = np.zeros((len(Certainty), n_people))

    def add(self, rows: Rows, dosages: Dosages, flip: Flags, certainty: npt.NDArray[np.int8], mean: Array) -> int:
        """Add variants of a block, and count their missing genotypes.

        Parameters
        ----------
        rows : (n,) rows of the score that they are
        dosages : (n, n_people) of ``alt``
        flip : (n,) whether that is the other allele
        certainty : (n,) :class:`Certainty`
        mean : (n,) mean dosage of ``alt`` among those who are called
        """
        kinds = (np.arange(len(Certainty))[:, None] == certainty).astype(np.float64)
        variant, person = np.divmod(np.flatnonzero(~is_called(dosages)), max(1, dosages.shape[1]))
        self._add_missing(kinds, self._weights[rows], np.where(flip, 2 - mean, mean), variant, person)
        nothing = np.where(flip, 2.0, 0.0)[variant]  # no effect allele: what is missing adds ``base`` besides
        self._add_copies(kinds, self._weights[rows], flip, _in_parts(dosages, variant, person, nothing))
        return len(variant)

    def _add_missing(self, kinds: Array, weights: Array, mean: Array, variant: Rows, person: Rows) -> None:
        """Alleles, and what stands in for missing genotypes; ``mean`` is of the effect allele."""
        base, below, above = weights.T
        n_people = self.sums.shape[1]
        place = kinds.argmax(axis=0)[variant] * n_people + person
        # A missing genotype counts as 2f copies; of a dominant or recessive row as f, as plink2 has it.
        stand_in = (below + above) * mean / 2 if self._impute else -base
        self.sums += np.bincount(place, stand_in[variant], self.sums.size).reshape(self.sums.shape)
        self.alleles += 2 * kinds.sum(axis=1, keepdims=True)
        if not self._impute:
            self.alleles -= 2 * np.bincount(place, minlength=self.alleles.size).reshape(self.alleles.shape)

    def _add_copies(self, kinds: Array, weights: Array, flip: Flags, parts: Iterator[tuple[slice, Array]]) -> None:
        base, below, above = weights.T
        if ((base == 0) & (below == above)).all():
            # w (2 - d) is 2 w - w d: the same for everybody, and a weight of the other sign.
            self.sums += kinds @ np.where(flip, 2 * below, 0)[:, None]
            signed = kinds * np.where(flip, -below, below)
            present = np.flatnonzero(kinds.any(axis=1))  # a product with one row each is faster than one with all
            for part, copies in parts:
                for kind in present:
                    self.sums[kind] += signed[kind, part] @ copies
        else:
            for part, copies in parts:
                effect = np.where(flip[part, None], 2 - copies, copies)
                self.sums += kinds[:, part] @ _values(weights[part], effect)


def _in_parts(dosages: Dosages, variant: Rows, person: Rows, stand_in: Array) -> Iterator[tuple[slice, Array]]:
    """Dosages as float64, some variants at a time in the same memory, with something in place of the missing ones."""
    step = max(1, _ELEMENTS // max(1, dosages.shape[1]))
    room = np.empty((min(step, len(dosages)), dosages.shape[1]))
    for start in range(0, len(dosages), step):
        part = slice(start, min(start + step, len(dosages)))
        copies = room[: part.stop - start]
        np.copyto(copies, dosages[part])
        here = slice(*np.searchsorted(variant, [start, part.stop]))
        copies[variant[here] - start, person[here]] = stand_in[here]
        yield part, copies


def _values(weights: Array, copies: Array) -> Array:
    """(n, n_people) what each genotype adds, by weights base, below and above."""
    base, below, above = weights[:, :1], weights[:, 1:2], weights[:, 2:]
    return base + below * np.minimum(copies, 1) + above * np.maximum(copies - 1, 0)
