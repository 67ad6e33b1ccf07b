import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.learn.splits import split_samples


def status(n_cases, n_controls):
    return np.random.default_rng(3).permutation(np.repeat([1, 0], [n_cases, n_controls])).astype(np.int8)


def split(case, sizes, keep=None, seed=1):
    keep = np.full(len(case), True) if keep is None else keep
    return split_samples(case, keep, sizes, np.random.default_rng(seed))


@given(st.integers(30, 70), st.integers(0, 10), st.integers(0, 2**32))
def test_parts_are_disjoint_of_their_sizes_and_keep_the_share_of_cases(n_cases, n_lost, seed):
    case = status(n_cases, 100 - n_cases)
    keep = np.ones(100, dtype=bool)
    keep[np.random.default_rng(seed).choice(100, n_lost, replace=False)] = False
    parts = split(case, (70, 10, 20), keep, seed)
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (70 - n_lost, 10, 20)
    rows = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(rows) == np.flatnonzero(keep).tolist()
    for part in (parts.validation, parts.test):
        assert abs(case[part].sum() - len(part) * case[keep].mean()) <= 0.5
        assert (np.diff(part) > 0).all()


def test_same_seed_same_people_other_seed_others():
    case = status(50, 50)
    once, again, other = split(case, (70, 10, 20)), split(case, (70, 10, 20)), split(case, (70, 10, 20), seed=2)
    np.testing.assert_array_equal(once.test, again.test)
    assert once.test.tolist() != other.test.tolist()


def test_every_part_has_both_kinds_even_when_cases_are_rare():
    parts = split(status(3, 97), (70, 10, 20))
    assert [status(3, 97)[rows].sum() for rows in (parts.train, parts.validation, parts.test)] == [1, 1, 1]


def test_a_part_of_one_person_takes_the_commoner_kind():
    parts = split(status(2, 8), (5, 1, 4))
    assert status(2, 8)[parts.validation].tolist() == [0]


@pytest.mark.parametrize(
    ("n_cases", "n_controls", "sizes", "message"),
    [
        (2, 98, (70, 10, 20), "0 cases and 70 controls would be left for training"),
        (98, 1, (69, 10, 20), "70 cases and 0 controls would be left"),
        (50, 51, (70, 10, 20), r"101 people, but train \+ validation \+ test = 70 \+ 10 \+ 20 = 100"),
        (15, 16, (70, 10, 20), "left 31 people, but validation and test need 10 "),
        (0, 100, (70, 10, 20), "0 cases"),
    ],
)
def test_what_cannot_be_is_refused(n_cases, n_controls, sizes, message):
    with pytest.raises(InputError, match=message):
        split(status(n_cases, n_controls), sizes)
