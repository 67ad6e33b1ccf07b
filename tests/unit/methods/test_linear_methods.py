"""Methods that learn additive scores: each finds planted effects, and uses of the small population what it may."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.config import with_overrides
from gtl.errors import InputError
from gtl.learn.model_card import ModelKind, training_hash
from gtl.methods.base import CausalEffects
from gtl.methods.registry import method_info

LINEAR = ["linear_transfer", "polygenic_score", "bayesian_score", "coral", "tca"]


def run(name, context):
    return list(method_info(name).load().candidates(context))


def accuracy(context, candidate):
    case = context.small.case[context.small.split.test]
    return np.mean((candidate.test > 0.5) == case)


def with_case(data, people, case):
    value = data.value.copy()
    value[people] = case
    return replace(data, value=value)


def with_truth(context, effects=(0.7, -0.6, 0.6)):
    rows = np.array([5, 20, 35])
    dosages = np.maximum(context.small.dosages[rows], 0)
    return replace(context, causal=CausalEffects(rows, np.array(effects), dosages.mean(axis=1) / 2))


@pytest.mark.parametrize("name", LINEAR)
def test_planted_effects_are_found(alike, name):
    # 500 people: 0.65 is 6.7 standard errors above chance; the effects allow 0.75.
    found = run(name, alike)
    assert [accuracy(alike, candidate) > 0.65 for candidate in found] == [True] * len(found)
    assert {candidate.predictor.kind for candidate in found} == {ModelKind.LINEAR}


@pytest.mark.parametrize("name", ["linear_transfer", "polygenic_score", "bayesian_score", "coral"])
def test_a_shift_of_allele_frequencies_moves_no_threshold(planted, name):
    called = [np.mean(candidate.test > 0.5) for candidate in run(name, planted)]
    assert [0.35 < share < 0.65 for share in called] == [True] * len(called)
    assert min(accuracy(planted, candidate) for candidate in run(name, planted)) > 0.65


@pytest.mark.parametrize("name", LINEAR)
def test_predictions_are_of_the_small_populations_people_and_come_from_the_file(planted, name):
    small = planted.small
    for candidate in run(name, planted):
        read = type(candidate.predictor).from_bytes(candidate.predictor.to_bytes(), candidate.predictor.mean_dosages)
        for part in ("validation", "test"):
            dosages = small.take(candidate.rows, getattr(small.split, part))
            np.testing.assert_array_equal(getattr(candidate, part), read.predict(dosages))


@pytest.mark.parametrize("name", ["linear_transfer", "coral", "tca"])
def test_one_candidate_for_each_sub_dataset_of_the_large_population(planted, name):
    found = run(name, planted)
    assert [candidate.subset for candidate in found] == [1, 2]
    for candidate in found:
        np.testing.assert_array_equal(candidate.rows, planted.subsets_large[candidate.subset])


@pytest.mark.parametrize("name", [*LINEAR, "pooled", "majority"])
def test_nobodys_case_status_in_the_small_test_part_matters(planted, name):
    small = planted.small
    other = replace(planted, small=with_case(small, small.split.test, 0))
    for before, after in zip(run(name, planted), run(name, other), strict=True):
        np.testing.assert_array_equal(before.test, after.test)


@pytest.mark.parametrize("name", ["polygenic_score", "bayesian_score", "coral", "tca"])
def test_adaptation_uses_no_more_of_the_small_populations_case_status_than_its_share(planted, name):
    small = planted.small
    shuffled = np.random.default_rng(3).permutation(small.value[small.split.train])
    other = with_case(with_case(small, small.split.validation, 0), small.split.train, shuffled)
    for before, after in zip(run(name, planted), run(name, replace(planted, small=other)), strict=True):
        np.testing.assert_array_equal(before.test, after.test)


@pytest.mark.parametrize("name", [*LINEAR, "snp_transfer_large", "pooled"])
def test_the_level_is_that_of_the_small_populations_training_people(prevalent, name):
    """Half of the large population are cases and a fifth of the small one: nobody is given the large one's share."""
    small = prevalent.small
    train = small.split.train
    share = small.value[train].mean()
    assert 0.1 < share < 0.35
    for candidate in run(name, prevalent):
        probability = candidate.predictor.predict(small.take(candidate.rows, train))
        assert probability.mean() == pytest.approx(share, abs=1e-6)
        if name != "pooled":  # whose training people these are: others' predictions are less sure
            assert candidate.test.mean() == pytest.approx(share, abs=0.12)


def test_a_small_population_of_controls_alone_is_at_a_low_level(planted):
    small = planted.small
    (candidate,) = run("bayesian_score", replace(planted, small=with_case(small, small.split.train, 0)))
    assert candidate.predictor.predict(small.take(candidate.rows, small.split.train)).mean() == pytest.approx(0.5 / 41)


@pytest.mark.parametrize("name", [*LINEAR, "oracle"])
def test_snps_that_do_not_vary_or_are_often_missing_do_no_harm(alike, name):
    def spoilt(data):
        dosages = data.dosages.copy()
        dosages[0], dosages[6, ::3] = 2, -1
        return replace(data, dosages=dosages)

    context = with_truth(replace(alike, large=spoilt(alike.large), small=spoilt(alike.small)))
    for candidate in run(name, context):
        assert np.isfinite(candidate.test).all()
        assert accuracy(context, candidate) > 0.62


def test_polygenic_score_has_two_weightings_of_clumped_snps(planted):
    single, joint = run("polygenic_score", planted)
    assert (single.algorithm, joint.algorithm) == ("C+T", "Clumped logistic")
    for candidate in (single, joint):
        assert {5, 20, 35} <= set(candidate.rows.tolist())
        large = planted.large
        dosages = np.maximum(large.dosages[np.ix_(candidate.rows, large.split.train)], 0)
        squared = np.corrcoef(dosages)[~np.eye(len(candidate.rows), dtype=bool)] ** 2
        assert squared.max() < 0.5
        signs = np.sign(candidate.predictor.weights[np.isin(candidate.rows, [5, 20, 35])])
        np.testing.assert_array_equal(signs, [1, -1, 1])


def test_the_bayesian_score_puts_its_weight_on_the_blocks_of_the_planted_snps(planted):
    """SNPs come in blocks of five in linkage disequilibrium; 5, 20 and 35 lead the blocks 1, 4 and 7."""
    (score,) = run("bayesian_score", planted)
    blocks = np.bincount(score.rows // 5, score.predictor.weights, minlength=8)
    assert set(np.argsort(-np.abs(blocks))[:3]) == {1, 4, 7}
    np.testing.assert_array_equal(np.sign(blocks[[1, 4, 7]]), [1, -1, 1])


def test_linear_transfer_corrects_effects_that_differ(alike):
    """Effects of the opposite sign in the large population: the small one's own people turn the score round."""
    large = alike.large
    opposite = replace(alike, large=replace(large, value=1 - large.value))
    transferred, uncorrected = run("linear_transfer", opposite)[0], run("polygenic_score", opposite)[0]
    assert accuracy(opposite, uncorrected) < 0.35
    assert accuracy(opposite, transferred) > 0.5


def test_pooled_training_holds_both_populations_people(alike):
    found = run("pooled", alike)
    rows, parts = alike.subsets_large[1], (alike.large, alike.small)
    dosages = np.concatenate([data.take(rows, data.split.train) for data in parts])
    case = np.concatenate([data.case[data.split.train] for data in parts])
    assert (found[0].training_sha256, found[0].training_people) == (training_hash(dosages, case), 440)
    assert [accuracy(alike, candidate) > 0.6 for candidate in found] == [True] * 10


def test_majority_predicts_the_share_of_cases_in_the_training_people(planted):
    small = planted.small
    cases = small.split.train[:30]
    skewed = replace(planted, small=with_case(with_case(small, small.split.train, 0), cases, 1))
    (candidate,) = run("majority", skewed)
    np.testing.assert_allclose(candidate.test, 30.5 / 41)
    assert (candidate.n_snps, candidate.subset, len(candidate.test)) == (0, 0, 500)


def test_majority_of_controls_alone_is_control(planted):
    small = planted.small
    (candidate,) = run("majority", replace(planted, small=with_case(small, small.split.train, 0)))
    np.testing.assert_allclose(candidate.test, 0.5 / 41)


@pytest.mark.parametrize("frequencies", ["planted", "alike"])
def test_the_oracle_beats_every_method(request, frequencies):
    context = with_truth(request.getfixturevalue(frequencies))
    (oracle,) = run("oracle", context)
    best = accuracy(context, oracle)
    assert best > 0.72
    for name in LINEAR:
        # 500 people: two nearly equal models may differ by a point.
        assert all(accuracy(context, candidate) <= best + 0.01 for candidate in run(name, context))


def test_the_oracle_calls_a_case_where_the_expected_liability_is_above_the_threshold(planted):
    context = with_truth(planted)
    small, truth = context.small, context.causal
    for threshold in (0.0, 0.4):
        config = with_overrides(context.config, [f"phenotypes.threshold={threshold}"])
        (oracle,) = run("oracle", replace(context, config=config))
        dosages = small.dosages[np.ix_(truth.rows, small.split.test)]
        called = (dosages >= 0).all(axis=0)
        expected = truth.effects @ (dosages - 2 * truth.frequencies[:, None])
        np.testing.assert_array_equal(oracle.test[called] > 0.5, expected[called] > threshold)


def test_the_oracles_probabilities_are_calibrated(planted):
    (oracle,) = run("oracle", with_truth(planted))
    case = planted.small.case[planted.small.split.test]
    for low, high in ((0.0, 0.35), (0.35, 0.65), (0.65, 1.0)):
        among = (oracle.test >= low) & (oracle.test <= high)
        error = np.sqrt(0.25 / among.sum())
        assert case[among].mean() == pytest.approx(oracle.test[among].mean(), abs=3 * error)


def test_without_the_truth_the_oracle_says_so(planted):
    with pytest.raises(InputError, match="oracle: the context holds no causal SNPs"):
        run("oracle", planted)
