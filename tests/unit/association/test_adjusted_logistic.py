import numpy as np
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from gtl.association.adjusted_logistic import REFINED, LogisticModel
from gtl.association.firth import firth
from gtl.errors import InputError

N, M = 240, 30


@pytest.fixture(scope="module")
def people():
    """Genotypes without missing ones, three covariates and a case status that both tell something of."""
    rng = np.random.default_rng(1)
    dosages = rng.binomial(2, 0.3, (M, N)).astype(np.int8)
    covariates = rng.normal(size=(N, 3))
    chance = 1 / (1 + np.exp(-(covariates @ [0.5, 1, 0] + dosages[3] - dosages[4] - 0.5)))
    return dosages, (rng.random(N) < chance).astype(np.int8), covariates


def test_score_test_equals_statsmodels(people):
    dosages, case, covariates = people
    found = LogisticModel.of(case, covariates).test(dosages)
    null = sm.GLM(case, sm.add_constant(covariates), sm.families.Binomial()).fit(tol=1e-14)
    peer = np.array([null.score_test(exog_extra=dosage[:, None].astype(float))[1][0] for dosage in dosages])
    weak = peer >= REFINED
    assert 20 < weak.sum() < M
    np.testing.assert_allclose(found.p_value[weak], peer[weak], rtol=1e-6)


def penalised(case, design):
    """Largest penalised log likelihood with and without the last column's effect, and that effect, by scipy."""

    def loss(coefficients):
        logits = design @ coefficients
        weight = np.exp(-np.logaddexp(0, logits) - np.logaddexp(0, -logits))
        determinant = np.linalg.slogdet((design * weight[:, None]).T @ design)[1]
        return -(case @ logits - np.logaddexp(0, logits).sum() + determinant / 2)

    options = {"gtol": 1e-9, "maxiter": 5000}
    full = optimize.minimize(loss, np.zeros(design.shape[1]), options=options)
    null = optimize.minimize(lambda c: loss(np.append(c, 0)), np.zeros(design.shape[1] - 1), options=options)
    return full.x[-1], 2 * (null.fun - full.fun)


def test_strong_variants_have_the_penalised_maximum(people):
    dosages, case, covariates = people
    found = LogisticModel.of(case, covariates).test(dosages)
    for variant in (3, 4):
        assert found.p_value[variant] < REFINED
        design = np.column_stack([np.ones(N), covariates, dosages[variant]])
        slope, ratio = penalised(case, design)
        assert found.beta[variant] == pytest.approx(slope, rel=1e-4)
        assert found.p_value[variant] == pytest.approx(stats.chi2.sf(ratio, 1), rel=1e-5)


def test_missing_genotypes_leave_people_out_of_the_penalised_fit(people):
    dosages, case, covariates = people
    some = dosages.copy()
    some[:, :40] = -1
    found = LogisticModel.of(case, covariates).test(some)
    alone = LogisticModel.of(case[40:], covariates[40:]).test(dosages[:, 40:])
    both = (found.p_value < REFINED) & (alone.p_value < REFINED)
    assert both[3]
    np.testing.assert_allclose(found.beta[both], alone.beta[both], rtol=1e-5)
    np.testing.assert_allclose(found.p_value[both], alone.p_value[both], rtol=1e-5)
    # The score test begins from everybody's covariates: nearly, but not quite, the others' own.
    np.testing.assert_allclose(found.beta, alone.beta, atol=0.05)
    for name in ("n", "frequency", "frequency_case", "frequency_control"):
        np.testing.assert_allclose(getattr(found, name), getattr(alone, name))


def test_separated_genotypes_beside_covariates_have_the_smallest_p(people):
    dosages, _, covariates = people
    case = (np.arange(N) % 2).astype(np.int8)
    clear = np.concatenate([dosages, case[None]])
    found = LogisticModel.of(case, covariates).test(clear)
    assert np.isfinite(found.beta).all()
    assert found.p_value.argmin() == M
    assert found.p_value[M] < 1e-60
    assert found.beta[M] > 5


def test_penalised_estimate_of_a_two_by_two_table_is_that_of_half_a_count():
    # Intercept and one effect saturate the table: Firth's estimate adds half a count to each cell.
    case, dosage = np.array([1.0, 1, 0, 0]), np.array([[1.0, 0, 1, 0]])
    people = np.array([[12.0, 5, 4, 9]])
    found = firth(np.ones((4, 1)), case, dosage, people, np.zeros(1))
    assert found.beta[0] == pytest.approx(np.log(12.5 * 9.5 / (5.5 * 4.5)), rel=1e-6)


def test_imputed_dosages_and_no_covariates(people):
    dosages, case, _ = people
    found, called = (LogisticModel.of(case, np.empty((N, 0))).test(d) for d in (dosages.astype(np.float32), dosages))
    np.testing.assert_array_equal(found.p_value, called.p_value)
    trend = N * np.array([np.corrcoef(dosage, case)[0, 1] ** 2 for dosage in dosages])  # Cochran and Armitage's
    weak = called.p_value >= REFINED
    np.testing.assert_allclose(called.p_value[weak], stats.chi2.sf(trend[weak], 1), rtol=1e-9)


def test_variants_without_variance_have_no_estimate(people):
    _, case, covariates = people
    nothing = np.stack([np.full(N, 2), np.full(N, -1)]).astype(np.int8)
    found = LogisticModel.of(case, covariates).test(nothing)
    assert np.isnan([found.beta, found.se, found.p_value]).all()
    assert found.n.tolist() == [N, 0]
    assert len(LogisticModel.of(case, covariates).test(nothing[:0]).beta) == 0


def test_covariates_that_tell_the_status_are_refused(people):
    _, case, covariates = people
    with pytest.raises(InputError, match="tell all or most cases from controls"):
        LogisticModel.of(case, np.column_stack([covariates, case + 0.1 * covariates[:, 0]]))
    with pytest.raises(InputError, match="0 cases and 240 controls"):
        LogisticModel.of(np.zeros(N, dtype=np.int8), covariates)
