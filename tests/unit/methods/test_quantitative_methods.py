"""Quantitative traits: each method finds planted effects, in the trait's units and at the small population's level."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.config.learning import ClassicalModel
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.model_card import ModelCard, training_hash
from gtl.learn.predictors import load
from gtl.methods.base import CausalEffects
from gtl.methods.polygenic_score import SLOPE_PEOPLE
from gtl.methods.registry import METHODS, method_info
from gtl.steps.model_cards import card_of
from tests.unit.methods.conftest import CAUSAL, EFFECTS, as_dosages

LINEAR = ["linear_transfer", "polygenic_score", "bayesian_score", "coral", "tca"]
CLASSICAL = ["no_transfer", "snp_transfer", "snp_transfer_large", "pooled"]
ALL = [
    name
    for name, info in METHODS.items()
    if TraitKind.QUANTITATIVE in info.kinds and not info.nested and not info.needs_networks
]
"""Those that start from networks are in test_deep_transfer.py."""


def run(name, context):
    truth = None
    if method_info(name).needs_truth:
        frequency = np.maximum(context.small.dosages[CAUSAL], 0).mean(axis=1) / 2
        truth = CausalEffects(CAUSAL, 10 * EFFECTS, frequency)
    return list(method_info(name).load().candidates(replace(context, causal=truth)))


def r2(context, candidate):
    value = context.small.value[context.small.split.test]
    return 1 - np.mean((candidate.test - value) ** 2) / value.var()


def test_the_methods_that_can():
    assert set(ALL) == {*CLASSICAL, *LINEAR, "majority", "oracle"}


@pytest.mark.parametrize("name", [*LINEAR, "oracle"])
def test_planted_effects_are_found_in_the_traits_units(quantitative, name):
    """The effects explain a little more than four tenths of the variance."""
    for candidate in run(name, quantitative):
        assert r2(quantitative, candidate) > 0.25


def test_nothing_beats_the_oracle(quantitative):
    (oracle,) = run("oracle", quantitative)
    assert 0.35 < r2(quantitative, oracle) < 0.55
    np.testing.assert_array_equal(oracle.predictor.weights, 10 * EFFECTS)
    for name in [*LINEAR, *CLASSICAL]:
        assert all(r2(quantitative, found) < r2(quantitative, oracle) + 0.01 for found in run(name, quantitative))


@pytest.mark.parametrize("name", ["snp_transfer_large", "pooled"])
def test_models_of_many_people_predict_more_than_the_mean(quantitative, name):
    for candidate in run(name, quantitative):
        assert r2(quantitative, candidate) > 0.05


@pytest.mark.parametrize("name", CLASSICAL)
def test_a_snp_that_decides_is_found(quantitative, name):
    def decided(data, mean):
        return replace(data, value=mean + 3.0 * np.maximum(data.dosages[5], 0))

    context = replace(quantitative, large=decided(quantitative.large, 10), small=decided(quantitative.small, -10))
    found = [candidate for candidate in run(name, context) if candidate.algorithm == "CART"]
    assert min(r2(context, candidate) for candidate in found) > 0.8


@pytest.mark.parametrize("name", [*LINEAR, "snp_transfer_large", "pooled", "majority", "oracle"])
def test_the_level_is_that_of_the_small_populations_training_people(quantitative, name):
    small = quantitative.small
    for candidate in run(name, quantitative):
        predicted = candidate.predictor.predict(small.take(candidate.rows, small.split.train))
        assert predicted.mean() == pytest.approx(small.value[small.split.train].mean(), rel=1e-9)


@pytest.mark.parametrize("name", CLASSICAL)
def test_models_that_under_sample_are_left_out(quantitative, name):
    assert {candidate.algorithm for candidate in run(name, quantitative)} == {
        ClassicalModel.SVM, ClassicalModel.CART, ClassicalModel.RANDOM_FOREST
    }  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_the_trait_in_other_units_is_predicted_in_other_units(quantitative, name):
    def metric(data):
        return replace(data, value=data.value * 4 - 7)

    other = replace(quantitative, large=metric(quantitative.large), small=metric(quantitative.small))
    if name == "oracle":
        return  # its effects have units of their own
    for before, after in zip(run(name, quantitative), run(name, other), strict=True):
        np.testing.assert_allclose(after.test, before.test * 4 - 7, rtol=1e-4)


@pytest.mark.parametrize("name", ALL)
def test_hard_calls_as_dosages_predict_the_same(quantitative, name):
    for before, after in zip(run(name, quantitative), run(name, as_dosages(quantitative)), strict=True):
        np.testing.assert_array_equal(before.test, after.test)


@pytest.mark.parametrize("name", ALL)
def test_nobodys_value_in_the_small_test_part_matters(quantitative, name):
    small = quantitative.small
    value = small.value.copy()
    value[small.split.test] = np.nan
    for before, after in zip(
        run(name, quantitative), run(name, replace(quantitative, small=replace(small, value=value))), strict=True
    ):
        np.testing.assert_array_equal(before.test, after.test)


@pytest.mark.parametrize("name", ALL)
def test_predictions_come_from_the_file_and_its_card(quantitative, name):
    small = quantitative.small
    for candidate in run(name, quantitative):
        model = candidate.predictor.to_bytes()
        card = card_of(candidate, quantitative.config, "height", small.variants, {}, model)
        assert card.trait_kind is TraitKind.QUANTITATIVE
        read = load(model, ModelCard.from_json(card.to_json()))
        np.testing.assert_array_equal(read.predict(small.take(candidate.rows, small.split.test)), candidate.test)


def test_pooled_training_holds_both_populations_people_and_their_values(quantitative):
    found, rows = run("pooled", quantitative), quantitative.subsets_large[1]
    parts = quantitative.large, quantitative.small
    dosages = np.concatenate([data.take(rows, data.split.train) for data in parts])
    value = np.concatenate([data.value[data.split.train] for data in parts])
    assert (found[0].training_sha256, found[0].training_people) == (training_hash(dosages, value), 440)


def test_everybody_has_the_mean_where_no_snp_is_looked_at(quantitative):
    small = quantitative.small
    (candidate,) = run("majority", quantitative)
    assert candidate.algorithm == "Mean"
    np.testing.assert_array_equal(candidate.test, np.full(500, small.value[small.split.train].mean()))


def test_the_scores_slope_is_the_small_populations_as_far_as_its_people_count(quantitative):
    """Three runs in which the small people's slope is known to be s, a factor of it, and 0."""
    small, n = quantitative.small, len(quantitative.small.split.train)

    def weights(value):
        return run("polygenic_score", replace(quantitative, small=replace(small, value=value)))[0].predictor.weights

    # Without any slope, n people of SLOPE_PEOPLE + n say 0 and the others 1.
    unscaled = weights(np.full(len(small.value), 3.0)) * (n + SLOPE_PEOPLE) / SLOPE_PEOPLE
    chosen = run("polygenic_score", quantitative)[0]
    score = np.where(small.dosages[chosen.rows] < 0, 0, small.dosages[chosen.rows]).T @ unscaled
    missing = (small.dosages[chosen.rows] < 0).T * chosen.predictor.mean_dosages
    score += missing @ unscaled
    np.testing.assert_allclose(weights(score), unscaled, rtol=1e-6)
    np.testing.assert_allclose(weights(2 * score), unscaled * (2 * n + SLOPE_PEOPLE) / (n + SLOPE_PEOPLE), rtol=1e-6)


@pytest.mark.parametrize("name", ["no_transfer", "snp_transfer_large"])
def test_a_trait_that_does_not_vary_is_refused(quantitative, name):
    def constant(data):
        return replace(data, value=np.full(len(data.value), 2.5))

    context = replace(quantitative, large=constant(quantitative.large), small=constant(quantitative.small))
    with pytest.raises(InputError, match=r"SVM: all \d+ training people have the value 2.5 of the trait"):
        run(name, context)


@pytest.mark.parametrize("name", LINEAR)
def test_case_status_can_be_learned_from_dosages_too(alike, name):
    """Scores of a binary trait: hard calls as dosages give nearly the same."""
    for before, after in zip(run(name, alike), run(name, as_dosages(alike)), strict=True):
        assert np.corrcoef(before.test, after.test)[0, 1] > 0.98
