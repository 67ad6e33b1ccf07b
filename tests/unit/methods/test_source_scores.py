"""Scores from statistics and published weights, through the registry, on the populations of conftest."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.evaluate.guards import check_predicts_alone, check_trained_on_training
from gtl.learn import gblup
from gtl.methods import genome_score
from gtl.methods.base import SourceWeights
from gtl.methods.registry import METHODS, lacking_source, why_not

LEARNING = 60
TRUE = np.where(np.arange(40) % 8 == 0, 1.0, 0.0)
COLUMNS = (
    ("EUR", "clumped"), ("EUR", "infinitesimal"), ("EUR", "spike_slab"), ("AFR", "spike_slab"), ("", "joint"),
    ("PGS1", "published"), ("PGS2", "published"),
)  # fmt: skip
FAMILIES = {
    "polygenic_score": 0, "large_gblup": 1, "bayesian_score": 2, "joint_score": 4, "published_score": 6,
}  # fmt: skip


@pytest.fixture(scope="module")
def context(alike):
    """60 learning people, a trait of five SNPs; columns are noise, but for the joint and the second published one."""
    rng = np.random.default_rng(5)
    weights = rng.normal(0, 0.1, (len(COLUMNS), 40))
    weights[4], weights[6] = TRUE + weights[4], 3 * TRUE
    parts = np.split(np.arange(LEARNING), [40])
    small = replace(alike.small, split=Split(*parts, np.empty(0, np.intp)))
    genetic = TRUE @ np.maximum(small.dosages, 0)
    small = replace(small, value=100 + genetic + rng.normal(0, 0.5, len(genetic)), kind=TraitKind.QUANTITATIVE)
    large = replace(alike.large, value=np.zeros(len(alike.large.value)), kind=TraitKind.QUANTITATIVE)
    return replace(alike, small=small, large=large, genome=np.arange(40), sources=SourceWeights(COLUMNS, weights))


def only(context, name):
    (candidate,) = METHODS[name].learned_from(sources=True).load().candidates(context)
    return candidate


def predicted(candidate, data, people):
    return candidate.predictor.predict(data.take(candidate.rows, people))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_s_score_is_its_weights_up_to_level_and_scale(context, name):
    candidate = only(context, name)
    own = context.sources.weights[FAMILIES[name]]
    assert candidate.rows.tolist() == np.flatnonzero(own).tolist()
    ratio = candidate.predictor.weights / own[candidate.rows]
    np.testing.assert_allclose(ratio, ratio[0])
    assert ratio[0] > 0
    people = context.small.split.learning
    assert predicted(candidate, context.small, people).mean() == pytest.approx(context.small.value[people].mean())


def test_the_better_of_two_published_scores_is_taken_and_its_scale_learned(context):
    candidate = only(context, "published_score")
    assert candidate.algorithm == "PGS2 published"
    # the score's weights are three times the effects; 60 people draw the scale a little to none
    assert 0.8 < candidate.predictor.weights[0] < 1.0


def test_a_combination_stays_with_the_joint_score_and_uses_what_else_is_right(context):
    candidate = only(context, "combined_score")
    new = np.arange(LEARNING, context.small.dosages.shape[1])
    truth = TRUE @ np.maximum(context.small.dosages[:, new], 0)
    assert np.corrcoef(predicted(candidate, context.small, new), truth)[0, 1] > 0.95


def test_of_too_many_people_some_say_what_scores_leave(context, monkeypatch):
    for module in (genome_score, gblup):
        monkeypatch.setattr(module, "MOST_PEOPLE", 30)
    candidate = only(context, "combined_score")
    assert candidate.algorithm.endswith(f", 30 of {LEARNING} people")
    new = np.arange(LEARNING, context.small.dosages.shape[1])
    truth = TRUE @ np.maximum(context.small.dosages[:, new], 0)
    assert np.corrcoef(predicted(candidate, context.small, new), truth)[0, 1] > 0.9


def test_a_combination_turns_to_the_own_score_where_sources_are_noise(context):
    rng = np.random.default_rng(6)
    noise = replace(context, sources=SourceWeights(COLUMNS, rng.normal(0, 0.1, context.sources.weights.shape)))
    new = np.arange(LEARNING, context.small.dosages.shape[1])
    truth = TRUE @ np.maximum(context.small.dosages[:, new], 0)
    found = {
        name: np.corrcoef(predicted(only(noise, name), context.small, new), truth)[0, 1]
        for name in ("joint_score", "combined_score", "own_gblup")
    }
    assert found["joint_score"] < 0.5
    assert found["combined_score"] > found["own_gblup"] - 0.05 > 0.6


def test_effects_of_sources_are_moved_whatever_their_scale(context):
    new = np.arange(LEARNING, context.small.dosages.shape[1])
    first = predicted(only(context, "effect_transfer"), context.small, new)
    scaled = replace(context, sources=SourceWeights(COLUMNS, 1000 * context.sources.weights))
    np.testing.assert_allclose(predicted(only(scaled, "effect_transfer"), context.small, new), first, rtol=1e-6)
    truth = TRUE @ np.maximum(context.small.dosages[:, new], 0)
    assert np.corrcoef(first, truth)[0, 1] > 0.9


@pytest.mark.parametrize("name", [*FAMILIES, "combined_score", "effect_transfer"])
def test_models_pass_the_leakage_guards(context, name):
    candidate = only(context, name)
    check_trained_on_training(candidate, context.large, context.small, nested=True)
    check_predicts_alone(candidate, context.small.take(candidate.rows, np.arange(LEARNING, LEARNING + 5)))


def test_binary_traits_get_probabilities_whose_mean_is_the_share_of_cases(context):
    small = context.small
    value = (small.value > np.median(small.value)).astype(np.float64)
    binary = replace(context, small=replace(small, value=value, kind=TraitKind.BINARY),
                     large=replace(context.large, kind=TraitKind.BINARY))  # fmt: skip
    candidate = only(binary, "combined_score")
    people = small.split.learning
    found = predicted(candidate, binary.small, people)
    assert ((found > 0) & (found < 1)).all()
    assert found.mean() == pytest.approx(value[people].mean(), abs=0.03)
    assert np.corrcoef(found, small.value[people])[0, 1] > 0.8


def test_no_candidate_where_no_source_has_such_weights_or_all_are_zero(context):
    sources = SourceWeights((("EUR", "clumped"),), np.zeros((1, 40)))
    without = replace(context, sources=sources)
    for name in (*FAMILIES, "combined_score"):
        assert list(METHODS[name].learned_from(sources=True).load().candidates(without)) == []
    assert lacking_source(METHODS["joint_score"]).startswith("it joins the statistics of two populations")


def test_methods_say_what_they_do_with_sources():
    assert "sum of single effects" in METHODS["bayesian_score"].description
    assert "spike and slab" in METHODS["bayesian_score"].learned_from(sources=True).description
    assert METHODS["bayesian_score"].learned_from(sources=False) is METHODS["bayesian_score"]


def test_methods_say_what_they_lack():
    assert why_not(METHODS["transfer_gblup"], TraitKind.BINARY, sources=True).startswith("it learns from the large")
    assert why_not(METHODS["polygenic_score"], TraitKind.BINARY, sources=True) == ""
    assert why_not(METHODS["joint_score"], TraitKind.BINARY).startswith("it learns from statistics or published")


def test_asked_for_without_sources_is_an_error(context):
    with pytest.raises(InputError, match="in a study without sources"):
        only(replace(context, sources=None), "joint_score")
