import numpy as np
import pytest

from gtl.learn.relationship import CentredDosages, mean_diagonal, relationship
from gtl.learn.reml import HERITABILITIES, Spectrum, VarianceComponents, _profile, reml


def kinship_of(n, n_snps, rng):
    """Families of four that share most alleles, so that kinship differs enough to tell heritability."""
    frequencies = rng.uniform(0.2, 0.8, n_snps)
    parents = rng.binomial(2, frequencies, (n // 4, n_snps)).repeat(4, axis=0)
    dosages = np.where(rng.random((n, n_snps)) < 0.7, parents, rng.binomial(2, frequencies, (n, n_snps)))
    kinship = relationship(CentredDosages(dosages.astype(np.int8)))
    return kinship / mean_diagonal(kinship)


def test_recovers_the_variances_that_a_trait_was_made_with():
    rng = np.random.default_rng(1)
    kinship = kinship_of(200, 400, rng)
    spectrum = Spectrum.of(kinship)
    root = spectrum.vectors * np.sqrt(spectrum.values)
    found = []
    for _ in range(60):
        value = root @ rng.normal(0, np.sqrt(3.0), 200) + rng.normal(0, np.sqrt(2.0), 200)
        components = reml(spectrum, value - value.mean())
        found.append((components.likely, components.heritability, components.variance))
    likely, heritability, variance = np.transpose(found)
    for estimates, truth in ((likely, 0.6), (variance, 5.0)):
        assert abs(estimates.mean() - truth) < 3 * estimates.std(ddof=1) / np.sqrt(60)
    assert heritability.mean() == pytest.approx(0.6, abs=0.05)


def test_likelihood_is_that_of_contrasts_written_out():
    rng = np.random.default_rng(2)
    kinship, value = kinship_of(12, 40, rng), rng.normal(size=12)
    value -= value.mean()
    contrasts = np.linalg.svd(np.ones((1, 12)))[2][1:]
    log_likelihood, variances = _profile(Spectrum.of(kinship), value)
    differences = []
    for at in (10, 50, 90):
        h = HERITABILITIES[at]
        covariance = variances[at] * contrasts @ (h * kinship + (1 - h) * np.eye(12)) @ contrasts.T
        seen = contrasts @ value
        exact = -0.5 * (np.linalg.slogdet(covariance)[1] + seen @ np.linalg.solve(covariance, seen))
        differences.append(exact - log_likelihood[at])
    assert np.ptp(differences) == pytest.approx(0, abs=1e-8)


def test_solves_for_one_and_for_many_right_sides():
    rng = np.random.default_rng(3)
    kinship, right = kinship_of(12, 40, rng), rng.normal(size=(12, 2))
    spectrum = Spectrum.of(kinship)
    expected = np.linalg.solve(0.3 * kinship + 0.7 * np.eye(12), right)
    np.testing.assert_allclose(spectrum.solve(right, 0.3), expected, atol=1e-5)
    np.testing.assert_allclose(spectrum.solve(right[:, 0], 0.3), expected[:, 0], atol=1e-5)


def test_noise_is_hardly_heritable_and_never_at_the_limit():
    rng = np.random.default_rng(4)
    spectrum = Spectrum.of(kinship_of(200, 400, rng))
    value = rng.normal(size=200)
    components = reml(spectrum, value - value.mean())
    assert 0.01 < components.heritability < 0.3


def test_genetic_variance_is_its_share():
    assert VarianceComponents(variance=4.0, heritability=0.25, likely=0.2).genetic == 1.0
