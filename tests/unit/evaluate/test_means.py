import math

import pytest

from gtl.evaluate.means import mean_with_interval


def test_students_interval_by_hand():
    # 10, 12, 14: mean 12, SD 2, t(0.975, 2) = 4.302653, half = 4.302653 * 2 / sqrt(3) = 4.968275.
    mean = mean_with_interval([10.0, 14.0, math.nan, 12.0], 0.95)
    assert (mean.value, mean.n) == (12.0, 3)
    assert (mean.low, mean.high) == pytest.approx((7.031725, 16.968275))


@pytest.mark.parametrize(("values", "value"), [([0.2], 0.2), ([0.1 + 0.2, 0.3], 0.3), ([], math.nan)])
def test_values_that_do_not_vary_have_no_interval(values, value):
    mean = mean_with_interval(values, 0.95)
    assert mean.value == pytest.approx(value, nan_ok=True)
    assert math.isnan(mean.low)
    assert math.isnan(mean.high)
