"""Exact test of Hardy-Weinberg proportions (Wigginton, Cutler & Abecasis 2005, Am J Hum Genet 76:887)."""

import numpy as np
import numpy.typing as npt

from gtl.association.exact import Counts, Weights, exact_p, log_factorials


def hardy_weinberg_exact(genotypes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Test each SNP: p is the summed probability of all numbers of heterozygotes no likelier, allele counts held.

    Each distinct triple is computed once. As PLINK's ``--hardy`` (without mid-p); nobody called gives p = 1.

    Parameters
    ----------
    genotypes : (n_variants, 3) int64
        People with 0, 1 and 2 alt alleles.

    >>> hardy_weinberg_exact(np.array([[5, 0, 5], [3, 5, 2]])).round(6)
    array([0.001364, 1.      ])
    """
    distinct, where = np.unique(genotypes, axis=0, return_inverse=True)
    return _hardy_weinberg(distinct)[where.reshape(-1)]


def _hardy_weinberg(genotypes: Counts) -> Weights:
    people, heterozygotes = genotypes.sum(axis=1), genotypes[:, 1]
    rare = heterozygotes + 2 * np.minimum(genotypes[:, 0], genotypes[:, 2])
    # Heterozygotes have the parity of the rarer allele: outcome k is 2 k of them, or 2 k + 1.
    parity, n_outcomes = rare % 2, rare // 2 + 1
    factorials = log_factorials(int(people.max(initial=0)))

    def log_weight(tests: Counts, outcome: Counts) -> Weights:
        hets = parity[tests] + 2 * np.minimum(outcome, n_outcomes[tests] - 1)
        rare_homozygotes = (rare[tests] - hets) // 2
        common_homozygotes = people[tests] - hets - rare_homozygotes
        ways = factorials[hets] + factorials[rare_homozygotes] + factorials[common_homozygotes]
        return np.asarray(hets * np.log(2) - ways)

    return exact_p(log_weight, heterozygotes // 2, n_outcomes)
