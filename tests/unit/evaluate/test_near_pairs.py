import numpy as np
import pytest

from gtl.evaluate.near_pairs import Keys, near_pairs


@pytest.fixture
def people():
    """Dosages of 3,000 unrelated people at 500 SNPs."""
    return np.random.default_rng(2).binomial(2, 0.4, (500, 3000)).astype(np.int8)


def found(dosages, seed=1):
    pairs = near_pairs(dosages, 0.98, np.random.default_rng(seed))
    return {pair: k for k, pair in enumerate(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))}, pairs


def test_every_pair_at_the_bound_is_found(people):
    # 100 people a second time, with 4 % of genotypes off by one allele: identity by state 0.98.
    people[:, 100:200] = people[:, :100]
    people[:20, 100:200] = np.where(people[:20, 100:200] == 1, 0, 1)
    at, pairs = found(people)
    assert pairs.recall > 0.9999
    places = [at[person, person + 100] for person in range(100)]
    assert pairs.likeness[places] == pytest.approx(0.98)
    assert len(at) < 20 * people.shape[1]


def test_missing_calls_hide_few(people):
    rng = np.random.default_rng(3)
    people[:, 100:200] = people[:, :100]
    people[rng.random(people.shape) < 0.05] = -1
    at, pairs = found(people)
    assert pairs.recall > 0.99
    assert sum((person, person + 100) in at for person in range(100)) >= 98


def test_a_pair_is_found_as_often_as_is_said(people):
    # 1,000 pairs who agree at 80 % of genotypes.
    people[:, 1000:2000] = people[:, :1000]
    people[:100, 1000:2000] = np.where(people[:100, 1000:2000] == 1, 0, 1)
    at, pairs = found(people)
    met = [at[person, person + 1000] for person in range(1000) if (person, person + 1000) in at]
    said = pairs.found[met]
    assert said == pytest.approx(said[0])
    # Keys are the same for all pairs, so their number varies more than that of pairs drawn one by one would.
    assert len(met) / 1000 == pytest.approx(said[0], abs=0.05)


def test_nothing_is_said_where_all_are_alike(people):
    people[:] = people[:, :3].repeat(1000, axis=1)
    assert near_pairs(people, 0.98, np.random.default_rng(1)) is None


def test_keys_find_by_their_size_and_number():
    # One key of 2 SNPs at agreement 0.5: a quarter; two of them: 1 - (3/4)^2.
    assert Keys(2, 1).found(0.5) == pytest.approx(0.25)
    assert Keys(2, 2).found([0.0, 0.5, 1.0]) == pytest.approx([0, 7 / 16, 1])
