import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from gtl.errors import InputError
from gtl.learn.ridge_logistic import log_loss, ridge_logistic, spanned


def people(n, p, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    return x, (x[:, 0] + rng.normal(size=n) > 0.3).astype(np.int8)


@pytest.mark.parametrize(("n", "p"), [(60, 4), (20, 50)])
def test_without_a_prior_it_is_scikit_learns_ridge(n, p):
    x, case = people(n, p)
    (fit,) = ridge_logistic(x, case, [0.2])
    peer = LogisticRegression(C=1 / (0.2 * n), tol=1e-10, max_iter=1000).fit(x, case)
    np.testing.assert_allclose(fit.weights, peer.coef_[0], atol=1e-6)
    assert fit.intercept == pytest.approx(peer.intercept_[0], abs=1e-6)


@given(st.sampled_from([(30, 5), (10, 25)]), st.floats(0.01, 100), st.integers(0, 1000))
def test_the_gradient_is_zero_at_the_fit(size, penalty, seed):
    x, case = people(*size, seed=seed)
    if case.min() == case.max():
        case[0] = 1 - case[0]
    prior = np.random.default_rng(seed).normal(size=size[1])
    (fit,) = ridge_logistic(x, case, [penalty], prior)
    residual = (1 / (1 + np.exp(-fit.scores(x))) - case) / len(case)
    np.testing.assert_allclose(residual @ x + penalty * (fit.weights - prior), 0, atol=1e-6)
    assert residual.sum() == pytest.approx(0, abs=1e-6)


def test_an_infinite_penalty_keeps_the_prior_and_fits_the_intercept():
    x, case = people(40, 3)
    prior = np.array([1.0, -2.0, 0.5])
    (fit,) = ridge_logistic(x, case, [np.inf], prior)
    np.testing.assert_array_equal(fit.weights, prior)
    assert (1 / (1 + np.exp(-fit.scores(x)))).mean() == pytest.approx(case.mean(), abs=1e-7)


def test_a_larger_penalty_stays_nearer_to_the_prior():
    x, case = people(40, 6)
    prior = np.full(6, 2.0)
    distances = [np.linalg.norm(fit.weights - prior) for fit in ridge_logistic(x, case, [0.01, 0.1, 1, 10], prior)]
    assert distances == sorted(distances, reverse=True)


def test_log_loss_by_hand():
    assert log_loss(np.log([3.0, 3.0]), np.int8([1, 0])) == pytest.approx(-(np.log(0.75) + np.log(0.25)) / 2)


@pytest.mark.parametrize("shape", [(5, 9), (9, 5)])
def test_coordinates_times_basis_is_the_matrix(shape):
    x = np.random.default_rng(1).normal(size=shape)
    coordinates, basis = spanned(x)
    np.testing.assert_allclose(coordinates @ basis.T, x, atol=1e-12)
    np.testing.assert_allclose(basis.T @ basis, np.eye(5), atol=1e-12)


def test_what_cannot_be_fitted_is_refused():
    x = np.zeros((4, 1))
    with pytest.raises(InputError, match="ridge penalty 0: expected a number above 0"):
        ridge_logistic(x, np.int8([0, 1, 0, 1]), [0])
    with pytest.raises(InputError, match="0 cases and 4 controls"):
        ridge_logistic(x, np.zeros(4, np.int8), [1])
