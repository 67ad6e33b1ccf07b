import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gtl.errors import InputError
from gtl.simulate.phenotypes.scaling import rescale, standardised

values = arrays(np.float64, (5, 2), elements=st.floats(-100, 100)).filter(lambda v: (np.ptp(v, axis=0) > 1e-3).all())


@given(values, st.floats(1e-3, 1))
def test_average_variance_is_the_target(effect: np.ndarray, target: float) -> None:
    scaled, scale = rescale(effect, target)
    assert scaled.var(axis=0, ddof=1).mean() == pytest.approx(target, rel=1e-9)
    np.testing.assert_allclose(scaled, effect * scale)


@given(values)
def test_standardised_traits(total: np.ndarray) -> None:
    liability, sd = standardised(total)
    np.testing.assert_allclose(liability.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(liability.std(axis=0, ddof=1), 1)
    np.testing.assert_allclose(liability * sd + total.mean(axis=0), total, atol=1e-9)


def test_rounding_is_not_variance() -> None:
    with pytest.raises(InputError, match="everybody has the same value"):
        rescale(np.array([[0.1 + 0.2], [0.3]]), 0.5)


def test_one_constant_trait_of_two_can_be_scaled_but_not_standardised() -> None:
    effect = np.array([[1.0, 5.0], [3.0, 5.0]])  # variances 2 and 0
    assert rescale(effect, 4.0)[1] == pytest.approx(2.0)
    with pytest.raises(InputError, match="trait 2 has no variance"):
        standardised(effect)


def test_one_person_has_no_variance() -> None:
    with pytest.raises(InputError, match="at least 2 people, got 1"):
        rescale(np.ones((1, 1)), 0.5)
    with pytest.raises(InputError, match="at least 2 people, got 1"):
        standardised(np.ones((1, 1)))
