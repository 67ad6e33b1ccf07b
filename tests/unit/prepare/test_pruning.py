import numpy as np
import pytest

from gtl.association.linkage import ld_matrix
from gtl.domain.blocks import blocks_of, selected
from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.prepare.components import principal_components
from gtl.prepare.pruning import LONG_RANGE_LD, Pruning, prune, thinned
from gtl.prepare.relatedness import find_relatives
from tests.simulated_people import matrix, variants
from tests.traced_memory import peak_of


def linked(n_variants, n_people, seed=1):
    """Each variant a noisy copy of the one before it."""
    rng = np.random.default_rng(seed)
    haplotypes = np.empty((n_variants, 2 * n_people), dtype=np.int8)
    haplotypes[0] = rng.random(2 * n_people) < 0.4
    for row in range(1, n_variants):
        anew = rng.random(2 * n_people) < 0.15
        haplotypes[row] = np.where(anew, rng.random(2 * n_people) < 0.4, haplotypes[row - 1])
    return haplotypes[:, ::2] + haplotypes[:, 1::2]


def test_kept_variants_are_independent_and_the_others_are_told_by_one_before_them():
    people = matrix(linked(300, 200))
    kept = prune(blocks_of(people))
    r2 = ld_matrix(people.dosages)
    among = r2[np.ix_(kept, kept)]
    assert among[~np.eye(len(among), dtype=bool)].max() <= 0.2
    for row in np.flatnonzero(~kept):
        assert r2[row, :row][kept[:row]].max() > 0.2
    assert 20 < kept.sum() < 150


def test_blocks_of_any_size_give_the_same_mask():
    people = matrix(linked(300, 100), chrom=["1"] * 130 + ["2"] * 170)
    masks = [prune(blocks_of(people, size)) for size in (7, 64, 1_000)]
    assert (masks[0] == masks[1]).all()
    assert (masks[0] == masks[2]).all()


def test_a_chromosome_does_not_look_at_the_one_before_and_the_window_ends():
    one = np.random.default_rng(1).integers(0, 3, 50)
    between = np.random.default_rng(2).integers(0, 3, (3, 50))
    twice = matrix([one, *between, one])
    assert prune(blocks_of(twice), Pruning(r2=0.5)).tolist() == [True, True, True, True, False]
    assert prune(blocks_of(twice), Pruning(r2=0.5, window=3)).all()
    chroms = ["1", "1", "1", "1", "2"]
    assert prune(blocks_of(matrix(twice.dosages, chrom=chroms)), Pruning(r2=0.5)).all()


def test_rare_sex_chromosomal_and_left_out_variants_are_not_kept():
    rng = np.random.default_rng(2)
    dosages = rng.integers(0, 3, (6, 60))
    dosages[0] = 0
    dosages[0, :5] = 1  # frequency 5 / 120
    dosages[1] = -1
    names = ["1", "1", "1", "5", "X", "MT"]
    people = matrix(dosages, chrom=names)
    people.variants.pos[3] = 45_000_000
    assert prune(blocks_of(people), Pruning(r2=0.5)).tolist() == [False, False, True, True, False, False]
    without = Pruning(r2=0.5, left_out=LONG_RANGE_LD)
    assert prune(blocks_of(people), without).tolist() == [False, False, True, False, False, False]


def test_variants_that_tell_populations_apart_are_not_in_ld_within_them():
    rng = np.random.default_rng(3)
    populations = np.array(["a", "b"], dtype=object).repeat(200)
    frequency = np.where(populations == "a", 0.1, 0.9)
    people = matrix(rng.binomial(2, frequency, (100, 400)))
    assert prune(blocks_of(people)).sum() == 1
    assert prune(blocks_of(people), None, populations).all()


def test_missing_calls_are_passed_over():
    dosages = np.random.default_rng(4).integers(0, 3, (1, 200)).repeat(2, axis=0)
    dosages[1, :5] = -1
    assert prune(blocks_of(matrix(dosages))).tolist() == [True, False]


def test_at_most_so_many_evenly_spread():
    people = matrix(np.random.default_rng(5).integers(0, 3, (1_000, 100)))
    kept = np.flatnonzero(prune(blocks_of(people), Pruning(most=50)))
    assert len(kept) == 50
    assert np.diff(kept).max() < 40
    assert thinned(np.ones(3, dtype=bool), 5).all()
    assert not thinned(np.zeros(3, dtype=bool), 5).any()


def test_no_common_variant_is_an_input_error():
    with pytest.raises(InputError, match="none of 2 variants is autosomal with a minor allele frequency of at least"):
        prune(blocks_of(matrix([[0, 0], [2, 2]])))


def test_memory_is_the_same_with_ten_times_the_variants():
    assert _peak(30) < 1.1 * _peak(3)


def _peak(n_blocks):
    names = np.array([f"p{number}" for number in range(100)], dtype=object)

    def start():
        for number in range(n_blocks):
            dosages = np.random.default_rng(number).integers(0, 3, (1_000, 100), dtype=np.int8)
            yield GenotypeMatrix(variants(1_000, str(number + 1)), names, dosages)

    def work():
        kept = prune(start, Pruning(most=1_000))
        find_relatives(selected(start, kept))
        principal_components(selected(start, kept), 4)

    return peak_of(work)
