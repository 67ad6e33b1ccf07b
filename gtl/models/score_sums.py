"""What a score's rows add up to for every person, block by block; what is decided only at the end is kept apart.

A/T and C/G variants are read one way or the other (:mod:`gtl.prepare.alleles`), and whether that reading counts depends
on all variants of the file. So there are four sums, by :class:`Certainty`.
"""

from collections.abc import Iterator
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import Dosages, as_float

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_ELEMENTS = 1 << 22
"""Dosages that are worked on at a time: 32 MB."""


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

    def add(self, rows: npt.NDArray[np.intp], dosages: Dosages, flip: Flags, certainty: npt.NDArray[np.int8]) -> None:
        """Add variants: the rows that they are, (n, n_people) dosages of ``alt``, whether that is the other allele."""
        for kind in Certainty:
            for part in _parts(np.flatnonzero(certainty == kind), dosages.shape[1]):
                copies = as_float(dosages[part]).astype(np.float64)
                copies[flip[part]] = 2 - copies[flip[part]]
                self._add(kind, self._weights[rows[part]], copies)

    def _add(self, kind: Certainty, weights: Array, copies: Array) -> None:
        missing = np.isnan(copies)
        self.alleles[kind] += 2 * (len(copies) if self._impute else (~missing).sum(axis=0))
        base, below, above = weights.T
        if missing.any():
            mean = np.nanmean(copies, axis=1, keepdims=True) / 2
            # A missing genotype counts as 2f copies; of a dominant or recessive row as f, as plink2 has it.
            stand_in = base[:, None] + (below + above)[:, None] * mean if self._impute else np.zeros_like(mean)
            self.sums[kind] += np.where(missing, stand_in, 0).sum(axis=0)
        additive = (base == 0) & (below == above)
        self.sums[kind] += below[additive] @ np.nan_to_num(copies[additive])
        if not additive.all():
            self.sums[kind] += np.nan_to_num(_values(weights[~additive], copies[~additive])).sum(axis=0)


def _values(weights: Array, copies: Array) -> Array:
    """(n, n_people) what each genotype adds, by weights base, below and above."""
    base, below, above = weights[:, :1], weights[:, 1:2], weights[:, 2:]
    return base + below * np.minimum(copies, 1) + above * np.maximum(copies - 1, 0)


def _parts(rows: npt.NDArray[np.intp], n_people: int) -> Iterator[npt.NDArray[np.intp]]:
    step = max(1, _ELEMENTS // max(1, n_people))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]
