"""Clumping: of SNPs that tell the same, the one with the smallest p-value."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Variants

Array = npt.NDArray[np.float64]

_EDGES: tuple[tuple[int, Literal["left", "right"]], ...] = ((-1, "left"), (1, "right"))

WINDOW = 250_000
"""Base pairs on either side of an index SNP within which others join its clump (PLINK's default)."""


def clump(
    x: Array | npt.NDArray[np.float32], p_values: Array, variants: Variants, r2: float, window: int = WINDOW
) -> npt.NDArray[np.intp]:
    """Index SNPs: from the smallest p up, each takes all SNPs near it that are correlated with it.

    Source: PLINK ``--clump`` (Purcell et al. 2007, Am J Hum Genet 81:559); for polygenic scores, International
    Schizophrenia Consortium 2009, Nature 460:748.

    Parameters
    ----------
    x
        (n_people, n_snps) float64 or float32, centred dosages of the people whose LD counts; nothing missing.
    p_values
        (n_snps,) float64; nan comes last, equal ones by position.
    variants
        The SNPs, in any order; only those on one chromosome can clump.
    r2
        Squared correlation of dosages above which a SNP joins a clump.
    window
        Base pairs.

    Returns
    -------
    Columns of the index SNPs, ascending intp

    Examples
    --------
    >>> snps = Variants(*(np.array(c) for c in (["1"] * 3, [1, 2, 3], ["a", "b", "c"], ["A"] * 3, ["C"] * 3)))
    >>> x = np.array([[-1.0, -1, -1], [1, 1, -1], [-1, -1, 1], [1, 1, 1]])
    >>> clump(x, np.array([0.2, 0.1, 0.9]), snps, r2=0.5)
    array([1, 2])
    """
    nearby = _Nearby.of(variants, window)
    free = np.ones(len(p_values), dtype=bool)
    snps = np.ascontiguousarray(x.T)  # a SNP's people side by side: those of a window are copied and multiplied fast
    squares = (snps**2).sum(axis=1)
    index = []
    for snp in np.lexsort((variants.pos, p_values)):
        if free[snp]:
            index.append(snp)
            free[snp] = False
            rows = nearby.rows(snp)
            near = rows[free[rows]]
            shared = (snps[near] @ snps[snp]) ** 2
            free[near[shared > r2 * squares[snp] * squares[near]]] = False
    return np.sort(np.array(index, dtype=np.intp))


@dataclass(frozen=True, eq=False)
class _Nearby:
    """SNPs sorted along each chromosome, so that those near one are a slice, however many there are elsewhere."""

    order: npt.NDArray[np.intp]
    place: npt.NDArray[np.intp]
    first: npt.NDArray[np.intp]
    last: npt.NDArray[np.intp]

    @classmethod
    def of(cls, variants: Variants, window: int) -> Self:
        """First and last place of the SNPs within ``window`` of each."""
        chrom = np.unique(variants.chrom.astype(str), return_inverse=True)[1]
        order = np.lexsort((variants.pos, chrom))
        # One axis for all chromosomes, with more than a window between them.
        span = int(np.ptp(variants.pos)) + window + 1 if len(order) else 0
        along = (variants.pos + chrom * span)[order]
        first, last = (np.searchsorted(along, along + side * window, where) for side, where in _EDGES)
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        return cls(order, place, first, last)

    def rows(self, snp: np.intp) -> npt.NDArray[np.intp]:
        """SNPs near one, itself among them, by position."""
        place = self.place[snp]
        return self.order[self.first[place] : self.last[place]]
