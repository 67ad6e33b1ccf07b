import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.ridge import best_fit, loss, penalties_of, ridge, ridge_linear
from gtl.learn.ridge_logistic import RidgeFit, ridge_logistic


def people(n, p, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(1, 1, size=(n, p))
    return x, 30 + 2 * x[:, 0] + rng.normal(size=n)


@pytest.mark.parametrize(("n", "p"), [(60, 4), (20, 50)])
def test_without_a_prior_it_is_scikit_learns_ridge(n, p):
    x, value = people(n, p)
    (fit,) = ridge_linear(x, value, [0.2])
    peer = Ridge(alpha=0.2 * n, solver="svd").fit(x, value)
    np.testing.assert_allclose(fit.weights, peer.coef_, atol=1e-10)
    assert fit.intercept == pytest.approx(peer.intercept_, abs=1e-9)


@given(st.sampled_from([(30, 5), (10, 25)]), st.floats(0.01, 100), st.integers(0, 1000))
def test_the_gradient_is_zero_at_the_fit(size, penalty, seed):
    x, value = people(*size, seed=seed)
    prior = np.random.default_rng(seed).normal(size=size[1])
    (fit,) = ridge_linear(x, value, [penalty], prior)
    residual = (fit.scores(x) - value) / len(value)
    np.testing.assert_allclose(residual @ x + penalty * (fit.weights - prior), 0, atol=1e-9)
    assert residual.sum() == pytest.approx(0, abs=1e-9)


def test_an_infinite_penalty_keeps_the_prior_and_fits_the_intercept():
    x, value = people(40, 3)
    prior = np.array([1.0, -2.0, 0.5])
    (fit,) = ridge_linear(x, value, [np.inf], prior)
    np.testing.assert_array_equal(fit.weights, prior)
    assert fit.scores(x).mean() == pytest.approx(value.mean())


def test_the_kind_of_trait_decides_the_regression():
    x, value = people(40, 3)
    case = (value > 32).astype(np.float64)
    (linear,), (logistic,) = ridge(x, value, TraitKind.QUANTITATIVE, [1.0]), ridge(x, case, TraitKind.BINARY, [1.0])
    np.testing.assert_array_equal(linear.weights, ridge_linear(x, value, [1.0])[0].weights)
    np.testing.assert_array_equal(logistic.weights, ridge_logistic(x, case.astype(np.int8), [1.0])[0].weights)
    assert [penalties_of(kind)[0] for kind in TraitKind] == [np.inf, np.inf]


@pytest.mark.parametrize("kind", TraitKind)
def test_the_best_fit_is_the_one_that_predicts_others(kind):
    good, bad = RidgeFit(np.array([1.0]), 0.0, 1.0), RidgeFit(np.array([-1.0]), 0.0, 2.0)
    x, value = np.array([[2.0], [-2.0]]), np.array([1.0, 0.0])
    assert best_fit([bad, good], x, value, kind) is good
    assert best_fit([bad, bad, good], x, 1 - value, kind) is bad


def test_losses_by_hand():
    scores, value = np.log([3.0, 3.0]), np.array([1.0, 0.0])
    assert loss(scores, value, TraitKind.BINARY) == pytest.approx(-(np.log(0.75) + np.log(0.25)) / 2)
    assert loss(np.array([1.0, 4.0]), np.array([1.0, 1.0]), TraitKind.QUANTITATIVE) == 4.5


def test_what_cannot_be_fitted_is_refused():
    x = np.zeros((4, 1))
    with pytest.raises(InputError, match="ridge penalty 0: expected a number above 0"):
        ridge_linear(x, np.arange(4.0), [0])
    with pytest.raises(InputError, match="a person has no value"):
        ridge_linear(x, np.array([1, 2, np.nan, 3]), [1])
    with pytest.raises(InputError, match="or there are no people"):
        ridge_linear(x[:0], np.empty(0), [1])
