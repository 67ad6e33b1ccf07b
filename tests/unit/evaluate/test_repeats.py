import math

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.evaluate.repeats import corrected_error, corrected_mean


def spread(se, repeats):
    """Differences whose plain standard error over repeats is ``se``."""
    values = np.linspace(-1, 1, repeats)
    return values / values.std(ddof=1) * se * math.sqrt(repeats)


@pytest.mark.parametrize(
    ("plain", "training", "corrected"),
    # Rice, japonica to indica, 20 repeats with 77 final people: plain and corrected errors of gains in correlation.
    [(0.0046, 70, 0.022), (0.011, 70, 0.052), (0.0055, 70, 0.026), (0.0218, 30, 0.158), (0.0191, 30, 0.138)],
)
def test_errors_of_published_repeats(plain, training, corrected):
    found = corrected_error(spread(plain, 20), 77, training)
    assert found == pytest.approx(plain * math.sqrt(1 + 20 * 77 / training))
    assert found == pytest.approx(corrected, abs=0.0015)


def test_by_hand():
    # Mean 0.02, SD 0.01, 3 repeats, 60 final and 40 learning: error 0.01 sqrt(1/3 + 1.5), t(0.975, 2) = 4.302653.
    mean = corrected_mean([0.01, 0.02, 0.03], 60, 40, 0.95)
    half = 4.302653 * 0.01 * math.sqrt(1 / 3 + 1.5)
    assert (mean.value, mean.low, mean.high) == pytest.approx((0.02, 0.02 - half, 0.02 + half))
    # t = 1.4771 with 2 degrees of freedom: p = 1 - t / sqrt(2 + t²).
    t = 0.02 / (0.01 * math.sqrt(1 / 3 + 1.5))
    assert mean.p_value == pytest.approx(1 - t / math.sqrt(2 + t**2))


def test_few_final_people_do_not_make_the_error_smaller_than_half_of_them_would():
    differences = np.array([0.1, 0.2, 0.4])
    assert corrected_error(differences, 10, 90) == corrected_error(differences, 50, 50)


def test_more_repeats_do_not_make_an_error_vanish():
    many = corrected_error(spread(0.001, 10_000), 50, 50)
    assert many == pytest.approx(spread(0.001, 10_000).std(ddof=1), rel=1e-3)


def test_repeats_that_do_not_vary_say_nothing():
    assert math.isnan(corrected_mean([0.1, 0.1], 50, 50, 0.95).low)
    assert math.isnan(corrected_mean([0.1], 50, 50, 0.95).low)
    nothing = corrected_mean([math.nan], 50, 50, 0.95)
    assert (math.isnan(nothing.value), nothing.n) == (True, 0)
    with pytest.raises(InputError, match="0 people to learn from"):
        corrected_mean([0.1, 0.2], 50, 0, 0.95)
