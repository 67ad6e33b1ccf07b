import math

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.discrete.discrete_model import Logit

from gtl.errors import InputError
from gtl.evaluate.explained import on_liability_scale
from gtl.evaluate.intervals import score_with_interval
from gtl.evaluate.metrics import score


@pytest.fixture
def people():
    rng = np.random.default_rng(3)
    linear = rng.normal(size=120)
    return (rng.random(120) < expit(linear)).astype(np.int8), linear


def scored(metric, case, probability, prevalence=None):
    return score_with_interval(metric, case, probability, 0.95, np.random.default_rng(0), prevalence)


def test_nagelkerke_and_odds_ratio_are_statsmodels(people):
    case, linear = people
    scaled = (linear - linear.mean()) / linear.std(ddof=1)
    theirs = Logit(case, np.column_stack([np.ones(120), scaled])).fit(disp=0)
    n = 120
    expected = (1 - math.exp(2 * (theirs.llnull - theirs.llf) / n)) / (1 - math.exp(2 * theirs.llnull / n))
    r2, ratio = scored("nagelkerke_r2", case, expit(linear)), scored("odds_ratio_per_sd", case, expit(linear))
    assert r2.value == pytest.approx(expected, rel=1e-6)
    assert 0 < r2.low < r2.value < r2.high < 1
    assert ratio.value == pytest.approx(math.exp(theirs.params[1]), rel=1e-6)
    assert (ratio.low, ratio.high) == pytest.approx(tuple(np.exp(theirs.conf_int()[1])), rel=1e-5)


@pytest.mark.parametrize("metric", ["nagelkerke_r2", "liability_r2"])
def test_a_score_that_goes_the_wrong_way_is_below_0(metric, people):
    case, linear = people
    assert score(metric, case, expit(-linear), 0.1) == pytest.approx(-score(metric, case, expit(linear), 0.1))


@pytest.mark.parametrize("prevalence", [0.01, 0.1, 0.5])
def test_the_liability_scale_finds_what_was_put_in(prevalence):
    # A score with 20 % of the liability's variance; as many cases as controls are drawn.
    rng = np.random.default_rng(5)
    genetic = math.sqrt(0.2) * rng.normal(size=2_000_000)
    liability = genetic + math.sqrt(0.8) * rng.normal(size=2_000_000)
    is_case = liability > np.quantile(liability, 1 - prevalence)
    n = int(is_case.sum())
    chosen = np.r_[np.flatnonzero(is_case), np.flatnonzero(~is_case)[:n]]
    case, probability = is_case[chosen].astype(np.int8), expit(genetic[chosen])
    found = scored("liability_r2", case, probability, prevalence)
    assert found.value == pytest.approx(0.2, abs=0.01)
    assert found.high - found.low < 0.03


def test_without_a_prevalence_there_is_no_liability_scale(people):
    case, linear = people
    assert math.isnan(score("liability_r2", case, expit(linear)))
    with pytest.raises(InputError, match="prevalence 5: expected a share"):
        on_liability_scale(0.1, 0.5, 5)


def test_a_score_that_is_the_same_for_everybody_explains_nothing():
    case = np.int8([1, 0, 1, 0])
    figures = [score(m, case, np.full(4, 0.3), 0.1) for m in ("nagelkerke_r2", "liability_r2", "odds_ratio_per_sd")]
    assert figures == [0, 0, 1]


def test_a_threshold_that_separates_the_classes_explains_all_and_has_no_odds_ratio():
    case = np.repeat(np.int8([1, 0]), 10)
    assert scored("nagelkerke_r2", case, 0.8 * case + 0.1).value == pytest.approx(1)
    assert math.isnan(score("odds_ratio_per_sd", case, 0.8 * case + 0.1))
