"""What a score's rows add up to for every person, block by block; what is decided only at the end is kept apart.

A/T and C/G variants are read one way or the other (:mod:`gtl.prepare.alleles`), and whether that reading counts depends
on all variants of the file. So there are four sums, by :class:`Certainty`.
"""

from collections.abc import Iterator
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import MISSING, Dosages

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

_ELEMENTS = 1 << 17
"""Dosages that are worked on at a time: 1 MB, so that they stay in a processor's cache."""


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

    def add(
        self, rows: Rows, dosages: Dosages, flip: Flags, certainty: npt.NDArray[np.int8], mean: Array, missing: Rows
    ) -> None:
        """Add variants of a block.

        Parameters
        ----------
        rows : (n,) rows of the score that they are
        dosages : (n, n_people) of ``alt``
        flip : (n,) whether that is the other allele
        certainty : (n,) :class:`Certainty`
        mean : (n,) mean dosage of ``alt`` among those who are called
        missing : places of missing genotypes, counted variant by variant
        """
        weights = self._weights[rows]
        if len(missing) and dosages.dtype != np.int8:
            dosages = np.nan_to_num(dosages, nan=MISSING)
        for kind in np.unique(certainty):
            self.sums[kind] += _sums(dosages, weights, flip, np.flatnonzero(certainty == kind))
        self.alleles += 2 * np.bincount(certainty, minlength=len(Certainty))[:, None]
        self._add_missing(certainty, weights, flip, np.where(flip, 2 - mean, mean), missing)

    def _add_missing(
        self, certainty: npt.NDArray[np.int8], weights: Array, flip: Flags, mean: Array, missing: Rows
    ) -> None:
        """What stands in for missing genotypes, which were added up as :data:`MISSING` copies of ``alt``.

        ``mean`` is of the effect allele.
        """
        base, below, above = weights.T
        n_people, starts = self.sums.shape[1], np.arange(len(weights) + 1) * self.sums.shape[1]
        of_each = np.diff(np.searchsorted(missing, starts))
        place = missing + np.repeat(certainty.astype(np.intp) * n_people - starts[:-1], of_each)
        # A missing genotype counts as 2f copies; of a dominant or recessive row as f, as plink2 has it.
        stand_in = base + (below + above) * mean / 2 if self._impute else np.zeros(len(weights))
        added = _values(weights, np.where(flip, 2 - MISSING, MISSING)[:, None])[:, 0]
        self.sums += np.bincount(place, np.repeat(stand_in - added, of_each), self.sums.size).reshape(self.sums.shape)
        if not self._impute:
            self.alleles -= 2 * np.bincount(place, minlength=self.alleles.size).reshape(self.alleles.shape)


def _sums(dosages: Dosages, weights: Array, flip: Flags, chosen: Rows) -> Array:
    """(n_people,) what the ``chosen`` variants add, missing genotypes being a number like others."""
    base, below, above = weights.T
    if ((base == 0) & (below == above)).all():
        # w (2 - d) is 2 w - w d: the same for everybody, and a weight of the other sign.
        total = np.full(dosages.shape[1], 2 * below[chosen][flip[chosen]].sum())
        signed = np.where(flip, -below, below)
        for part, copies in _in_parts(dosages, chosen):
            total += signed[part] @ copies
        return total
    total = np.zeros(dosages.shape[1])
    for part, copies in _in_parts(dosages, chosen):
        total += _values(weights[part], np.where(flip[part, None], 2 - copies, copies)).sum(axis=0)
    return total


def _in_parts(dosages: Dosages, chosen: Rows) -> Iterator[tuple[Rows, Array]]:
    """The ``chosen`` variants' dosages as float64, some variants at a time in the same memory."""
    step = max(1, _ELEMENTS // max(1, dosages.shape[1]))
    room = np.empty((min(step, len(chosen)), dosages.shape[1]))
    for start in range(0, len(chosen), step):
        part = chosen[start : start + step]
        copies = room[: len(part)]
        np.copyto(copies, dosages[part])
        yield part, copies


def _values(weights: Array, copies: Array) -> Array:
    """(n, n_people) what each genotype adds, by weights base, below and above."""
    base, below, above = weights[:, :1], weights[:, 1:2], weights[:, 2:]
    return base + below * np.minimum(copies, 1) + above * np.maximum(copies - 1, 0)
