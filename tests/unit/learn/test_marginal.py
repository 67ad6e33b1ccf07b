import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import linregress

from gtl.learn.marginal import marginal_effects, slope_of


@given(st.integers(0, 1000), st.booleans())
def test_slope_and_p_value_are_scipys(seed, binary):
    rng = np.random.default_rng(seed)
    dosages = rng.integers(0, 3, (30, 4)).astype(np.float64)
    value = dosages[:, 0] + rng.normal(size=30)
    value = (value > value.mean()).astype(np.float64) if binary else value
    slope, p_value = marginal_effects(dosages - dosages.mean(axis=0), value)
    for column in range(4):
        peer = linregress(dosages[:, column], value)
        assert slope[column] == pytest.approx(peer.slope, rel=1e-9, abs=1e-12)
        assert p_value[column] == pytest.approx(peer.pvalue, rel=1e-7)
        assert slope_of(dosages[:, column], value) == pytest.approx(peer.slope, rel=1e-9, abs=1e-12)


def test_a_snp_that_explains_everything_is_certain():
    x = np.array([[-1.0], [0.0], [1.0]])
    slope, p_value = marginal_effects(x, np.array([1.0, 2.0, 3.0]))
    assert (slope.tolist(), p_value.tolist()) == ([1.0], [0.0])


def test_a_score_that_does_not_vary_has_no_slope():
    assert np.isnan(slope_of(np.ones(3), np.arange(3.0)))
