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
Flags = npt.NDArray[np.bool_]

_ELEMENTS = 1 << 16
"""Dosages that are worked on at a time: 512 kB, what a core's cache holds."""


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
        self, rows: npt.NDArray[np.intp], dosages: Dosages, flip: Flags, certainty: npt.NDArray[np.int8], mean: Array
    ) -> None:
        """Add variants of a block.

        Parameters
        ----------
        rows : (n,) rows of the score that they are
        dosages : (n, n_people) of ``alt``
        flip : (n,) whether that is the other allele
        certainty : (n,) :class:`Certainty`
        mean : (n,) mean dosage of ``alt`` among those who are called
        """
        for kind in Certainty:
            for part in _parts(np.flatnonzero(certainty == kind), dosages.shape[1]):
                self._add(kind, self._weights[rows[part]], dosages[part], flip[part], mean[part])

    def _add(self, kind: Certainty, weights: Array, dosages: Dosages, flip: Flags, mean: Array) -> None:
        base, below, above = weights.T
        n_people = dosages.shape[1]
        copies = dosages.astype(np.float64)
        missing = np.flatnonzero(~is_called(dosages))  # few: their places cost less than masks
        variant, person = np.divmod(missing, n_people)
        copies.reshape(-1)[missing] = np.where(flip, 2.0, 0.0)[variant]  # no effect allele, so that base is counted
        if self._impute:
            # A missing genotype counts as 2f copies; of a dominant or recessive row as f, as plink2 has it.
            stand_in = (below + above) * np.where(flip, 2 - mean, mean) / 2
            self.alleles[kind] += 2 * len(copies)
        else:
            stand_in = -base
            self.alleles[kind] += 2 * (len(copies) - np.bincount(person, minlength=n_people))
        self.sums[kind] += np.bincount(person, stand_in[variant], n_people)
        additive = (base == 0) & (below == above)
        if additive.all():
            # w (2 - d) is 2 w - w d: the same for everybody, and a weight of the other sign.
            self.sums[kind] += np.where(flip, -below, below) @ copies + 2 * below[flip].sum()
        else:
            copies[flip] = 2 - copies[flip]
            self.sums[kind] += _values(weights, copies).sum(axis=0)


def _values(weights: Array, copies: Array) -> Array:
    """(n, n_people) what each genotype adds, by weights base, below and above."""
    base, below, above = weights[:, :1], weights[:, 1:2], weights[:, 2:]
    return base + below * np.minimum(copies, 1) + above * np.maximum(copies - 1, 0)


def _parts(rows: npt.NDArray[np.intp], n_people: int) -> Iterator[npt.NDArray[np.intp]]:
    step = max(1, _ELEMENTS // max(1, n_people))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
