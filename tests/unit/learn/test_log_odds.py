import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from gtl.learn.log_odds import balanced_intercept, per_log_odds


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=20), st.floats(0.01, 0.99))
def test_mean_probability_becomes_the_share(log_odds, share):
    shifted = np.array(log_odds) + balanced_intercept(np.array(log_odds), share)
    assert expit(shifted).mean() == pytest.approx(share, abs=1e-9)


def test_people_who_are_alike_get_the_log_odds_of_the_share():
    assert balanced_intercept(np.zeros(3), 0.2) == pytest.approx(logit(0.2))


def test_a_unit_of_probability_is_worth_more_log_odds_at_a_rare_disease():
    step = 1e-6
    assert per_log_odds(0.1) == pytest.approx((logit(0.1 + step) - logit(0.1 - step)) / (2 * step))
