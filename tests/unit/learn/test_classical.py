import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone, is_classifier, is_regressor

from gtl.config.learning import ClassicalModel
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.classical import THRESHOLD, case_scores, estimator, fit, fit_values, regressor, values, why_not

REGRESSORS = [ClassicalModel.SVM, ClassicalModel.CART, ClassicalModel.RANDOM_FOREST]


def people(n_cases, n_controls, n_snps=12, seed=0):
    rng = np.random.default_rng(seed)
    case = rng.permutation(np.repeat(np.int8([1, 0]), [n_cases, n_controls]))
    return rng.integers(0, 3, (len(case), n_snps)).astype(np.float32), case


def trees_of(fitted):
    """Every decision tree in a fitted model."""
    return [member.steps[-1][1] for member in fitted.estimators_]


def test_hyper_parameters_are_those_of_the_related_work():
    cart = estimator(ClassicalModel.CART, 1)
    forest = estimator(ClassicalModel.RANDOM_FOREST, 1)
    bagging = estimator(ClassicalModel.UB, 1)
    assert (cart.criterion, cart.max_depth, cart.min_samples_leaf) == ("entropy", 8, 5)
    assert (forest.criterion, forest.max_depth, forest.min_samples_leaf) == ("entropy", 15, 5)
    assert bagging.n_estimators == 10


@pytest.mark.parametrize("model", ClassicalModel)
def test_is_a_scikit_learn_classifier(model):
    unfitted = estimator(model, 1)
    assert is_classifier(unfitted)
    assert type(clone(unfitted)) is type(unfitted)


@pytest.mark.parametrize("model", ClassicalModel)
def test_learns_a_snp_that_decides(model):
    dosages, case = people(35, 35, n_snps=3)
    dosages[:, 1] = 2 * case
    unseen, unseen_case = people(10, 10, n_snps=3, seed=1)
    unseen[:, 1] = 2 * unseen_case
    called = case_scores(fit(model, dosages, case, 1), unseen) > THRESHOLD
    np.testing.assert_array_equal(called, unseen_case == 1)


@pytest.mark.parametrize("model", ClassicalModel)
@given(n_cases=st.integers(1, 30), n_controls=st.integers(1, 30), seed=st.integers(0, 2**31 - 1))
@settings(max_examples=8, deadline=None)
def test_scores_above_the_threshold_are_what_predict_calls_cases(model, n_cases, n_controls, seed):
    dosages, case = people(n_cases, n_controls, seed=seed)
    fitted = fit(model, dosages, case, seed)
    scores = case_scores(fitted, dosages)
    assert scores.dtype == np.float64
    assert ((scores >= 0) & (scores <= 1)).all()
    untied = np.abs(scores - THRESHOLD) > 1e-12
    np.testing.assert_array_equal(scores[untied] > THRESHOLD, fitted.predict(dosages)[untied] == 1)


@pytest.mark.parametrize("model", ClassicalModel)
def test_the_seed_alone_decides_the_fit(model):
    dosages, case = people(20, 50, n_snps=60)
    first, again, other = (case_scores(fit(model, dosages, case, seed), dosages) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    if model in {ClassicalModel.RUS, ClassicalModel.RANDOM_FOREST, ClassicalModel.UB}:
        assert (first != other).any()


def test_every_tree_of_ub_sees_both_classes_however_rare_one_is():
    dosages, case = people(1, 69)
    for tree in trees_of(fit(ClassicalModel.UB, dosages, case, 1)):
        np.testing.assert_array_equal(tree.classes_, [0, 1])
        assert tree.tree_.n_node_samples[0] == 2


def test_trees_of_ub_differ_also_when_classes_are_equal():
    dosages, case = people(35, 35)
    trees = trees_of(fit(ClassicalModel.UB, dosages, case, 1))
    roots = {(tree.tree_.feature[0], tree.tree_.threshold[0]) for tree in trees}
    assert len(roots) > 1


def test_rus_takes_as_many_controls_as_there_are_cases():
    dosages, case = people(12, 58)
    assert fit(ClassicalModel.RUS, dosages, case, 1).steps[-1][1].tree_.n_node_samples[0] == 24


@pytest.mark.parametrize("model", ClassicalModel)
@pytest.mark.parametrize("status", [0, 1])
def test_people_of_one_class_are_refused(model, status):
    with pytest.raises(InputError, match=rf"{model.value}: the 10 training people hold {10 * status} cases; both"):
        fit(model, np.zeros((10, 2), np.float32), np.full(10, status, np.int8), 1)


def test_regressors_have_the_classifiers_hyper_parameters():
    for model in REGRESSORS:
        classifier, own = estimator(model, 1).get_params(), regressor(model, 1).get_params()
        assert is_regressor(regressor(model, 1))
        shared = (set(classifier) & set(own)) - {"criterion"}
        assert {name: own[name] for name in shared} == {name: classifier[name] for name in shared}


@pytest.mark.parametrize("model", REGRESSORS)
def test_a_regressor_learns_a_snp_that_decides(model):
    dosages, _ = people(150, 150, n_snps=3)
    unseen, _ = people(50, 50, n_snps=3, seed=1)
    predicted = values(fit_values(model, dosages, dosages[:, 1].astype(np.float64) - 1, 1), unseen)
    assert predicted.dtype == np.float64
    np.testing.assert_allclose(predicted, unseen[:, 1] - 1, atol=0.25)


@pytest.mark.parametrize("model", REGRESSORS)
def test_the_seed_alone_decides_the_regression(model):
    dosages, case = people(20, 50, n_snps=60)
    first, again = (values(fit_values(model, dosages, case.astype(np.float64), 3), dosages) for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("model", [ClassicalModel.RUS, ClassicalModel.UB])
def test_under_sampling_needs_cases_and_controls(model):
    assert why_not(model, TraitKind.BINARY) == ""
    with pytest.raises(InputError, match=rf"{model.value}: under-sampling needs cases and controls; leave it out"):
        regressor(model, 1)


def test_every_model_can_predict_a_binary_trait_and_three_a_quantitative_one():
    assert [model for model in ClassicalModel if not why_not(model, TraitKind.BINARY)] == list(ClassicalModel)
    assert [model for model in ClassicalModel if not why_not(model, TraitKind.QUANTITATIVE)] == REGRESSORS
