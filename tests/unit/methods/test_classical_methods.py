from dataclasses import replace

import numpy as np
import pytest

from gtl.config.learning import ClassicalModel
from gtl.learn import classical
from gtl.learn.model_card import training_hash
from gtl.methods.registry import method_info


def run(name, context):
    return list(method_info(name).load().candidates(context))


@pytest.mark.parametrize(
    ("name", "subsets", "trained_on"),
    [
        ("no_transfer", "subsets_small", "small"),
        ("snp_transfer", "subsets_large", "small"),
        ("snp_transfer_large", "subsets_large", "large"),
    ],
)
def test_every_model_on_every_sub_dataset(context, name, subsets, trained_on):
    candidates, people = run(name, context), getattr(context, trained_on)
    expected = [(name, model.value, subset) for subset in getattr(context, subsets) for model in ClassicalModel]
    assert [(c.method, c.algorithm, c.subset) for c in candidates] == expected
    for candidate in candidates:
        rows = getattr(context, subsets)[candidate.subset]
        np.testing.assert_array_equal(candidate.rows, rows)
        assert (candidate.n_snps, candidate.frozen_layers) == (len(rows), -1)
        train = people.split.train
        assert candidate.training_sha256 == training_hash(people.take(rows, train), people.case[train])
        assert candidate.training_people == len(train)


@pytest.mark.parametrize("name", ["no_transfer", "snp_transfer", "snp_transfer_large"])
def test_predictions_are_of_the_small_populations_people(context, name):
    small = context.small
    for candidate in run(name, context):
        for part, rows in (("validation", small.split.validation), ("test", small.split.test)):
            np.testing.assert_array_equal(
                getattr(candidate, part), candidate.predictor.predict(small.take(candidate.rows, rows))
            )
        if 1 in candidate.rows:  # the SNP that decides
            np.testing.assert_array_equal(candidate.test > 0.5, small.case[small.split.test] == 1)


def test_missing_genotypes_are_filled_from_the_training_people(context):
    large = context.large
    called = large.dosages[0, large.split.train]
    candidate = run("snp_transfer_large", context)[0]
    assert candidate.predictor.mean_dosages[0] == np.float32(called[called >= 0].mean())


def test_test_people_change_no_model(context):
    small = context.small
    dosages = small.dosages.copy()
    dosages[:, small.split.test] = 0
    shuffled = replace(context, small=replace(small, dosages=dosages, value=_flipped(small)))
    for before, after in zip(run("no_transfer", context), run("no_transfer", shuffled), strict=True):
        np.testing.assert_array_equal(before.validation, after.validation)


def _flipped(small):
    value = small.value.copy()
    value[small.split.test] = 1 - value[small.split.test]
    return value


def test_a_sub_dataset_more_changes_no_other(context):
    more = replace(context, subsets_small={**context.subsets_small, 5: np.array([0, 2])})
    alone, beside = run("no_transfer", context), run("no_transfer", more)
    for before, after in zip(alone, beside, strict=False):
        np.testing.assert_array_equal(before.test, after.test)
    assert len(beside) == len(alone) + len(ClassicalModel)


def test_only_the_configured_models_run(context):
    config = context.config
    fewer = config.model_copy(
        update={"classical": config.classical.model_copy(update={"models": (ClassicalModel.CART,)})}
    )
    assert {c.algorithm for c in run("no_transfer", replace(context, config=fewer))} == {"CART"}


def test_of_many_people_the_svm_learns_from_some_and_says_so(context, monkeypatch):
    monkeypatch.setitem(classical.MOST_PEOPLE, ClassicalModel.SVM, 20)
    candidates, n_people = run("snp_transfer_large", context), len(context.large.split.train)
    assert n_people > 20
    for candidate, again in zip(candidates, run("snp_transfer_large", context), strict=True):
        by_svm = candidate.algorithm == f"SVM, 20 of {n_people} people"
        assert by_svm == candidate.algorithm.startswith("SVM")
        assert candidate.training_people == (20 if by_svm else n_people)
        assert candidate.training_sha256 == again.training_sha256
