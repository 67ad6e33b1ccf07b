"""Covariates alone, and genetic predictions on top of them."""

import numpy as np
import pytest
from scipy.special import expit, logit

from gtl.domain.trait import TraitKind
from gtl.learn.covariates import CovariateModel

NAMES = ("age", "sex")


@pytest.fixture(scope="module")
def covariates():
    rng = np.random.default_rng(1)
    return np.column_stack([rng.integers(20, 70, 50), rng.integers(0, 2, 50)]).astype(float)


@pytest.fixture(scope="module")
def linear(covariates):
    return CovariateModel.fit(TraitKind.QUANTITATIVE, NAMES, covariates, 3 + 2 * covariates @ [1, -4])


@pytest.fixture(scope="module")
def logistic(covariates):
    case = np.random.default_rng(2).random(50) < expit(0.1 * (covariates[:, 0] - 45))
    return CovariateModel.fit(TraitKind.BINARY, NAMES, covariates, case.astype(float)), case.mean()


def test_known_coefficients_of_a_quantitative_trait(covariates, linear):
    np.testing.assert_allclose([*linear.weights, linear.intercept], [2, -8, 3], atol=1e-10)
    np.testing.assert_allclose(linear.freed(covariates, 3 + 2 * covariates @ [1, -4]), 0, atol=1e-10)


def test_a_binary_covariate_has_the_log_odds_ratio_of_its_table():
    """30 of 40 and 10 of 40 are cases: log odds of 3 and 1/3, drawn a little together by the penalty."""
    exposed = np.repeat([1.0, 1.0, 0.0, 0.0], [30, 10, 10, 30])[:, None]
    case = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 10, 30])
    model = CovariateModel.fit(TraitKind.BINARY, ("exposed",), exposed, case)
    assert model.weights[0] == pytest.approx(2 * np.log(3), rel=0.01)
    assert model.weights[0] < 2 * np.log(3)
    # The intercept is free of the penalty, so the mean prediction is the share of cases.
    assert model.alone(exposed).mean() == pytest.approx(0.5)
    # Mean log loss + 0.0005 × (standardised weight)² is least: its slope is 0.
    standard = model.weights[0] / 2
    slope = np.mean((model.alone(exposed) - case) * (2 * exposed[:, 0] - 1)) + 1e-3 * standard
    assert slope == pytest.approx(0, abs=1e-6)


def test_without_genetic_signal_covariates_on_top_are_covariates_alone(covariates, linear, logistic):
    np.testing.assert_allclose(linear.on_top(covariates, np.zeros(50)), linear.alone(covariates))
    model, share = logistic
    np.testing.assert_allclose(model.on_top(covariates, np.full(50, share)), model.alone(covariates))


def test_genetic_residuals_add_up_and_log_odds_do(covariates, linear, logistic):
    genetic = np.linspace(-5, 5, 50)
    np.testing.assert_allclose(linear.on_top(covariates, genetic) - linear.alone(covariates), genetic)
    model, share = logistic
    added = logit(model.on_top(covariates, expit(genetic))) - logit(model.alone(covariates))
    np.testing.assert_allclose(added, genetic - logit(share))


def test_a_binary_trait_is_learned_as_it_is(covariates, logistic):
    case = np.resize([0.0, 1.0], 50)
    assert logistic[0].freed(covariates, case) is case


def test_sure_genetic_predictions_stay_finite(covariates, logistic):
    predicted = logistic[0].on_top(covariates, np.resize([0.0, 1.0], 50))
    assert ((predicted > 0) & (predicted < 1)).all()


def test_a_covariate_that_does_not_vary_weighs_nothing():
    x = np.column_stack([np.arange(6.0), np.full(6, 7.0)])
    model = CovariateModel.fit(TraitKind.QUANTITATIVE, NAMES, x, np.arange(6.0))
    np.testing.assert_allclose([*model.weights, model.intercept], [1, 0, 0], atol=1e-12)


def test_without_covariates_everybody_gets_the_mean(logistic):
    nobody = np.empty((4, 0))
    mean = CovariateModel.fit(TraitKind.QUANTITATIVE, (), nobody, np.array([1.0, 2, 3, 6]))
    assert mean.alone(nobody).tolist() == [3] * 4
    share = CovariateModel.fit(TraitKind.BINARY, (), nobody, np.array([1.0, 0, 0, 0]))
    np.testing.assert_allclose(share.alone(nobody), 0.25)


def test_the_model_card_keeps_the_model(covariates, logistic):
    model, _ = logistic
    again = CovariateModel.from_json(TraitKind.BINARY, model.to_json())
    np.testing.assert_array_equal(again.alone(covariates), model.alone(covariates))
    assert (again.names, again.centre) == (NAMES, model.centre)
