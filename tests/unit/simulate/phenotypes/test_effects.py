import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.config.phenotypes import PhenotypesConfig
from gtl.errors import InputError
from gtl.simulate.phenotypes.draws import NumpyDraws
from gtl.simulate.phenotypes.effects import (
    correlated_effects,
    draw_affected_traits,
    draw_independent_effects,
    draw_roles,
    draw_shared_parts,
    shared_effects,
)

UNIFORM = PhenotypesConfig()
NORMAL = PhenotypesConfig(effect_distribution="norm", effect_mean=0, effect_sd=2)


def draws(seed: int = 1) -> NumpyDraws:
    return NumpyDraws(np.random.default_rng(seed))


@given(seed=st.integers(0, 10**6), n=st.integers(2, 8), n_traits=st.integers(1, 4))
@settings(max_examples=30)
def test_uniform_shared_effects_span_their_range_exactly(seed: int, n: int, n_traits: int) -> None:
    effects = shared_effects(*draw_shared_parts(draws(seed), UNIFORM, n, n_traits), UNIFORM)
    assert effects.shape == (n, n_traits)
    assert (effects.min(), effects.max()) == (pytest.approx(-0.5), pytest.approx(1.5))


def test_uniform_needs_two_shared_effects() -> None:
    with pytest.raises(InputError, match="unif needs at least 2 shared effects to span its range, but there are 1"):
        shared_effects(np.ones(1), np.ones(1), UNIFORM)


def test_normal_shared_effects_are_products() -> None:
    effects = shared_effects(np.array([1.0, -2.0]), np.array([3.0, 0.5]), NORMAL)
    assert effects.tolist() == [[3.0, 0.5], [-6.0, -1.0]]


def test_trait_parts_are_positive() -> None:
    _, traits = draw_shared_parts(draws(), NORMAL, 1, 500)
    assert traits.min() > 0


def test_independent_effects_follow_their_distribution() -> None:
    uniform = draw_independent_effects(draws(), UNIFORM, 5000, 2)
    assert uniform.min() >= -0.5
    assert uniform.max() < 1.5
    normal = draw_independent_effects(draws(), NORMAL, 5000, 2)
    assert abs(normal.std() - 2) < 4 * 2 / np.sqrt(2 * 10_000)


@pytest.mark.parametrize(
    ("n", "share", "n_independent"), [(5, 0.4, 2), (10, 0.4, 4), (1, 0.4, 0), (5, 0.5, 2), (3, 0.5, 2)]
)
def test_number_of_independent_effects_rounds_half_to_even(n: int, share: float, n_independent: int) -> None:
    assert draw_roles(draws(), n, share).sum() == n_independent


def test_affected_traits() -> None:
    affected = draw_affected_traits(draws(), 200, 7, 0.2)
    assert affected.sum(axis=1).tolist() == [2] * 200
    assert affected.any(axis=0).all()
    same = draw_affected_traits(draws(), 200, 7, 0.2, same_for_all=True)
    assert (same == same[0]).all()
    assert same[0].sum() == 2


def test_one_trait_is_always_affected() -> None:
    assert draw_affected_traits(draws(), 3, 1, 0.0).tolist() == [[True]] * 3


def test_no_independent_effects_affect_nothing() -> None:
    assert draw_affected_traits(draws(), 0, 3, 0.5, same_for_all=True).shape == (0, 3)


@pytest.mark.parametrize("correlation", [-1.0, 0.0, 0.6, 1.0])
def test_correlated_effects(correlation: float) -> None:
    n = 20_000
    first, second = (draw_independent_effects(draws(seed), UNIFORM, n, 1)[:, 0] for seed in (1, 2))
    mixed = correlated_effects(first, second, 0.5, correlation)
    assert np.corrcoef(first, mixed)[0, 1] == pytest.approx(correlation, abs=4 / np.sqrt(n))
    assert mixed.mean() == pytest.approx(0.5, abs=4 * mixed.std() / np.sqrt(n))
    assert mixed.var() == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / n) / 3)
