import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gtl.formats.summary_statistics.effects import neg_log10_of_z, z_of_neg_log10


@given(st.floats(1e-3, 200))
def test_z_and_the_logarithm_of_p_are_inverse(z):
    np.testing.assert_allclose(z_of_neg_log10(neg_log10_of_z(np.array([z]))), z, rtol=1e-6)


def test_p_values_equal_those_of_scipy():
    from scipy.stats import norm

    z = np.array([0.0, 0.5, -1.96, 5.0, 37.0])
    np.testing.assert_allclose(neg_log10_of_z(z), -np.log10(2 * norm.sf(np.abs(z))), rtol=1e-12, atol=1e-15)
