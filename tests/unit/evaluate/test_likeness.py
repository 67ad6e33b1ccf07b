import numpy as np
import pytest

from gtl.evaluate import likeness
from gtl.evaluate.likeness import ALL_PAIRS, compare_people


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def unrelated(rng, n_snps, n_people):
    return rng.binomial(2, 0.4, (n_snps, n_people)).astype(np.int8)


def mosaics(rng, n_snps, n_people, haplotypes, crossings):
    """People who copy few haplotypes: some agree at most SNPs by chance."""
    panel = (rng.random((n_snps, haplotypes)) < 0.4).astype(np.int8)
    parts = np.sort(rng.integers(0, crossings, n_snps))
    copied = rng.integers(0, haplotypes, (2, crossings, n_people))
    return sum(panel[np.arange(n_snps)[:, None], who[parts]] for who in copied).astype(np.int8)


def test_identity_by_state_by_hand():
    # At 4 SNPs dosages 0 1 2 2 and 0 2 0 2 differ by 3 of 8 alleles; without the missing third by 1 of 6.
    both = np.int8([[0, 0], [1, 2], [2, 0], [2, 2]])
    assert likeness._identity_by_state(both)[0, 1] == pytest.approx(5 / 8)
    both[2, 1] = -1
    assert likeness._identity_by_state(both)[0, 1] == pytest.approx(5 / 6)
    both[:, 1] = -1
    assert likeness._identity_by_state(both)[0, 1] == -np.inf


def test_among_many_people_the_same_is_found_as_by_comparing_everybody(rng, monkeypatch):
    people = mosaics(rng, 300, ALL_PAIRS + 500, 8, 5)
    people[:, 2300] = people[:, 17]
    people[:5, 2300] = (people[:5, 2300] + 1) % 3
    searched, closest = compare_people(people)
    monkeypatch.setattr(likeness, "ALL_PAIRS", 10_000)
    compared, the_closest = compare_people(people)
    assert compared.expected > 0.05
    assert (searched.alike, searched.highest, closest) == (compared.alike, compared.highest, the_closest)
    assert searched.people == searched.drawn == compared.drawn == ALL_PAIRS + 500
    assert searched.recall > 0.9999
    assert searched.expected == pytest.approx(compared.expected, rel=0.15)


def test_where_keys_part_nobody_some_people_stand_for_all(rng):
    people = mosaics(rng, 60, ALL_PAIRS + 1000, 4, 3)
    check, (one, other) = compare_people(people)
    assert (check.people, check.drawn) == (ALL_PAIRS + 1000, ALL_PAIRS)
    assert check.alike > 0
    assert not check.conclusive
    # The places are those among all people, not among those drawn.
    assert np.abs(people[:, one] - people[:, other]).mean() / 2 == pytest.approx(1 - check.highest, abs=1e-6)


@pytest.mark.parametrize("people", [3, ALL_PAIRS + 3])
def test_too_few_snps_tell_nothing(rng, people):
    check, _ = compare_people(unrelated(rng, 20, people))
    assert (check.snps, check.conclusive) == (20, False)


@pytest.mark.parametrize("people", [0, 1, 5, ALL_PAIRS + 1])
def test_without_a_common_snp_nothing_is_found(people):
    check, _ = compare_people(np.zeros((4, people), np.int8))
    assert (check.snps, check.highest, check.alike) == (0, 0.0, 0)
