import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.config.learning import Metric
from gtl.errors import InputError
from gtl.evaluate.metrics import score
from gtl.evaluate.winners_curse import best_of_coins, luck_of_choice, scores_by_draw


def test_best_of_coins_by_hand():
    # Two candidates on two people: best 0 with chance 1/16, 1/2 with (3/4)² - 1/16 = 8/16, 1 with 7/16.
    assert best_of_coins(2, 2) == pytest.approx((8 / 2 + 7) / 16)
    assert best_of_coins(1, 20, 0.7) == pytest.approx(0.7)


def test_the_papers_test_accuracies_are_what_coins_give():
    assert best_of_coins(65, 20) < 0.76 < best_of_coins(90, 20)


def test_best_of_coins_by_simulation():
    rng = np.random.default_rng(1)
    drawn = rng.binomial(20, 0.5, (20_000, 30)).max(axis=1) / 20
    assert best_of_coins(30, 20) == pytest.approx(drawn.mean(), abs=4 * drawn.std() / np.sqrt(20_000))


@pytest.mark.parametrize("metric", list(Metric))
def test_scores_of_many_draws_are_the_scores_of_each(metric):
    rng = np.random.default_rng(2)
    case, probability = np.repeat(np.int8([1, 0]), (7, 13)), rng.integers(0, 6, 20) / 5
    cases = rng.permuted(np.tile(case, (50, 1)), axis=1)
    one_by_one = [score(metric, row, probability) for row in cases]
    np.testing.assert_allclose(scores_by_draw(metric, cases.astype(float), probability), one_by_one, atol=1e-12)


@pytest.mark.parametrize("metric", [Metric.AUC, Metric.MCC, Metric.BALANCED_ACCURACY, Metric.SENSITIVITY])
def test_people_who_cannot_answer_give_no_figure(metric):
    assert np.isnan(scores_by_draw(metric, np.zeros((3, 5)), np.full(5, 0.7))).all()


def test_the_permuted_mean_is_that_of_all_arrangements():
    case, rows = np.int8([1, 1, 0, 0]), np.array([[0.9, 0.9, 0.1, 0.1], [0.9, 0.1, 0.9, 0.1]])
    every = [
        max(score("accuracy", np.int8(order), row) for row in rows) for order in itertools.permutations(case.tolist())
    ]
    luck = luck_of_choice("accuracy", case, rows, np.random.default_rng(0), draws=20_000)
    assert luck.expected == pytest.approx(np.mean(every), abs=0.01)
    assert (luck.candidates, luck.people, luck.best) == (2, 4, 1.0)
    assert luck.p_value == pytest.approx(np.mean(np.array(every) >= 1), abs=0.01)


def test_candidates_alike_have_one_chance_and_not_many():
    rng = np.random.default_rng(5)
    case, one = rng.permutation(np.repeat(np.int8([0, 1]), 10)), rng.permutation(np.repeat([0.1, 0.9], 10))
    alike = luck_of_choice("accuracy", case, np.tile(one, (80, 1)), rng)
    assert alike.expected == pytest.approx(0.5, abs=0.02)
    assert alike.expected_independent == best_of_coins(80, 20)


def test_callers_of_the_larger_class_stay_below_the_bound():
    case = np.int8([1] * 2 + [0] * 18)
    luck = luck_of_choice("accuracy", case, np.tile(np.full(20, 0.1), (3, 1)), np.random.default_rng(5))
    assert luck.expected == pytest.approx(0.9)
    assert luck.expected_independent > 0.9


def test_independent_candidates_reach_the_bound():
    rng = np.random.default_rng(6)
    luck = luck_of_choice("accuracy", np.tile(np.int8([0, 1]), 10), rng.random((80, 20)), rng)
    assert luck.expected == pytest.approx(luck.expected_independent, abs=0.02)


def test_the_p_value_is_uniform_when_nothing_is_known():
    rng = np.random.default_rng(8)
    small = 0
    for _ in range(300):
        case = rng.permutation(np.repeat(np.int8([0, 1]), 10))
        small += luck_of_choice("auc", case, rng.random((10, 20)), rng, draws=200).p_value <= 0.05
    assert small <= 26  # 5 % of 300 is 15, its standard deviation 3.8


def test_a_model_that_knows_is_no_luck():
    case = np.tile(np.int8([0, 1]), 10)
    luck = luck_of_choice("accuracy", case, case[None] * 0.8 + 0.1, np.random.default_rng(0), draws=500)
    assert luck.p_value == pytest.approx(1 / 501)


def test_no_score_gives_no_luck():
    luck = luck_of_choice("auc", np.int8([1, 1]), np.array([[0.1, 0.2]]), np.random.default_rng(0))
    assert np.isnan([luck.best, luck.expected, luck.p_value]).all()
    assert np.isnan(luck.expected_independent)


ROUNDING = 1e-14
"""Of a sum of as many probabilities as people; one coin of 52 people is 0.49999999999999994."""


@given(st.integers(1, 200), st.integers(1, 60))
def test_more_candidates_look_better(candidates, people):
    fewer, more = best_of_coins(candidates, people), best_of_coins(candidates + 1, people)
    assert 0.5 - ROUNDING <= fewer <= more + ROUNDING <= 1 + 2 * ROUNDING


def test_nothing_to_choose_from_is_refused():
    with pytest.raises(InputError, match="there is no candidate"):
        luck_of_choice("accuracy", np.int8([0, 1]), np.empty((0, 2)), np.random.default_rng(0))
    with pytest.raises(InputError, match="best of 0 candidates"):
        best_of_coins(0, 20)


@pytest.mark.parametrize("metric", ["correlation", "r2"])
def test_a_quantitative_trait_is_permuted_too(metric):
    rng = np.random.default_rng(7)
    value, predictions = rng.normal(size=30), rng.normal(size=(5, 30))
    values = rng.permuted(np.tile(value, (20, 1)), axis=1)
    one_by_one = [score(metric, row, predictions[0]) for row in values]
    np.testing.assert_allclose(scores_by_draw(metric, values, predictions[0]), one_by_one, atol=1e-12)
    luck = luck_of_choice(metric, value, predictions, rng, draws=200)
    assert luck.best == max(score(metric, value, row) for row in predictions)
    assert luck.expected > 0
    assert np.isnan(luck.expected_independent)
    assert luck_of_choice(metric, value, value[None], rng, draws=200).p_value == pytest.approx(1 / 201)
