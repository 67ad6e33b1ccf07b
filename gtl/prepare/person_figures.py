"""What a cohort's genotypes say of each person: missing calls, inbreeding, and sex by the X chromosome."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.blocks import Blocks, people_of
from gtl.domain.dosages import MISSING, Dosages, hard_calls, is_called
from gtl.prepare.pruning import autosomal

LEAST_X_VARIANTS = 50
"""Variants of X on which someone must be called for the sex to be told."""

_PART_ENTRIES = 2**22


def person_figures(blocks: Blocks) -> pd.DataFrame:
    """One row a person, in the order of the people; one pass over all variants of one cohort.

    Returns
    -------
    DataFrame
        ``sample``; ``missing`` (share of genotypes of any chromosome that were not called); ``inbreeding`` (method of
        moments F of the autosomes, as plink2 ``--het``: 1 - heterozygotes / those expected by the cohort's allele
        frequencies; negative if there are too many); ``x_inbreeding`` (the same of X, about 0 in women and 1 in men;
        nan with fewer than :data:`LEAST_X_VARIANTS`).
    """
    samples = people_of(blocks)
    n_variants, called = 0, np.zeros(len(samples))
    autosomes, x = _Heterozygotes.none(len(samples)), _Heterozygotes.none(len(samples))
    for block in blocks():
        n_variants += len(block.variants)
        on_autosome, on_x = autosomal(block.variants), block.variants.chrom == "X"
        for rows in _parts(block.dosages):
            called += is_called(block.dosages[rows]).sum(axis=0)
            autosomes = autosomes.add(block.dosages[rows][on_autosome[rows]])
            x = x.add(block.dosages[rows][on_x[rows]])
    figures = {"missing": missing_share(called, n_variants), "inbreeding": autosomes.inbreeding(1)}
    return pd.DataFrame({"sample": samples} | figures | {"x_inbreeding": x.inbreeding(LEAST_X_VARIANTS)})


def missing_share(
    called: npt.NDArray[np.float64], n_variants: "npt.NDArray[np.float64] | int"
) -> npt.NDArray[np.float64]:
    """(n_people,) share of genotypes that were not called, from whole numbers, so that 1 of 20 is no more than 0.05.

    >>> missing_share(np.array([19.0]), 20).tolist(), 1 - 19 / 20
    ([0.05], 0.050000000000000044)
    """
    share: npt.NDArray[np.float64] = (n_variants - called) / np.maximum(n_variants, 1)
    return share


@dataclass(frozen=True, eq=False)
class _Heterozygotes:
    """(n_people,) sums over the variants that vary and were called in a person."""

    seen: npt.NDArray[np.float64]
    expected: npt.NDArray[np.float64]
    n_variants: npt.NDArray[np.float64]

    @classmethod
    def none(cls, n_people: int) -> Self:
        return cls(*np.zeros((3, n_people)))

    def add(self, dosages: Dosages) -> Self:
        calls = hard_calls(dosages)
        known = calls != MISSING
        frequency = np.where(known, calls, 0).sum(axis=1, dtype=np.float64) / np.maximum(2 * known.sum(axis=1), 1)
        expected = 2 * frequency * (1 - frequency)
        known &= (expected > 0)[:, None]
        seen = self.seen + (calls == 1).sum(axis=0)
        return type(self)(seen, self.expected + expected @ known, self.n_variants + known.sum(axis=0))

    def inbreeding(self, least: int) -> npt.NDArray[np.float64]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n_variants >= least, 1 - self.seen / self.expected, np.nan)


def _parts(dosages: Dosages) -> Iterator[slice]:
    rows = max(1, _PART_ENTRIES // dosages.shape[1])
    for start in range(0, len(dosages), rows):
        yield slice(start, start + rows)
