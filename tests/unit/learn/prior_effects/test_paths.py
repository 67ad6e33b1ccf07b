"""Descent and penalised regression against closed forms and against steps that are really made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.learn.prior_effects.descent import RATE, descent_path
from gtl.learn.prior_effects.evidence import Evidence
from gtl.learn.prior_effects.penalised import SHARES, penalised_path, penalties_of


def problem(n_people=30, n_snps=8, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_people, n_snps))
    x -= x.mean(axis=0)
    y = x @ rng.normal(size=n_snps) + rng.normal(size=n_people)
    y -= y.mean()
    return x, y, rng.normal(size=n_snps)


def evidence_of(x, y):
    return Evidence.of_cross_products(x.T @ x, x.T @ y, float(y @ y), len(y))


def test_no_step_keeps_the_prior_effects_and_many_are_least_squares():
    x, y, prior = problem()
    path = descent_path(evidence_of(x, y), prior, np.array([0, 100_000]))
    np.testing.assert_array_equal(path.at(0), prior)
    np.testing.assert_allclose(path.at(1), np.linalg.lstsq(x, y, rcond=None)[0], atol=1e-8)


def test_steps_are_those_of_gradient_descent():
    x, y, prior = problem()
    xx, xy, effects = x.T @ x, x.T @ y, prior.copy()
    rate = RATE / np.linalg.eigvalsh(xx)[-1]
    for _ in range(7):
        effects = effects + rate * (xy - xx @ effects)
    np.testing.assert_allclose(descent_path(evidence_of(x, y), prior, np.array([7])).at(0), effects, rtol=1e-8)


def test_a_large_penalty_keeps_the_prior_effects_and_a_small_one_is_least_squares():
    x, y, prior = problem()
    path = penalised_path(evidence_of(x, y), prior, np.array([np.inf, 1e12, 1e-9]))
    np.testing.assert_array_equal(path.at(0), prior)
    np.testing.assert_allclose(path.at(1), prior, atol=1e-9)
    np.testing.assert_allclose(path.at(2), np.linalg.lstsq(x, y, rcond=None)[0], atol=1e-8)


@given(penalty=st.floats(0.01, 1e4), seed=st.integers(0, 50), n_snps=st.sampled_from([3, 40]))
def test_the_penalised_solution_has_no_gradient(penalty, seed, n_snps):
    x, y, prior = problem(n_snps=n_snps, seed=seed)
    effects = penalised_path(evidence_of(x, y), prior, np.array([penalty])).at(0)
    gradient = x.T @ (y - x @ effects) - penalty * (effects - prior)
    assert np.abs(gradient).max() < 1e-7 * (np.abs(x.T @ y).max() + penalty * np.abs(prior).max() + 1)


def test_without_an_inverse_a_small_penalty_gives_the_solution_nearest_to_the_prior_effects():
    x, y, prior = problem(n_people=10, n_snps=25)
    nearest = prior + np.linalg.pinv(x) @ (y - x @ prior)
    path = penalised_path(evidence_of(x, y), prior, np.array([1e-9]))
    np.testing.assert_allclose(path.at(0), nearest, atol=1e-7)


def test_a_mixture_of_settings_is_the_mean_of_their_effects_and_scores_follow():
    x, y, prior = problem()
    evidence = evidence_of(x, y)
    path = penalised_path(evidence, prior, np.array([1.0, 10.0]))
    np.testing.assert_allclose(path.effects(np.array([0.25, 0.75])), 0.25 * path.at(0) + 0.75 * path.at(1))
    others = np.random.default_rng(2).normal(size=(5, 8))
    scores = path.scores(others @ prior, others @ evidence.rows.z.T)
    np.testing.assert_allclose(scores, others @ np.column_stack([path.at(0), path.at(1)]))


def test_penalties_to_try_are_relative_to_the_largest_eigenvalue():
    x, y, _ = problem()
    np.testing.assert_allclose(penalties_of(evidence_of(x, y)), SHARES * np.linalg.eigvalsh(x.T @ x)[-1])


def test_settings_that_cannot_be_are_refused():
    x, y, prior = problem()
    with pytest.raises(InputError, match="-1 steps; expected 0 or more"):
        descent_path(evidence_of(x, y), prior, np.array([0, -1]))
    with pytest.raises(InputError, match=r"penalties \[0.0\]; expected numbers above 0"):
        penalised_path(evidence_of(x, y), prior, np.array([0.0]))
