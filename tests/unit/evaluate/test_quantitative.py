import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gtl.errors import InputError
from gtl.evaluate.covariates import partial_r2
from gtl.evaluate.intervals import score_with_interval
from gtl.evaluate.metric_names import QUANTITATIVE_METRICS
from gtl.evaluate.metrics import score

VALUE = np.array([1.0, 2, 3, 4, 10])
PREDICTION = np.array([1.0, 3, 2, 5, 4])


def scored(metric, value, prediction, confidence=0.95):
    return score_with_interval(metric, value, prediction, confidence, np.random.default_rng(0))


def test_by_hand():
    # Deviations -3 -2 -1 0 6 and -2 0 -1 2 1: products 13, squares 50 and 10.
    r = 13 / math.sqrt(500)
    assert score("correlation", VALUE, PREDICTION) == pytest.approx(r)
    assert score("r2", VALUE, PREDICTION) == pytest.approx(r**2)
    assert score("r2", VALUE, -PREDICTION) == pytest.approx(-(r**2))
    assert score("rmse", VALUE, PREDICTION) == pytest.approx(math.sqrt((0 + 1 + 1 + 1 + 36) / 5))


@given(st.integers(4, 60), st.integers(0, 10**6))
def test_the_interval_is_scipys_fisher_interval(n, seed):
    rng = np.random.default_rng(seed)
    value, prediction = rng.normal(size=(2, n))
    ends = stats.pearsonr(value, prediction).confidence_interval(0.95)
    found = scored("correlation", value, prediction)
    assert (found.low, found.high) == pytest.approx(tuple(ends), abs=1e-12)
    squared = scored("r2", value, prediction)
    assert squared.low <= squared.value <= squared.high


def test_scale_and_shift_of_predictions_do_not_matter_to_the_correlation():
    assert score("correlation", VALUE, 1e6 + 1e-3 * PREDICTION) == pytest.approx(
        score("correlation", VALUE, PREDICTION)
    )


@pytest.mark.parametrize("metric", ["correlation", "r2"])
def test_equal_predictions_say_nothing_and_an_equal_trait_cannot_be_asked(metric):
    assert score(metric, VALUE, np.full(5, 3.0)) == 0
    assert math.isnan(score(metric, np.full(5, 3.0), PREDICTION))
    assert scored(metric, VALUE, np.full(5, 3.0)).low < 0


def test_a_perfect_correlation_has_no_interval_and_three_people_have_none():
    assert math.isnan(scored("correlation", VALUE, VALUE).low)
    assert math.isnan(scored("correlation", VALUE[:3], PREDICTION[:3]).low)
    assert math.isnan(scored("rmse", VALUE, VALUE + 1).low)


def test_the_root_mean_squared_error_is_covered():
    rng, hits = np.random.default_rng(4), 0
    for _ in range(400):
        error = scored("rmse", *rng.normal(size=(2, 50)))
        hits += error.low <= math.sqrt(2) <= error.high
    assert 360 <= hits <= 396  # 95 % is 380, its standard deviation 4.4; squared errors are skewed


@pytest.mark.parametrize("metric", QUANTITATIVE_METRICS)
def test_bad_input_is_refused(metric):
    with pytest.raises(InputError, match=r"\(2,\) values of the trait but \(1,\) predictions"):
        score(metric, np.zeros(2), np.zeros(1))
    with pytest.raises(InputError, match="prediction nan of person 1; expected a finite number"):
        score(metric, np.zeros(2), np.array([0, np.nan]))
    assert math.isnan(score(metric, np.empty(0), np.empty(0)))


def test_partial_r2_is_the_share_of_what_a_regression_leaves():
    rng = np.random.default_rng(8)
    covariates, genetic, noise = rng.normal(size=(3, 80))
    value, total = covariates + 0.5 * genetic + noise, covariates + 0.5 * genetic + 0.3 * rng.normal(size=80)

    def unexplained(*columns):
        x = np.column_stack([np.ones(80), *columns])
        return np.square(value - x @ np.linalg.lstsq(x, value, rcond=None)[0]).sum()

    found = partial_r2(value, covariates, total)
    assert found.value == pytest.approx(1 - unexplained(covariates, total) / unexplained(covariates))
    assert 0 < found.low < found.value < found.high
    assert partial_r2(value, covariates, 2 * covariates + 1).value == 0
    assert partial_r2(value, np.zeros(80), total).value == pytest.approx(score("r2", value, total))
    assert math.isnan(partial_r2(np.ones(80), covariates, total).value)
