import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from gtl.errors import InputError
from gtl.evaluate.calibration import calibration, calibration_table


def drawn(n, slope=1.0, intercept=0.0, seed=1):
    rng = np.random.default_rng(seed)
    score = rng.normal(size=n)
    return (rng.random(n) < expit(intercept + slope * score)).astype(np.int8), expit(score)


def test_by_hand():
    # 20 people at probability 0.2 with 8 cases, 20 at 0.8 with 12: logits of 0.4 and 0.6 on logits of 0.2 and 0.8.
    case = np.int8([1] * 8 + [0] * 12 + [1] * 12 + [0] * 8)
    found = calibration(case, np.repeat([0.2, 0.8], 20), 0.95)
    assert found.slope == pytest.approx(logit(0.6) / logit(0.8))
    assert found.intercept == pytest.approx(0.0, abs=1e-9)
    # Information of the slope: 40 people x 0.24 x logit(0.8)².
    half = 1.959964 / np.sqrt(40 * 0.24 * logit(0.8) ** 2)
    assert found.slope_high - found.slope == pytest.approx(half, rel=1e-6)
    assert (found.people, found.predicted, found.observed) == (40, pytest.approx(0.5), 0.5)


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.4, 0.0), (1.0, 0.7)])
def test_what_was_put_in_is_found(slope, intercept):
    found = calibration(*drawn(20_000, slope, intercept), 0.999)
    assert found.slope_low < slope < found.slope_high
    if slope == 1:
        assert found.intercept_low < intercept < found.intercept_high


def test_intervals_cover_as_promised():
    found = [calibration(*drawn(200, seed=seed), 0.95) for seed in range(400)]
    covered = sum(one.slope_low < 1 < one.slope_high for one in found)
    assert 364 <= covered <= 396  # 380, give or take about four standard deviations of 4.4


def test_equal_probabilities_have_no_slope():
    found = calibration(np.int8([1, 0, 1, 0]), np.full(4, 0.5), 0.95)
    assert np.isnan(found.slope)
    assert found.intercept == pytest.approx(0)


@pytest.mark.parametrize("probability", [[0.9, 0.8, 0.1, 0.2], [0.1, 0.2, 0.9, 0.8]])
def test_parted_classes_have_no_finite_slope(probability):
    assert np.isnan(calibration(np.int8([1, 1, 0, 0]), np.array(probability), 0.95).slope)


def test_one_class_has_neither():
    found = calibration(np.int8([1, 1]), np.array([0.4, 0.6]), 0.95)
    assert np.isnan([found.slope, found.intercept]).all()


def test_certain_probabilities_count_as_nearly_certain():
    case = np.int8([1] * 9 + [0] + [0] * 9 + [1])
    found = calibration(case, np.repeat([1.0, 0.0], 10), 0.95)
    assert found.slope == pytest.approx(logit(0.9) / logit(0.999))


def test_phenotypes_are_put_together():
    case, probability = drawn(100)
    table = pd.DataFrame(
        {"method": "deep_transfer", "sample": range(100), "repeat": 1, "value": case, "prediction": probability}
    )
    halves = {"YRI_5_1": table[:50], "YRI_5_2": table[50:]}
    both = calibration_table({**halves, "YRI_5_3": table[:1].assign(method="no_transfer")}, 0.95)
    assert both["method"].tolist() == ["no_transfer", "deep_transfer"]
    assert both["slope"].iloc[1] == pytest.approx(calibration(case, probability, 0.95).slope)


def test_wrong_predictions_are_refused():
    with pytest.raises(InputError, match=r"probability 1\.5"):
        calibration(np.int8([1, 0]), np.array([1.5, 0.1]), 0.95)
    with pytest.raises(InputError, match="expected a level"):
        calibration(np.int8([1, 0]), np.array([0.5, 0.1]), 95)
