import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gtl.domain.genotypes import Variants
from gtl.learn.clumping import clump


def snps(pos, chrom=None):
    n = len(pos)
    names = np.array([f"rs{i}" for i in range(n)], object)
    chromosomes = np.array(chrom or ["21"] * n, object)
    return Variants(chromosomes, np.array(pos), names, np.full(n, "A", object), np.full(n, "C", object))


TWINS = np.array([[-1.0, -1], [1, 1], [-1, -1], [1, 1]])


def test_of_two_equal_snps_the_stronger_stays():
    assert clump(TWINS, np.array([0.01, 0.001]), snps([1, 2]), r2=0.5).tolist() == [1]


def test_far_away_or_on_another_chromosome_both_stay():
    p_values = np.array([0.01, 0.001])
    assert clump(TWINS, p_values, snps([1, 1002]), r2=0.5, window=1000).tolist() == [0, 1]
    assert clump(TWINS, p_values, snps([1, 1001]), r2=0.5, window=1000).tolist() == [1]
    assert clump(TWINS, p_values, snps([1, 2], ["21", "22"]), r2=0.5).tolist() == [0, 1]


def test_what_a_clumped_snp_would_have_clumped_stays():
    # 0 takes 1; 2 is in LD with 1 alone, which is no index SNP any more.
    base = np.random.default_rng(1).normal(size=(2000, 2))
    x = np.column_stack([base[:, 0], base.sum(axis=1), base[:, 1]])
    x -= x.mean(axis=0)
    assert clump(x, np.array([1e-9, 1e-5, 1e-3]), snps([1, 2, 3]), r2=0.3).tolist() == [0, 2]


def test_nan_comes_last():
    assert clump(TWINS, np.array([np.nan, 0.9]), snps([1, 2]), r2=0.5).tolist() == [1]


@given(st.integers(0, 10_000), st.floats(0.05, 0.9))
def test_no_two_index_snps_are_in_ld_and_every_other_has_a_stronger_one(seed, r2):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(30, 3)) @ rng.normal(size=(3, 12)) + rng.normal(size=(30, 12))
    x -= x.mean(axis=0)
    p_values = rng.permutation(12) / 100
    index = clump(x, p_values, snps(range(12)), r2)
    squared = np.corrcoef(x.T) ** 2
    assert (squared[np.ix_(index, index)][~np.eye(len(index), dtype=bool)] <= r2 + 1e-9).all()
    for other in set(range(12)) - set(index.tolist()):
        takers = [i for i in index if squared[i, other] > r2 - 1e-9 and p_values[i] < p_values[other]]
        assert takers
