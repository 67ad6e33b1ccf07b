import numpy as np
import pytest
from scipy.linalg import subspace_angles

from gtl.domain.blocks import blocks_of
from gtl.errors import InputError
from gtl.prepare import components
from gtl.prepare.components import principal_components
from tests.simulated_people import matrix, with_missing


def four_populations(n_people=240, n_variants=1_500, seed=1):
    rng = np.random.default_rng(seed)
    ancestral = rng.uniform(0.2, 0.8, n_variants)
    frequencies = np.clip(ancestral + rng.normal(0, 0.15, (4, n_variants)), 0.02, 0.98)
    dosages = rng.binomial(2, frequencies[np.arange(n_people) % 4].T)
    return with_missing(matrix(dosages), rng, 0.02)


def exact(people, n_components):
    """Singular vectors of the standardised matrix, by definition."""
    dosages = np.where(people.dosages < 0, np.nan, people.dosages.astype(float))
    p = np.nanmean(dosages, axis=1, keepdims=True) / 2
    z = np.nan_to_num((dosages - 2 * p) / np.sqrt(2 * p * (1 - p)))
    _, singular, vectors = np.linalg.svd(z, full_matrices=False)
    return vectors[:n_components].T, singular**2 / len(z), np.square(singular).sum() / len(z)


@pytest.mark.parametrize("exact_up_to", [4_000, 1])
def test_scores_are_the_exact_ones(monkeypatch, exact_up_to):
    monkeypatch.setattr(components, "EXACT_UP_TO", exact_up_to)
    people = four_populations()
    found = principal_components(blocks_of(people, 400), 3, seed=5)
    vectors, values, trace = exact(people, 3)
    assert subspace_angles(found.scores, vectors).max() < 1e-5
    np.testing.assert_allclose(np.square(found.scores).sum(axis=0), values[:3], rtol=1e-5)
    np.testing.assert_allclose(found.explained, values[:3] / trace, rtol=1e-5)
    assert (found.scores.max(axis=0) == np.abs(found.scores).max(axis=0)).all()


def test_the_sketch_is_used_only_beyond_the_bound_and_is_seeded(monkeypatch):
    people = blocks_of(four_populations())
    whole = principal_components(people, 3, seed=1)
    np.testing.assert_array_equal(principal_components(people, 3, seed=2).scores, whole.scores)
    monkeypatch.setattr(components, "EXACT_UP_TO", 1)
    sketched = principal_components(people, 3, seed=1)
    np.testing.assert_array_equal(principal_components(people, 3, seed=1).scores, sketched.scores)
    np.testing.assert_allclose(sketched.scores, whole.scores, atol=1e-5)


@pytest.mark.parametrize("exact_up_to", [4_000, 1])
def test_others_are_projected_on_the_reference_peoples_components(monkeypatch, exact_up_to):
    monkeypatch.setattr(components, "EXACT_UP_TO", exact_up_to)
    people = four_populations()
    reference = np.ones(240, dtype=bool)
    reference[200:] = False
    # a person whose genotypes are those of the first
    dosages = people.dosages.copy()
    dosages[:, 239] = dosages[:, 0]
    everybody = matrix(dosages)
    found = principal_components(blocks_of(everybody), 3, reference=reference)
    alone = principal_components(blocks_of(everybody.take_samples(reference)), 3)
    np.testing.assert_allclose(found.scores[:200], alone.scores, atol=1e-5)
    np.testing.assert_allclose(found.scores[239], found.scores[0], atol=1e-6)
    np.testing.assert_allclose(found.explained, alone.explained, rtol=1e-5)


def test_variants_that_do_not_vary_and_dosages():
    people = four_populations()
    dosages = np.where(people.dosages < 0, np.nan, people.dosages)
    more = np.concatenate([dosages, np.full((3, 240), 2.0), np.full((1, 240), np.nan)])
    found = principal_components(blocks_of(matrix(more)), 3)
    np.testing.assert_allclose(found.scores, principal_components(blocks_of(people), 3).scores, atol=1e-6)


@pytest.mark.parametrize("n_components", [0, 5, 6])
def test_as_many_components_as_there_are(n_components):
    people = matrix(np.random.default_rng(1).integers(0, 3, (20, 5)))
    with pytest.raises(InputError, match=f"{n_components} components of 5 people and 20 variants"):
        principal_components(blocks_of(people), n_components)


def test_people_who_differ_in_nothing_more():
    people = matrix([[0, 1, 2, 0], [0, 1, 2, 0], [0, 1, 2, 0]])
    with pytest.raises(InputError, match="differ in fewer than 3 directions"):
        principal_components(blocks_of(people), 3)
