import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from gtl.config.learning import Metric
from gtl.errors import InputError
from gtl.evaluate.intervals import score_with_interval, wilson
from gtl.evaluate.metric_names import BINARY_METRICS

people = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0])), min_size=1, max_size=30)
Z = norm.isf(0.025)
UNIT = [*Metric, "brier"]
"""Metrics from 0 to 1 (mcc: -1 to 1)."""


def scored(metric, case, probability, confidence=0.95):
    return score_with_interval(metric, np.int8(case), np.asarray(probability), confidence, np.random.default_rng(1))


@given(st.integers(1, 200), st.data())
def test_wilson_is_statsmodels(n, data):
    count = data.draw(st.integers(0, n))
    assert wilson(count / n, n, Z) == pytest.approx(proportion_confint(count, n, 0.05, "wilson"), abs=1e-9)


def test_half_of_50_people_is_known_to_14_points():
    half = scored("accuracy", np.tile([0, 1], 25), np.repeat([0.1, 0.9], 25))
    assert half.value == 0.52
    assert (half.high - half.low) / 2 == pytest.approx(0.134, abs=0.001)


def test_auc_as_newcombe_published():
    # Hanley & McNeil's CT scans: 51 abnormal, 58 normal, AUC 0.8932 (ratings 1 to 5).
    abnormal, normal = [3, 2, 2, 11, 33], [33, 6, 6, 11, 2]
    case = np.repeat([1, 0], [51, 58])
    rating = np.concatenate([np.repeat(range(5), abnormal), np.repeat(range(5), normal)]) / 4
    area = scored("auc", case, rating)
    assert area.value == pytest.approx(0.8932, abs=5e-5)
    distance = [(area.value - theta) ** 2 / variance(theta, 51, 58) for theta in (area.low, area.high)]
    assert distance == pytest.approx([Z**2, Z**2], rel=1e-6)


def variance(theta, cases, controls):
    """Hanley & McNeil's variance with both group sizes replaced by their mean, as Newcombe's method 5 has it."""
    shared = (cases + controls) / 2 - 1
    first, second = theta / (2 - theta), 2 * theta**2 / (1 + theta)
    terms = theta * (1 - theta) + shared * (first - theta**2) + shared * (second - theta**2)
    return terms / (cases * controls)


@given(people)
@settings(max_examples=50)
def test_every_interval_holds_its_value_within_the_range(pairs):
    case, probability = zip(*pairs, strict=True)
    for metric in UNIT:
        result = scored(metric, case, probability)
        if np.isnan(result.value):
            assert np.isnan([result.low, result.high]).all()
            continue
        lowest = -1.0 if metric == "mcc" else 0.0
        assert lowest - 1e-12 <= result.low <= result.value + 1e-12
        assert result.value - 1e-12 <= result.high <= 1 + 1e-12
        assert result.n == len(pairs)


@pytest.mark.parametrize("metric", [*UNIT, "nagelkerke_r2"])
def test_a_perfect_score_is_not_certain(metric):
    case = np.repeat([1, 0], 10)
    perfect = scored(metric, case, case.astype(float))
    assert perfect.value == (0.0 if metric == "brier" else 1.0)
    assert perfect.high - perfect.low > 0.1


@pytest.mark.parametrize("metric", sorted({*BINARY_METRICS} - {"liability_r2"}))
@given(people)
@settings(max_examples=20)
def test_more_confidence_is_wider(metric, pairs):
    case, probability = zip(*pairs, strict=True)
    narrow, wide = scored(metric, case, probability, 0.8), scored(metric, case, probability, 0.99)
    assume(not np.isnan(narrow.value))
    assert wide.low <= narrow.low + 1e-12
    assert narrow.high <= wide.high + 1e-12


TRUTH = {"accuracy": 0.7, "balanced_accuracy": 0.7, "mcc": 0.4, "f1": 0.7, "brier": 0.215}


@pytest.mark.parametrize("metric", [*TRUTH, "auc"])
def test_covers_the_truth_as_often_as_it_says(metric):
    rng = np.random.default_rng(11)
    case = np.tile(np.int8([0, 1]), 25)
    hits = []
    for _ in range(300):
        if metric == "auc":
            liability = rng.normal(case * np.sqrt(2) * norm.ppf(0.75), 1)
            probability, truth = 1 / (1 + np.exp(-liability)), 0.75
        else:
            right = rng.random(50) < 0.7
            probability, truth = np.where(right == (case == 1), 0.65, 0.35), TRUTH[metric]
        truth = 0.7 * 0.35**2 + 0.3 * 0.65**2 if metric == "brier" else truth
        result = scored(metric, case, probability)
        hits.append(result.low <= truth <= result.high)
    # 300 draws of a 95 % event: 92 % is 2.4 standard errors below; conservative intervals may cover always.
    assert np.mean(hits) >= 0.92


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95])
def test_what_is_no_level_is_refused(confidence):
    with pytest.raises(InputError, match="expected a level between 0 and 1"):
        scored("accuracy", [1], [0.9], confidence)
