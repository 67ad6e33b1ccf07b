from itertools import pairwise

import numpy as np
import pytest

from gtl.simulate.phenotypes.draws import NumpyDraws

N = 20_000


@pytest.fixture
def draws() -> NumpyDraws:
    return NumpyDraws(np.random.default_rng(3))


def within_four_standard_errors(values: np.ndarray, mean: float, sd: float) -> bool:
    return bool(abs(values.mean() - mean) < 4 * sd / np.sqrt(values.size))


def test_moments(draws: NumpyDraws) -> None:
    assert within_four_standard_errors(draws.normal(2.0, 3.0, (N,)), 2.0, 3.0)
    assert within_four_standard_errors(draws.uniform(-1.0, 3.0, (N,)), 1.0, 4 / np.sqrt(12))
    assert within_four_standard_errors(draws.exponential(N), 1.0, 1.0)
    assert within_four_standard_errors(draws.bernoulli(0.2, N), 0.2, 0.4)
    weights = np.array([0.2, 0.5, 0.3])
    assert within_four_standard_errors(draws.weighted_categories(weights, N), 2.1, 0.7)


def test_matrices_fill_column_by_column() -> None:
    flat = NumpyDraws(np.random.default_rng(1)).normal(0, 1, (6,))
    matrix = NumpyDraws(np.random.default_rng(1)).normal(0, 1, (3, 2))
    assert matrix.T.ravel().tolist() == flat.tolist()


def test_choose_takes_different_numbers_in_any_order(draws: NumpyDraws) -> None:
    chosen = draws.choose(50, 50).tolist()
    assert sorted(chosen) == list(range(50))
    assert any(a > b for a, b in pairwise(chosen))
    assert draws.choose(1, 1).tolist() == [0]


def test_impossible_and_certain_events(draws: NumpyDraws) -> None:
    assert set(draws.bernoulli(0.0, 100)) == {0.0}
    assert set(draws.bernoulli(1.0, 100)) == {1.0}
    assert set(draws.weighted_categories(np.array([0.0, 1.0]), 100)) == {2.0}
