"""The odds ratio of what a score adds to the covariates, against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from gtl.errors import InputError
from gtl.evaluate.covariates import added_odds_ratio
from gtl.evaluate.explained import explained, explained_interval
from gtl.evaluate.metric_names import ODDS_RATIO

AGE = expit(np.linspace(-1, 1, 60))
GENES = np.random.default_rng(5).normal(size=60)
TOTAL = expit(logit(AGE) + 0.8 * GENES)
CASE = (np.random.default_rng(6).random(60) < TOTAL).astype(np.int8)


def test_it_is_the_coefficient_beside_the_covariates_scaled_by_what_they_leave_of_the_score():
    age = sm.add_constant(logit(AGE))
    left = sm.OLS(logit(TOTAL), age).fit().resid
    fit = sm.Logit(CASE, np.column_stack([age, left / left.std(ddof=1)])).fit(disp=False, tol=1e-12)
    found = added_odds_ratio(CASE, AGE, TOTAL, 0.9)
    assert found.value == pytest.approx(np.exp(fit.params[-1]), rel=1e-8)
    assert (found.low, found.high) == pytest.approx(tuple(np.exp(fit.conf_int(0.1)[-1])), rel=1e-8)
    assert found.n == 60


def test_without_covariates_it_is_that_of_the_whole_score():
    found = added_odds_ratio(CASE, None, TOTAL, 0.95)
    assert found.value == pytest.approx(explained(ODDS_RATIO, CASE, TOTAL, None))
    assert (found.low, found.high) == pytest.approx(explained_interval(ODDS_RATIO, CASE, TOTAL, 0.95, None))


def test_a_score_that_adds_nothing_has_an_odds_ratio_of_one():
    found = added_odds_ratio(CASE, AGE, expit(2 * logit(AGE) + 1))
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("covariates", [AGE, None])
def test_the_same_score_for_all_has_an_odds_ratio_of_one(covariates):
    found = added_odds_ratio(CASE, covariates, np.full(60, 5 / 9))  # its mean is another number by rounding
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_one_class_and_separated_people_have_none():
    assert np.isnan(added_odds_ratio(np.zeros(60, dtype=np.int8), AGE, TOTAL).value)
    assert np.isnan(added_odds_ratio((GENES > 0).astype(np.int8), None, expit(GENES)).value)


def test_people_whom_covariates_and_score_separate_together_have_none():
    by_both = logit(AGE) + 0.8 * GENES > 0  # neither of the two separates them by itself
    assert np.isnan(added_odds_ratio(by_both.astype(np.int8), AGE, TOTAL).value)


def test_a_probability_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"probability 1\.5"):
        added_odds_ratio(CASE, AGE, np.full(60, 1.5))
