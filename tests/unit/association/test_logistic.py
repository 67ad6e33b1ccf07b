import itertools

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from gtl.association.counts import CaseControlCounts
from gtl.association.logistic import is_separated, logistic_additive


def fit(case, control):
    found = logistic_additive(CaseControlCounts(np.array([case]), np.array([control])))
    return np.exp(found.beta[0]), found.p_value[0]


def test_two_genotypes_give_the_cross_product():
    # With dosages 0 and 1 only, the model is the 2x2 table: OR = 12 x 9 / (5 x 4), SE^2 = sum of reciprocals.
    odds_ratio, p_value = fit([5, 12, 0], [9, 4, 0])
    z = np.log(5.4) / np.sqrt(1 / 5 + 1 / 12 + 1 / 9 + 1 / 4)
    assert odds_ratio == pytest.approx(5.4, rel=1e-9)
    assert p_value == pytest.approx(2 * stats.norm.sf(z), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_equals_statsmodels(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, [40, 30, 10], (2, 3))
    dosage = np.repeat([0, 1, 2, 0, 1, 2], counts.reshape(-1))
    case = np.repeat([1, 0], counts.sum(axis=1))
    peer = sm.Logit(case, sm.add_constant(dosage)).fit(disp=0, tol=1e-12)
    odds_ratio, p_value = fit(*counts.tolist())
    assert odds_ratio == pytest.approx(np.exp(peer.params[1]), rel=1e-7)
    assert p_value == pytest.approx(peer.pvalues[1], rel=1e-6)


def test_estimate_solves_the_likelihood_of_every_small_table():
    tables = np.array(list(itertools.product((0, 1, 3), (0, 1, 2), (0, 1, 50), repeat=2)))
    counts = CaseControlCounts(tables[:, :3], tables[:, 3:])
    found = logistic_additive(counts)
    estimated = ~np.isnan(found.p_value) & ~is_separated(counts)
    assert estimated.sum() > 300
    case, control, slope = tables[estimated, :3], tables[estimated, 3:], found.beta[estimated]
    intercept = np.array([_intercept(*row) for row in zip(case, case + control, slope, strict=True)])
    mean = 1 / (1 + np.exp(-(intercept[:, None] + slope[:, None] * np.arange(3))))
    np.testing.assert_allclose(((case + control) * mean - case) @ np.arange(3), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("case", "control"),
    [
        ([0, 3, 0], [0, 4, 0]),  # one dosage only
        ([0, 0, 0], [3, 4, 1]),  # no case called
        ([0, 0, 0], [0, 0, 0]),
    ],
)
def test_nothing_to_estimate(case, control):
    assert np.isnan(fit(case, control)).all()


def test_separated_genotypes_of_two_dosages_have_the_estimate_of_half_a_count():
    # On a 2x2 table the penalty is half a count in each cell (Firth 1993): OR = 3.5 x 4.5 / (0.5 x 0.5).
    found = logistic_additive(CaseControlCounts(np.array([[0, 3, 0]]), np.array([[4, 0, 0]])))
    np.testing.assert_allclose(found.beta, np.log(3.5 * 4.5 / 0.25), rtol=1e-6)
    ratio = 2 * (_penalised_maximum(found.beta[0]) - _penalised_maximum(0))
    np.testing.assert_allclose(found.p_value, stats.chi2.sf(ratio, 1), rtol=1e-6)


def _penalised_maximum(slope):
    """Largest penalised log likelihood at a slope, by intercept; three carriers are cases, four others not."""
    intercepts = np.linspace(-12, 12, 240_001)
    p, q = 1 / (1 + np.exp(-(intercepts + slope))), 1 / (1 + np.exp(-intercepts))
    determinant = 3 * p * (1 - p) * 4 * q * (1 - q)
    return (3 * np.log(p) + 4 * np.log1p(-q) + np.log(determinant) / 2).max()


def test_the_strongest_snp_has_the_smallest_p():
    # 35 carriers among 35 cases, none among 35 controls, beside two that are nearly and half as clear.
    case, control = np.array([[0, 35, 0], [1, 34, 0], [10, 25, 0]]), np.array([[35, 0, 0], [34, 1, 0], [25, 10, 0]])
    found = logistic_additive(CaseControlCounts(case, control))
    assert found.p_value.argmin() == 0
    assert found.p_value[0] < 1e-15
    assert (np.diff(found.beta) < 0).all()
    mirrored = logistic_additive(CaseControlCounts(control, case))
    np.testing.assert_allclose(mirrored.beta, -found.beta, rtol=1e-6)


def _intercept(case, people, slope):
    """The intercept at which the expected number of cases is the observed one, by bisection."""
    low, high = -100.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        expected = (people / (1 + np.exp(-(middle + slope * np.arange(3))))).sum()
        low, high = (middle, high) if expected < case.sum() else (low, middle)
    return low
