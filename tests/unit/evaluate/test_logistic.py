import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from gtl.evaluate.covariates import added_odds_ratio
from gtl.evaluate.intervals import score_with_interval
from gtl.evaluate.logistic import fit_logistic, separates


def few_people_with_far_scores(seed):
    """Ten people whose scores have heavy tails, as those of few test people can; None where there is no maximum."""
    rng = np.random.default_rng(seed)
    case, score = (rng.random(10) < 0.5).astype(float), rng.standard_t(1.2, size=10) * rng.choice([0.1, 1, 10])
    if np.ptp(case) == 0 or separates(score, case):
        return None
    return np.column_stack([np.ones(10), score - score.mean()]), case


def _loss(weights, x, case):
    return np.logaddexp(0, x @ weights).sum() - case @ x @ weights


def _slope(weights, x, case):
    """Without it scipy goes by differences, and ends up to 2e-6 above the minimum on some processors."""
    return x.T @ (expit(x @ weights) - case)


def test_a_maximum_that_exists_is_found_however_far_scores_are():
    """Newton's bare step runs away from 1 in 100 of these."""
    found = [few_people_with_far_scores(seed) for seed in range(1000)]
    given = [pair for pair in found if pair is not None]
    assert len(given) > 900
    for x, case in given:
        fit = fit_logistic(x, case)
        assert fit is not None
        scaled = x / np.abs(x).max(axis=0)
        best = minimize(_loss, np.zeros(2), (scaled, case), jac=_slope, tol=1e-9)
        assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)


def test_the_scale_of_a_column_changes_its_coefficient_alone():
    x, case = few_people_with_far_scores(3)
    one, thousand = fit_logistic(x, case), fit_logistic(x * [1, 1000], case)
    assert thousand.value * 1000 == pytest.approx(one.value)
    assert thousand.error * 1000 == pytest.approx(one.error)
    assert thousand.log_likelihood == pytest.approx(one.log_likelihood)


def test_there_is_no_maximum_where_classes_are_separated_or_one():
    x = np.column_stack([np.ones(6), np.arange(6.0)])
    assert fit_logistic(x, np.repeat([0.0, 1.0], 3)) is None
    assert fit_logistic(x, np.ones(6)) is None
    assert fit_logistic(x[:, [0, 0]], np.array([0, 1, 0, 1, 0, 1.0])) is None


def test_an_end_that_is_beyond_a_float_is_infinite():
    """One control a hair above one of the cases: a maximum exists, thousands of standard deviations up."""
    case = np.repeat(np.int8([0, 1]), 5)
    probability = np.array([0.3, 0.3, 0.3, 0.3, 0.5 + 1e-6, 0.5, 0.9, 0.9, 0.9, 0.9])
    scored = score_with_interval("odds_ratio_per_sd", case, probability, 0.95, np.random.default_rng(0))
    assert (scored.low, scored.high) == (0.0, np.inf)
    added = added_odds_ratio(case, None, probability)
    assert (added.low, added.high) == (0.0, np.inf)
