import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.prepare.final_people import assign_final


@given(sizes=st.lists(st.integers(1, 4), min_size=12, max_size=40), share=st.floats(0.2, 0.8), seed=st.integers(0, 99))
def test_whole_groups_as_near_to_the_share_as_groups_allow(sizes, share, seed):
    groups = np.repeat(np.arange(len(sizes)), sizes)
    final = assign_final(groups, share, np.random.default_rng(seed))
    for group in range(len(sizes)):
        assert len({*final[groups == group].tolist()}) == 1
    assert abs(final.sum() - share * len(groups)) <= 2.5
    assert 0 < final.sum() < len(groups)
    assert (final == assign_final(groups, share, np.random.default_rng(seed))).all()


def test_strangers_give_the_exact_number_and_everybody_has_the_same_chance():
    masks = [assign_final(np.arange(10), 0.3, np.random.default_rng(seed)) for seed in range(400)]
    assert {int(mask.sum()) for mask in masks} == {3}
    assert (np.sum(masks, axis=0) > 80).all()
    assert (np.sum(masks, axis=0) < 160).all()


def test_a_little_too_much_is_nearer_than_much_too_little():
    # 20 people, 6 wanted; groups of 5: one gives 5, two 10
    assert assign_final(np.repeat(np.arange(4), 5), 0.3, np.random.default_rng(1)).sum() == 5
    # 9 wanted: two give 10
    assert assign_final(np.repeat(np.arange(4), 5), 0.45, np.random.default_rng(1)).sum() == 10


def test_never_nobody_and_never_everybody():
    assert assign_final(np.array([0, 1]), 0.01, np.random.default_rng(1)).sum() == 1
    assert assign_final(np.array([0, 1]), 0.99, np.random.default_rng(1)).sum() == 1


def test_groups_that_cannot_be_divided():
    with pytest.raises(InputError, match=r"6 of 6 people are one group of relatives, .*; set a higher roles\.kinship"):
        assign_final(np.zeros(6, dtype=int), 1 / 3, np.random.default_rng(1))
    groups = np.array([0] * 90 + [*range(1, 11)])
    with pytest.raises(InputError, match="90 of 100 people are one group of relatives"):
        assign_final(groups, 1 / 3, np.random.default_rng(1))


@pytest.mark.parametrize("share", [0, 1, -0.5])
def test_share(share):
    with pytest.raises(InputError, match="expected between 0 and 1"):
        assign_final(np.arange(5), share, np.random.default_rng(1))
