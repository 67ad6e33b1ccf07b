"""The sum of single effects against brute force, and what must not change it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from gtl.errors import InputError
from gtl.learn.single_effects import single_effect, sum_of_single_effects


def people(seed, n=300, n_snps=20):
    rng = np.random.default_rng(seed)
    x = rng.binomial(2, 0.4, (n, n_snps)).astype(float)
    return rng, x - x.mean(axis=0)


def response(rng, x, effects):
    y = x @ effects + rng.normal(size=len(x))
    return y - y.mean()


def test_one_effect_is_placed_as_the_likelihood_of_every_place_says():
    """Brute force: y ~ N(0, noise I + prior x_j x_j') for each SNP j, all equally likely."""
    rng, x = people(1, n=12, n_snps=4)
    y, noise, prior = response(rng, x, np.array([0, 0.5, 0, 0])), 0.8, 0.3
    likelihood = [
        multivariate_normal(np.zeros(12), noise * np.eye(12) + prior * np.outer(column, column)).pdf(y)
        for column in x.T
    ]
    found = single_effect(y @ x, (x**2).sum(axis=0), noise, prior)
    np.testing.assert_allclose(found.probability, np.array(likelihood) / sum(likelihood))


def test_the_size_of_an_effect_is_the_ridge_estimate():
    _, x = people(2, n=50, n_snps=1)
    y, noise, prior = 0.7 * x[:, 0], 0.5, 0.2
    found = single_effect(y @ x, (x**2).sum(axis=0), noise, prior)
    squares = float((x**2).sum())
    np.testing.assert_allclose(found.mean, 0.7 * squares / (squares + noise / prior))
    np.testing.assert_allclose(found.second - found.mean**2, noise / (squares + noise / prior))


def test_snps_that_are_the_same_share_an_effect():
    rng, x = people(3)
    x[:, 4] = x[:, 3]
    found = sum_of_single_effects(x, response(rng, x, np.eye(20)[3]))
    np.testing.assert_allclose(found.weights[3], found.weights[4])
    np.testing.assert_allclose(found.weights[3] + found.weights[4], 1, atol=0.2)
    np.testing.assert_allclose(found.inclusion[[3, 4]], 0.5, atol=0.02)


def test_several_effects_are_found_and_nothing_else():
    rng, x = people(4, n=1000)
    effects = np.zeros(20)
    effects[[2, 9, 17]] = 0.5, -0.6, 0.4
    found = sum_of_single_effects(x, response(rng, x, effects))
    assert np.flatnonzero(found.inclusion > 0.5).tolist() == [2, 9, 17]
    np.testing.assert_allclose(found.weights, effects, atol=0.15)


def test_nothing_is_found_where_nothing_is():
    rng, x = people(5)
    y = response(rng, x, np.zeros(20))
    unrelated = y - x @ np.linalg.lstsq(x, y)[0]
    found = sum_of_single_effects(x, unrelated)
    np.testing.assert_array_equal(found.weights, 0)
    np.testing.assert_array_equal(found.inclusion, 0)


@settings(max_examples=20)
@given(st.permutations(range(20)))
def test_the_order_of_snps_does_not_matter(order):
    rng, x = people(6)
    y = response(rng, x, np.eye(20)[7] - np.eye(20)[1])
    before, after = sum_of_single_effects(x, y), sum_of_single_effects(x[:, order], y)
    np.testing.assert_allclose(after.weights, before.weights[list(order)], atol=1e-6)


def test_a_column_that_does_not_vary_is_refused():
    _, x = people(7)
    x[:, 6] = 0
    with pytest.raises(InputError, match="column 6 does not vary"):
        sum_of_single_effects(x, x[:, 0])
