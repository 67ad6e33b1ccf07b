"""GBLUP methods and the stacked score, through the registry, on the populations of conftest."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.evaluate.guards import check_predicts_alone, check_trained_on_training
from gtl.learn import gblup
from gtl.learn.relationship import CentredDosages
from gtl.methods import averaged_score, effect_transfer, genome_score
from gtl.methods.registry import METHODS, RECOMMENDED
from gtl.methods.stacked_score import EQUAL, FOLDS, fold_numbers, stacking_weights

NAMES = [
    "own_gblup",
    "large_gblup",
    "pooled_gblup",
    "transfer_gblup",
    "stacked_score",
    "effect_transfer",
    "averaged_score",
]

LEARNING = 60


def with_genome(context):
    """All 40 SNPs; 60 small learning people, and 500 more that nobody learns from."""
    parts = np.split(np.arange(LEARNING), [40])
    small = replace(context.small, split=Split(*parts, np.empty(0, np.intp)))
    return replace(context, small=small, genome=np.arange(40))


@pytest.fixture(scope="module")
def binary(alike):
    return with_genome(alike)


@pytest.fixture(scope="module")
def quantitative(binary):
    def with_value(data, seed, mean):
        value = mean + 3 * data.value + np.random.default_rng(seed).normal(0, 1, len(data.value))
        return replace(data, value=value, kind=TraitKind.QUANTITATIVE)

    return replace(binary, large=with_value(binary.large, 1, 50), small=with_value(binary.small, 2, 20))


def only(context, name):
    (candidate,) = METHODS[name].load().candidates(context)
    return candidate


def predicted(candidate, data, people):
    return candidate.predictor.predict(data.take(candidate.rows, people))


def new_people(context):
    return np.arange(LEARNING, len(context.small.value))


@pytest.mark.parametrize("name", NAMES)
def test_predicts_a_quantitative_trait_around_the_small_populations_mean(quantitative, name):
    candidate = only(quantitative, name)
    learning = predicted(candidate, quantitative.small, np.arange(LEARNING))
    assert learning.mean() == pytest.approx(quantitative.small.value[:LEARNING].mean(), abs=1e-4)
    new = new_people(quantitative)
    assert np.corrcoef(predicted(candidate, quantitative.small, new), quantitative.small.value[new])[0, 1] > 0.3


@pytest.mark.parametrize("name", NAMES)
def test_predicts_a_disease_with_the_small_populations_share_of_cases(binary, name):
    candidate = only(binary, name)
    learning = predicted(candidate, binary.small, np.arange(LEARNING))
    assert learning.mean() == pytest.approx(binary.small.value[:LEARNING].mean(), abs=1e-6)
    new = new_people(binary)
    probabilities = predicted(candidate, binary.small, new)
    assert ((probabilities > 0) & (probabilities < 1)).all()
    assert ((probabilities > 0.5) == binary.small.value[new]).mean() > 0.6


@pytest.mark.parametrize("name", NAMES)
def test_is_nested_and_passes_the_guards(quantitative, name):
    candidate = only(quantitative, name)
    assert METHODS[name].nested
    assert np.isnan(candidate.validation).all()
    assert len(candidate.validation) == 20
    check_trained_on_training(candidate, quantitative.large, quantitative.small, nested=True)
    check_predicts_alone(candidate, quantitative.small.take(candidate.rows, new_people(quantitative)))


def test_transfer_beats_the_own_score_where_effects_are_shared(quantitative):
    new = new_people(quantitative)
    value = quantitative.small.value[new]
    accuracy = {
        name: np.corrcoef(predicted(only(quantitative, name), quantitative.small, new), value)[0, 1]
        for name in ("own_gblup", "transfer_gblup", "pooled_gblup")
    }
    assert accuracy["transfer_gblup"] > accuracy["own_gblup"]
    assert accuracy["transfer_gblup"] > accuracy["pooled_gblup"] - 0.02


def test_the_recommended_method_says_how_much_it_borrowed(quantitative):
    assert RECOMMENDED == "transfer_gblup"
    algorithm = only(quantitative, RECOMMENDED).algorithm
    assert algorithm.startswith("GBLUP, heritability 0.")
    assert 0.5 < float(algorithm.split("genetic correlation ")[1]) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_no_genome_no_candidate(quantitative, name):
    assert list(METHODS[name].load().candidates(replace(quantitative, genome=np.empty(0, np.intp)))) == []


def test_snps_that_one_population_was_never_called_at_are_left_out(quantitative):
    dosages = quantitative.small.dosages.copy()
    dosages[7, :LEARNING] = -1
    context = replace(quantitative, small=replace(quantitative.small, dosages=dosages))
    candidate = only(context, "transfer_gblup")
    assert candidate.rows.tolist() == [row for row in range(40) if row != 7]


def test_imputed_dosages_of_one_population_go_with_hard_calls_of_the_other(quantitative):
    dosages = quantitative.small.dosages
    imputed = np.where(dosages < 0, np.nan, dosages).astype(np.float32)
    context = replace(quantitative, small=replace(quantitative.small, dosages=imputed))
    one, other = (only(c, "transfer_gblup").predictor.weights for c in (quantitative, context))
    np.testing.assert_allclose(one, other, rtol=1e-6)


def test_of_too_many_large_people_some_are_drawn_by_the_studys_seed(quantitative, monkeypatch):
    for module in (genome_score, gblup):
        monkeypatch.setattr(module, "MOST_PEOPLE", 100)
    one, again = (only(quantitative, "transfer_gblup").predictor.weights for _ in range(2))
    np.testing.assert_array_equal(one, again)
    drawn = genome_score.learning_population(quantitative, quantitative.large, quantitative.genome)
    assert len(drawn.value) == 100
    assert only(quantitative, "transfer_gblup").algorithm.endswith(", 100 of 600 people")


def test_folds_are_alike_in_the_trait():
    case = np.repeat([0.0, 1.0], [20, 10])
    folds = fold_numbers(case, np.random.default_rng(1))
    assert [case[folds == fold].tolist() for fold in range(FOLDS)] == [[0, 0, 0, 0, 1, 1]] * FOLDS


def test_a_large_score_that_is_right_gets_all_the_weight_and_a_reversed_one_none():
    rng = np.random.default_rng(1)
    dosages, effects = rng.integers(0, 3, (50, 200)).astype(np.int8), rng.normal(size=200)
    small = gblup.Population(CentredDosages(dosages), dosages @ effects)
    folds = fold_numbers(small.value, rng)
    assert stacking_weights(small, effects, folds) == pytest.approx([0, 1], abs=1e-4)
    assert stacking_weights(small, -effects, folds)[1] == 0


def test_a_weight_that_people_cannot_tell_stays_the_plain_means():
    rng = np.random.default_rng(1)
    dosages = rng.integers(0, 3, (30, 200)).astype(np.int8)
    small = gblup.Population(CentredDosages(dosages), rng.normal(size=30))
    folds = fold_numbers(small.value, rng)
    tiny = stacking_weights(small, 1e-6 * rng.normal(size=200), folds)
    assert tiny[1] == pytest.approx(EQUAL, abs=1e-3)  # a score too small to tell keeps its prior weight
    assert stacking_weights(small, 100 * rng.normal(size=200), folds)[1] < 0.01


def test_effect_transfer_keeps_what_the_populations_share(quantitative):
    new = new_people(quantitative)
    value = quantitative.small.value[new]
    accuracy = {
        name: np.corrcoef(predicted(only(quantitative, name), quantitative.small, new), value)[0, 1]
        for name in ("own_gblup", "effect_transfer")
    }
    assert accuracy["effect_transfer"] > accuracy["own_gblup"]
    share = float(only(quantitative, "effect_transfer").algorithm.split("share ")[1])
    assert share > 0.5


def test_averaged_score_is_the_mean_of_its_three(quantitative, monkeypatch):
    def same_draw(seed, *names):
        return np.random.default_rng(1)

    for module in (effect_transfer, averaged_score):
        monkeypatch.setattr(module, "stream", same_draw)
    parts = [only(quantitative, name).predictor for name in ("own_gblup", "transfer_gblup", "effect_transfer")]
    averaged = only(quantitative, "averaged_score").predictor
    np.testing.assert_allclose(averaged.weights, np.mean([part.weights for part in parts], axis=0))
    assert averaged.intercept == pytest.approx(np.mean([part.intercept for part in parts]))
