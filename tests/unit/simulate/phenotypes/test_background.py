import numpy as np
import pytest

from gtl.simulate.phenotypes.background import (
    correlated_noise,
    draw_background,
    draw_correlated_noise,
    independent_background,
    neighbour_correlation,
    shared_background,
    unrelated,
)
from gtl.simulate.phenotypes.draws import NumpyDraws
from gtl.simulate.phenotypes.variance import Role


def draws(seed: int = 1) -> NumpyDraws:
    return NumpyDraws(np.random.default_rng(seed))


def test_by_hand() -> None:
    people, traits = np.array([[1.0, 9.0], [2.0, 7.0]]), np.array([10.0, -1.0])
    related = np.array([[1.0, 0.0], [0.5, 2.0]]) @ people
    assert shared_background(people, traits).tolist() == [[10.0, -1.0], [20.0, -2.0]]
    assert shared_background(related, traits).tolist() == [[10.0, -1.0], [45.0, -4.5]]
    assert independent_background(people, traits).tolist() == [[10.0, -9.0], [20.0, -7.0]]
    assert independent_background(related, traits).tolist() == [[10.0, -9.0], [45.0, -18.5]]


@pytest.mark.parametrize(
    ("shared", "roles"), [(0.0, [Role.INDEPENDENT]), (0.5, [Role.SHARED, Role.INDEPENDENT]), (1.0, [Role.SHARED])]
)
def test_a_role_without_variance_is_not_drawn(shared: float, roles: list[Role]) -> None:
    assert [role for role, _ in draw_background(draws(), (4, 2), shared)] == roles


def test_shared_effects_are_the_same_up_to_a_factor_in_all_traits() -> None:
    effects = dict(draw_background(draws(), (50, 3), 0.5))
    assert np.linalg.matrix_rank(effects[Role.SHARED]) == 1
    assert np.linalg.matrix_rank(effects[Role.INDEPENDENT]) == 3


def test_what_relates_people_gets_the_shared_column_alone_and_every_column_of_their_own() -> None:
    seen = []

    def related(role: Role, normals: np.ndarray) -> np.ndarray:
        seen.append((role, normals.shape))
        return 2 * normals

    plain, doubled = (dict(draw_background(draws(), (4, 3), 0.5, given)) for given in (unrelated, related))
    assert seen == [(Role.SHARED, (4, 1)), (Role.INDEPENDENT, (4, 3))]
    for role in Role:
        np.testing.assert_array_equal(doubled[role], 2 * plain[role])


def test_correlated_noise_has_the_correlation_asked_for() -> None:
    correlation = neighbour_correlation(0.8, 3)
    noise = draw_correlated_noise(draws(), 20_000, correlation)
    np.testing.assert_allclose(np.corrcoef(noise.T), correlation, atol=4 / np.sqrt(20_000))


def test_correlated_noise_of_one_trait_is_plain_noise() -> None:
    normals = np.array([[0.3], [-1.0]])
    assert correlated_noise(normals, neighbour_correlation(0.8, 1)).tolist() == normals.tolist()


def test_perfectly_correlated_traits() -> None:
    noise = draw_correlated_noise(draws(), 10, neighbour_correlation(1.0, 4))
    np.testing.assert_allclose(noise, np.repeat(noise[:, :1], 4, axis=1), atol=1e-12)
