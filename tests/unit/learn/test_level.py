import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import expit, logit

from gtl.domain.trait import TraitKind
from gtl.learn.level import level_shift


@given(hnp.arrays(np.float64, 12, elements=st.floats(-30, 30)), st.integers(1, 11))
def test_the_mean_probability_becomes_the_share_of_cases(scores, cases):
    value = np.repeat([1.0, 0.0], [cases, 12 - cases])
    shift = level_shift(scores, value, TraitKind.BINARY)
    assert expit(scores + shift).mean() == pytest.approx(cases / 12, abs=1e-10)


@pytest.mark.parametrize(("status", "share"), [(0.0, 0.5 / 5), (1.0, 4.5 / 5)])
def test_people_of_one_kind_leave_room_for_the_other(status, share):
    shift = level_shift(np.zeros(4), np.full(4, status), TraitKind.BINARY)
    assert shift == pytest.approx(logit(share))


def test_equal_scores_move_to_the_log_odds_of_the_share():
    assert level_shift(np.full(4, 7.0), np.array([1.0, 0, 0, 0]), TraitKind.BINARY) == pytest.approx(-np.log(3) - 7)


def test_values_move_by_the_difference_of_means():
    assert level_shift(np.array([1.0, 3.0]), np.array([10.0, 14.0]), TraitKind.QUANTITATIVE) == 10
