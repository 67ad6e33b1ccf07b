import numpy as np
import pytest
import statsmodels.api as sm

from gtl.association.linear import LinearModel
from gtl.errors import InputError

N, M = 200, 24


@pytest.fixture(scope="module")
def people():
    """Genotypes, half of the variants with missing ones; four covariates; three traits, one known of fewer people."""
    rng = np.random.default_rng(1)
    dosages = rng.binomial(2, 0.3, (M, N)).astype(np.int8)
    dosages[M // 2 :][rng.random((M // 2, N)) < 0.1] = -1
    covariates = rng.normal(size=(N, 4))
    values = rng.normal(size=(N, 3))
    values[:, 1] += covariates @ [1, 2, 0, 1] + 0.5 * dosages[3]
    values[:9, 2] = np.nan
    return dosages, values, covariates


def by_statsmodels(dosage, value, covariates):
    known = (dosage >= 0) & ~np.isnan(value) & ~np.isnan(covariates).any(axis=1)
    fit = sm.OLS(value[known], sm.add_constant(np.column_stack([dosage, covariates])[known])).fit()
    return known.sum(), fit.params[1], fit.bse[1], fit.pvalues[1]


def test_equals_statsmodels_also_where_genotypes_and_traits_are_missing(people):
    dosages, values, covariates = people
    found = LinearModel.of(values, covariates).test(dosages)
    for trait in range(3):
        peer = np.array([by_statsmodels(dosage, values[:, trait], covariates) for dosage in dosages])
        of_trait = found.trait(trait)
        assert of_trait.n.tolist() == peer[:, 0].tolist()
        np.testing.assert_allclose(of_trait.beta, peer[:, 1], rtol=1e-9)
        np.testing.assert_allclose(of_trait.se, peer[:, 2], rtol=1e-9)
        np.testing.assert_allclose(of_trait.p_value, peer[:, 3], rtol=1e-8)


def test_frequency_is_that_of_the_people_who_are_tested(people):
    dosages, values, covariates = people
    known = dosages[-1, 9:] >= 0
    found = LinearModel.of(values, covariates).test(dosages)
    assert found.frequency[-1, 2] == pytest.approx(dosages[-1, 9:][known].mean() / 2)


def test_a_person_who_lacks_a_covariate_is_left_out(people):
    dosages, values, covariates = people
    fewer = covariates.copy()
    fewer[7, 2] = np.nan
    found = LinearModel.of(values[:, :1], fewer).test(dosages[:1])
    n, beta, _, _ = by_statsmodels(dosages[0], values[:, 0], fewer)
    assert found.n[0, 0] == n == N - 1
    assert found.beta[0, 0] == pytest.approx(beta)


def test_all_traits_at_once_as_each_alone(people):
    dosages, values, covariates = people
    together = LinearModel.of(np.tile(values, 15), covariates).test(dosages)
    for trait in range(3):
        alone = LinearModel.of(values[:, [trait]], covariates).test(dosages)
        np.testing.assert_allclose(together.p_value[:, trait::3], np.tile(alone.p_value, 15), rtol=1e-9)


def test_smallest_p_values_are_right():
    rng = np.random.default_rng(2)
    dosage = rng.binomial(2, 0.4, 600).astype(np.int8)
    value = dosage + rng.normal(0, 0.4, 600)
    covariates = rng.normal(size=(600, 2))
    found = LinearModel.of(value[:, None], covariates).test(dosage[None])
    *_, p_value = by_statsmodels(dosage, value, covariates)
    assert 0 < p_value < 1e-170
    assert np.log10(found.p_value[0, 0]) == pytest.approx(np.log10(p_value), abs=1e-4)


def test_imputed_dosages(people):
    dosages, values, covariates = people
    imputed = np.where(dosages < 0, np.nan, dosages * 0.9 + 0.05).astype(np.float32)
    found, called = (LinearModel.of(values, covariates).test(d) for d in (imputed, dosages))
    np.testing.assert_allclose(found.beta, called.beta / 0.9, rtol=1e-5)
    np.testing.assert_allclose(found.p_value, called.p_value, rtol=1e-4)


def test_variants_without_variance_have_no_estimate(people):
    _, values, covariates = people
    same, nobody, scaled = np.ones((1, N)), np.full((1, N), np.nan), covariates[None, :, 0] * 0.1 + 1
    found = LinearModel.of(values, covariates).test(np.concatenate([same, nobody, scaled]).astype(np.float32))
    assert np.isnan(found.beta[:2]).all()
    assert np.isnan(found.p_value[:2]).all()
    assert found.n[1].tolist() == [0, 0, 0]


def test_a_covariate_that_no_called_person_has_takes_no_degree_of_freedom():
    rng = np.random.default_rng(3)
    clinic, values = np.zeros((40, 1)), rng.normal(size=(40, 1))
    clinic[:2] = 1
    dosages = rng.integers(0, 3, (1, 40)).astype(np.int8)
    dosages[0, :2] = -1
    found = LinearModel.of(values, clinic).test(dosages)
    alone = LinearModel.of(values[2:], np.empty((38, 0))).test(dosages[:, 2:])
    np.testing.assert_allclose(found.beta, alone.beta)
    np.testing.assert_allclose(found.p_value, alone.p_value)


@pytest.mark.parametrize(
    ("covariates", "said"),
    [
        (
            lambda c, y: np.column_stack([c, np.ones(N)]),
            "column 5 of 5, among 200 people: it is the same for everybody",
        ),
        (lambda c, y: np.column_stack([c, c @ [1, 2, 3, 4]]), "column 5 of 5, .* is a combination of the covariates"),
        (lambda c, y: np.column_stack([c, 3 * y]), "trait column 1: it does not vary .* or covariates are the trait"),
    ],
)
def test_covariates_that_leave_nothing_are_refused(people, covariates, said):
    _, values, own = people
    with pytest.raises(InputError, match=said):
        LinearModel.of(values[:, :1], covariates(own, values[:, 0]))


def test_traits_that_cannot_be_tested_are_refused(people):
    _, values, covariates = people
    with pytest.raises(InputError, match="does not vary among its 200 people"):
        LinearModel.of(np.full((N, 1), 7.3), covariates)
    few = np.full((N, 1), np.nan)
    few[:6] = values[:6, :1]
    with pytest.raises(InputError, match="6 people have it and all 4 covariates; a regression needs 7"):
        LinearModel.of(few, covariates)
