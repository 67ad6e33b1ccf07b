import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import multinomial

from gtl.errors import InputError
from gtl.evaluate.classification import auc
from gtl.evaluate.overlapping import difference_of_correlations
from gtl.evaluate.paired import paired_difference
from gtl.evaluate.tango import tango


def likelihood_share(gained, lost, n, difference):
    """Share of people lost that is most likely for a given difference, found by search."""

    def loss(q):
        parts = ((gained, q + difference), (lost, q), (n - gained - lost, 1 - 2 * q - difference))
        return -sum(count * math.log(max(share, 1e-300)) for count, share in parts if count)

    bounds = (max(0.0, -difference), (1 - difference) / 2)
    return minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x


@pytest.mark.parametrize(("gained", "lost", "n"), [(12, 2, 50), (31, 18, 500), (1, 4, 20)])
def test_the_ends_are_where_the_score_test_just_does_not_refuse(gained, lost, n):
    for end in tango(gained, lost, n, 0.95):
        share = likelihood_share(gained, lost, n, end)
        variance = n * (2 * share + end - end**2)
        assert abs(gained - lost - n * end) / math.sqrt(variance) == pytest.approx(1.959964, rel=1e-5)


def test_methods_that_agree_about_everybody_have_the_wilson_bound():
    # With nobody gained or lost the score equation is n d² = z² d (1 - d), so d = z² / (n + z²).
    z2 = 1.959964**2
    assert tango(0, 0, 50, 0.95) == pytest.approx((-z2 / (50 + z2), z2 / (50 + z2)), abs=1e-7)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))))
def test_the_interval_holds_its_value_and_turns_with_the_methods(drawn):
    n, gained, lost = drawn
    if gained + lost > n:
        gained, lost = n - gained, n - lost
    low, high = tango(gained, lost, n, 0.95)
    assert -1 <= low <= (gained - lost) / n <= high <= 1
    assert tango(lost, gained, n, 0.95) == pytest.approx((-high, -low))
    assert tango(gained, lost, n, 0.99)[0] <= low


# Where few people change sides (6 % of 30) any interval of counts has to be wide.
@pytest.mark.parametrize(
    ("gains", "losses", "most"), [(0.1, 0.1, 0.975), (0.25, 0.15, 0.975), (0.4, 0.1, 0.975), (0.05, 0.01, 1.0)]
)
def test_it_covers_as_promised_by_exact_enumeration(gains, losses, most):
    n = 30
    covered = 0.0
    for gained, lost in itertools.product(range(n + 1), repeat=2):
        chance = multinomial.pmf([gained, lost, n - gained - lost], n, [gains, losses, 1 - gains - losses])
        if gained + lost <= n and chance > 1e-7:
            low, high = tango(gained, lost, n, 0.95)
            covered += chance * (low <= gains - losses <= high)
    assert 0.935 <= covered <= most


def test_accuracy_counts_the_people_who_changed_sides():
    case = np.int8([1, 1, 1, 0, 0, 0])
    method, baseline = np.array([0.9, 0.9, 0.1, 0.1, 0.9, 0.1]), np.array([0.1, 0.9, 0.9, 0.9, 0.9, 0.9])
    difference = paired_difference("accuracy", case, method, baseline, 0.95)
    assert (difference.gained, difference.lost, difference.n) == (3, 1, 6)
    assert difference.value == pytest.approx(2 / 6)


def delong_variance(case, method, baseline):
    """Variance of the difference of two AUCs by DeLong's structural components."""

    def components(probability):
        pairs = (probability[case == 1][:, None] > probability[case == 0]) * 1.0
        return pairs.mean(axis=1), pairs.mean(axis=0)

    (case_a, control_a), (case_b, control_b) = components(method), components(baseline)
    return np.var(case_a - case_b, ddof=1) / len(case_a) + np.var(control_a - control_b, ddof=1) / len(control_a)


def test_auc_has_delongs_interval():
    rng = np.random.default_rng(3)
    case = np.repeat(np.int8([1, 0]), 200)
    method, baseline = (1 / (1 + np.exp(-shift * case - rng.normal(size=400))) for shift in (1.0, 0.5))
    difference = paired_difference("auc", case, method, baseline, 0.95)
    assert difference.value == pytest.approx(auc(case, method) - auc(case, baseline))
    half = 1.966 * math.sqrt(delong_variance(case, method, baseline))
    assert difference.high - difference.value == pytest.approx(half, rel=0.01)


def test_a_figure_that_hangs_on_one_person_has_no_interval():
    difference = paired_difference("auc", np.int8([1, 0, 0]), np.array([0.9, 0.1, 0.2]), np.full(3, 0.5), 0.95)
    assert difference.value == 0.5
    assert math.isnan(difference.low)
    assert math.isnan(difference.high)


TWO_CASES = np.repeat(np.int8([1, 0]), [2, 48])


def test_shares_of_cases_and_of_controls_are_judged_by_those_people_alone():
    everybody, nobody = np.full(50, 0.9), np.full(50, 0.1)
    sensitivity = paired_difference("sensitivity", TWO_CASES, everybody, nobody, 0.95)
    assert (sensitivity.value, sensitivity.low, sensitivity.high) == (1.0, *tango(2, 0, 2, 0.95))
    assert sensitivity.low < 0
    specificity = paired_difference("specificity", TWO_CASES, everybody, nobody, 0.95)
    assert (specificity.value, specificity.low, specificity.high) == (-1.0, *tango(0, 48, 48, 0.95))
    z2 = 1.959964**2
    assert specificity.high == pytest.approx(2 * z2 / (48 + z2) - 1)
    assert (sensitivity.gained, sensitivity.lost, sensitivity.n) == (2, 48, 50)


def test_balanced_accuracy_is_no_surer_than_its_cases():
    method, baseline = np.where(TWO_CASES == 1, 0.9, 0.1), np.full(50, 0.1)
    difference = paired_difference("balanced_accuracy", TWO_CASES, method, baseline, 0.95)
    (low, _), (below, above) = tango(2, 0, 2, 0.95), tango(0, 0, 48, 0.95)
    assert (difference.value, difference.low) == pytest.approx((0.5, 0.5 - math.hypot(1 - low, below) / 2))
    assert difference.high == pytest.approx(0.5 + above / 2)
    assert difference.low < 0
    # The method's one wrong call of a control would give the jackknife a spread, and a short interval.
    method[2] = 0.9
    assert paired_difference("balanced_accuracy", TWO_CASES, method, baseline, 0.95).low < 0


@pytest.mark.parametrize("metric", ["auc", "f1", "mcc"])
def test_a_difference_without_spread_has_no_interval(metric):
    perfect, nobody = np.where(TWO_CASES == 1, 0.9, 0.1), np.full(50, 0.1)
    difference = paired_difference(metric, TWO_CASES, perfect, nobody, 0.95)
    assert difference.value >= 0.5
    assert math.isnan(difference.low)
    assert math.isnan(difference.high)


@pytest.mark.parametrize("metric", ["auc", "average_precision", "f1", "mcc", "brier"])
def test_a_method_that_is_the_baseline_gains_nothing_for_sure(metric):
    probability = np.random.default_rng(5).random(50)
    difference = paired_difference(metric, TWO_CASES, probability, probability.copy(), 0.95)
    assert (difference.value, difference.low, difference.high) == (0, 0, 0)


def test_few_cases_give_few_degrees_of_freedom():
    rng = np.random.default_rng(6)
    method, baseline = rng.random((2, 50))
    difference = paired_difference("auc", TWO_CASES, method, baseline, 0.95)
    assert (difference.low, difference.high) == (-1, 1)  # t(0.975, 1) = 12.7, cut to what a difference can be
    four = np.repeat(np.int8([1, 0]), [4, 46])
    found = paired_difference("auc", four, method, baseline, 0.95)
    without = [auc(four[k], method[k]) - auc(four[k], baseline[k]) for k in ~np.eye(50, dtype=bool)]
    assert found.high - found.value == pytest.approx(3.182446 * np.std(without) * 7)  # t(0.975, 3)


def test_nobody_gives_nothing_and_a_wrong_level_is_refused():
    assert all(math.isnan(end) for end in tango(0, 0, 0, 0.95))
    with pytest.raises(InputError, match="expected a level between 0 and 1"):
        tango(1, 0, 5, 95)


def test_correlations_that_share_the_trait_have_at_least_zous_interval():
    rng = np.random.default_rng(9)
    value, common = rng.normal(size=(2, 66))
    method, baseline = value + common + rng.normal(size=66), 0.3 * value + common + rng.normal(size=66)
    found = paired_difference("correlation", value, method, baseline, 0.95)
    r, r0, between = (np.corrcoef(a, b)[0, 1] for a, b in ((value, method), (value, baseline), (method, baseline)))
    low, high = difference_of_correlations(r, r0, between, 66, False, 0.95)
    without = [
        np.corrcoef(value[k], method[k])[0, 1] - np.corrcoef(value[k], baseline[k])[0, 1]
        for k in ~np.eye(66, dtype=bool)
    ]
    half = 1.997138 * np.std(without) * math.sqrt(65)  # t(0.975, 65)
    assert found.value == pytest.approx(r - r0)
    assert (found.low, found.high) == pytest.approx((min(low, r - r0 - half), max(high, r - r0 + half)), abs=1e-6)
    assert (found.gained, found.lost, found.n) == (0, 0, 66)


@pytest.mark.parametrize("metric", ["accuracy", "balanced_accuracy", "auc", "mcc", "correlation", "r2", "rmse"])
def test_the_p_value_is_where_the_interval_ends_at_0(metric):
    rng = np.random.default_rng(12)
    signal, common = rng.normal(size=(2, 80))
    method, baseline = (1 / (1 + np.exp(-(k * signal + common + rng.normal(size=80)))) for k in (1.5, 0.4))
    value = signal if metric in {"correlation", "r2", "rmse"} else (signal > 0).astype(np.int8)
    found = paired_difference(metric, value, method, baseline, 0.95)
    at_p = paired_difference(metric, value, method, baseline, 1 - found.p_value)
    assert 0 < found.p_value < 1
    assert min(abs(at_p.low), abs(at_p.high)) == pytest.approx(0, abs=1e-4)
    assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)


@pytest.mark.parametrize("metric", ["correlation", "r2", "rmse"])
def test_a_quantitative_method_that_is_the_baseline_gains_nothing_for_sure(metric):
    value, prediction = np.random.default_rng(5).normal(size=(2, 30))
    difference = paired_difference(metric, value, prediction, prediction.copy(), 0.95)
    assert (difference.value, difference.low, difference.high) == pytest.approx((0, 0, 0), abs=1e-7)


def test_a_baseline_that_predicts_everybody_alike_can_be_beaten():
    value = np.random.default_rng(6).normal(size=60)
    prediction = value + np.random.default_rng(7).normal(size=60)
    difference = paired_difference("correlation", value, prediction, np.zeros(60), 0.95)
    assert difference.value == pytest.approx(np.corrcoef(value, prediction)[0, 1])
    assert 0 < difference.low < difference.value < difference.high
