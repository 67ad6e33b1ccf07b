"""Weights of columns: the prior's with few people, least squares' with many, never negative."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from gtl.errors import InputError
from gtl.learn.summary.combine import FREEDOMS, NO_FREEDOM, combine

PRIOR = np.array([1.0, 0.0, 0.0])


def people(seed, n, weights, noise=1.0):
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, len(weights))) * [1.0, 5.0, 0.2] + [0.0, 3.0, -1.0]
    values = columns @ weights + noise * rng.normal(size=n)
    return columns, values


def shares(found, columns):
    weights = found.weights * columns.std(axis=0)
    return weights / weights.sum()


def test_few_people_leave_the_prior():
    columns, values = people(1, 10, [0.0, 0.0, 0.0])
    found = combine(columns, values, PRIOR)
    assert shares(found, columns)[0] > 0.85
    assert found.weights[0] > 0
    np.testing.assert_allclose(found.freedom[0], NO_FREEDOM, atol=0.1)


def test_many_people_are_least_squares_with_weights_not_negative():
    columns, values = people(2, 200_000, [0.2, 0.04, -1.0])
    found = combine(columns, values, PRIOR)
    x, y = columns - columns.mean(axis=0), values - values.mean()
    np.testing.assert_allclose(found.weights, nnls(x, y)[0], rtol=0.02, atol=1e-9)
    assert found.weights[2] == 0
    assert found.freedom[0] < 1e-6


def test_many_people_for_whom_the_prior_is_right_keep_it():
    columns, values = people(3, 20_000, [0.25, 0.0, 0.0])
    found = combine(columns, values, PRIOR)
    assert shares(found, columns)[0] > 0.98
    np.testing.assert_allclose(found.weights[0], 0.25, rtol=0.05)


def test_a_prior_of_several_columns_holds_on_their_standardised_scale():
    columns, values = people(4, 12, [0.3, 0.0, 0.0])
    prior = np.array([1.0, 1.0, 0.0])
    found = shares(combine(columns, values, prior), columns)
    np.testing.assert_allclose(found, prior / 2, atol=0.15)


def test_scores_that_are_unlucky_in_few_people_are_not_turned_round():
    columns, values = people(5, 15, [-0.5, 0.0, 0.0])
    assert combine(columns, values, PRIOR).weights[0] > 0


@pytest.mark.parametrize("binary", [False, True])
def test_units_do_not_matter(binary):
    columns, values = people(6, 80, [0.5, 0.1, 0.0])
    values = (values > 0).astype(float) if binary else values
    scale, shift = np.array([10.0, 0.1, 3.0]), np.array([1.0, 2.0, 3.0])
    one = combine(columns, values, PRIOR, binary=binary)
    other = combine(columns * scale + shift, values, PRIOR, binary=binary)
    np.testing.assert_allclose(other.predict(columns * scale + shift), one.predict(columns), atol=1e-8)


def test_covariates_are_fitted_beside_the_columns():
    columns, values = people(7, 5000, [0.5, 0.0, 0.0])
    covariates = np.random.default_rng(8).normal(size=(5000, 2)) + columns[:, :1]
    found = combine(columns, values + covariates @ [2.0, -3.0] + 7, PRIOR, covariates=covariates)
    np.testing.assert_allclose(found.covariates, [2, -3], atol=0.1)
    np.testing.assert_allclose(found.weights[0], 0.5, atol=0.1)
    np.testing.assert_allclose(found.predict(columns, covariates).mean(), (values + covariates @ [2, -3] + 7).mean())


def test_many_people_of_a_binary_trait_are_logistic_regression():
    statsmodels = pytest.importorskip("statsmodels.api")
    columns, _ = people(9, 50_000, [0.0, 0.0, 0.0])
    rng = np.random.default_rng(10)
    log_odds = -1 + columns @ [0.4, 0.05, 1.0]
    values = (rng.random(50_000) < 1 / (1 + np.exp(-log_odds))).astype(float)
    expected = statsmodels.Logit(values, statsmodels.add_constant(columns)).fit(disp=False).params
    found = combine(columns, values, PRIOR, binary=True)
    np.testing.assert_allclose(found.weights, expected[1:], rtol=0.05)
    np.testing.assert_allclose(found.intercept, expected[0], rtol=0.05)


def test_few_people_of_a_binary_trait_leave_the_prior():
    columns, values = people(11, 12, [0.5, 0.0, 0.0])
    found = combine(columns, (values > 0).astype(float), PRIOR, binary=True)
    assert shares(found, columns)[0] > 0.85
    assert np.isfinite(found.predict(columns)).all()


def test_people_who_are_told_apart_without_error_get_finite_weights():
    columns, values = people(12, 40, [1.0, 0.0, 0.0], noise=0.0)
    found = combine(columns, (values > 0).astype(float), PRIOR, binary=True)
    assert 0 < found.weights[0] < 20


@given(st.integers(0, 2**32 - 1), st.integers(4, 40), st.booleans())
@settings(max_examples=40, deadline=None)
def test_weights_are_finite_and_not_negative(seed, n, binary):
    rng = np.random.default_rng(seed)
    columns = rng.standard_t(2, size=(n, 3))
    columns[:, 1] = columns[:, 0]
    values = rng.normal(size=n)
    values = np.append((values[1:] > 0).astype(float), 1 - float(values[-1] > 0)) if binary else values
    found = combine(columns, values, PRIOR, binary=binary)
    assert np.isfinite(found.weights).all()
    assert (found.weights >= 0).all()
    np.testing.assert_allclose(found.freedom.sum(), 1)
    assert len(found.freedom) == len(FREEDOMS)


def test_columns_that_do_not_vary_have_no_weight():
    columns, values = people(13, 50, [0.5, 0.0, 0.0])
    columns[:, 1] = 7
    assert combine(columns, values, PRIOR).weights[1] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": np.ones(20)}, "20 people of 1 different values"),
        ({"prior": np.array([0.0, 0.0, 0.0])}, "expected none below 0, and one above"),
        ({"prior": np.array([1.0, -1.0, 0.0])}, "expected none below 0, and one above"),
        ({"prior": np.ones(2)}, "do not belong together"),
        ({"values": np.append(np.ones(19), np.nan)}, "missing or infinite"),
        ({"binary": True}, "values of a binary trait are 0 and 1"),
        ({"columns": np.ones((20, 3))}, "do not vary"),
        ({"covariates": np.random.default_rng(1).normal(size=(20, 17))}, "expected 21 people at least"),
    ],
)
def test_what_cannot_be_combined_is_refused(change, words):
    columns, values = people(14, 20, [0.5, 0.0, 0.0])
    settings = {"columns": columns, "values": values, "prior": PRIOR} | change
    with pytest.raises(InputError, match=words):
        combine(**settings)
