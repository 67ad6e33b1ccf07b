"""Exact test of Hardy-Weinberg proportions (Wigginton, Cutler & Abecasis 2005, Am J Hum Genet 76:887)."""

import numpy as np
import numpy.typing as npt

from gtl.association.exact import Array, Counts, Distributions, exact_p, log_factorials


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
    people, heterozygotes = genotypes.sum(axis=1), genotypes[:, 1]
    rare = heterozygotes + 2 * np.minimum(genotypes[:, 0], genotypes[:, 2])
    return exact_p(_heterozygotes, np.column_stack([people, rare]), heterozygotes // 2)


def _heterozygotes(margins: Counts) -> Distributions:
    """Halved numbers of heterozygotes among so many people with so many copies of the rarer allele."""
    people, rare = margins.T
    factorials = log_factorials(2 * int(people.max(initial=0)))
    ways = factorials[people] + factorials[rare] + factorials[2 * people - rare] - factorials[2 * people]

    def log_probability(variants: Counts, outcome: Counts) -> Array:
        # Heterozygotes have the parity of the rarer allele: outcome k is 2 k of them, or 2 k + 1.
        heterozygotes = rare[variants] % 2 + 2 * outcome
        rare_homozygotes = (rare[variants] - heterozygotes) // 2
        common_homozygotes = people[variants] - heterozygotes - rare_homozygotes
        same = factorials[heterozygotes] + factorials[rare_homozygotes] + factorials[common_homozygotes]
        return np.asarray(ways[variants] + heterozygotes * np.log(2) - same)

    return Distributions(log_probability, rare // 2, factorials)
