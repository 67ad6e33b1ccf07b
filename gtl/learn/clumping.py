"""Clumping: of SNPs that tell the same, the one with the smallest p-value."""

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Variants

Array = npt.NDArray[np.float64]

WINDOW = 250_000
"""Base pairs on either side of an index SNP within which others join its clump (PLINK's default)."""


def clump(x: Array, p_values: Array, variants: Variants, r2: float, window: int = WINDOW) -> npt.NDArray[np.intp]:
    """Index SNPs: from the smallest p up, each takes all SNPs near it that are correlated with it.

    Source: PLINK ``--clump`` (Purcell et al. 2007, Am J Hum Genet 81:559); for polygenic scores, International
    Schizophrenia Consortium 2009, Nature 460:748.

    Parameters
    ----------
    x
        (n_people, n_snps) float64, centred dosages of the people whose LD counts; nothing missing.
    p_values
        (n_snps,) float64; nan comes last, equal ones by position.
    variants
        The SNPs; only those on one chromosome can clump.
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
    free = np.ones(len(p_values), dtype=bool)
    squares = (x**2).sum(axis=0)
    index = []
    for snp in np.lexsort((variants.pos, p_values)):
        if free[snp]:
            index.append(snp)
            near = np.flatnonzero(free & _neighbours(variants, snp, window))
            shared = (x[:, near].T @ x[:, snp]) ** 2
            free[near[shared > r2 * squares[near] * squares[snp]]] = False
            free[snp] = False
    return np.sort(np.array(index, dtype=np.intp))


def _neighbours(variants: Variants, snp: int, window: int) -> npt.NDArray[np.bool_]:
    near = np.abs(variants.pos - variants.pos[snp]) <= window
    return np.asarray(near & (variants.chrom == variants.chrom[snp]))
