import itertools

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from gtl.association.counts import CaseControlCounts
from gtl.association.logistic import logistic_additive


def fit(case, control):
    odds_ratio, p_value = logistic_additive(CaseControlCounts(np.array([case]), np.array([control])))
    return odds_ratio[0], p_value[0]


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
    odds_ratio, p_value = logistic_additive(CaseControlCounts(tables[:, :3], tables[:, 3:]))
    estimated = ~np.isnan(p_value)
    assert estimated.sum() > 300
    case, control, slope = tables[estimated, :3], tables[estimated, 3:], np.log(odds_ratio[estimated])
    intercept = np.array([_intercept(*row) for row in zip(case, case + control, slope, strict=True)])
    mean = 1 / (1 + np.exp(-(intercept[:, None] + slope[:, None] * np.arange(3))))
    np.testing.assert_allclose(((case + control) * mean - case) @ np.arange(3), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("case", "control", "odds_ratio"),
    [
        ([0, 3, 2], [4, 1, 0], np.inf),  # every case carries at least as many as every control
        ([4, 1, 0], [0, 3, 2], 0),
        ([0, 3, 0], [0, 4, 0], np.nan),  # one dosage only
        ([0, 0, 0], [3, 4, 1], np.nan),  # no case called
    ],
)
def test_separation_has_no_p(case, control, odds_ratio):
    assert fit(case, control) == pytest.approx((odds_ratio, np.nan), nan_ok=True)


def _intercept(case, people, slope):
    """The intercept at which the expected number of cases is the observed one, by bisection."""
    low, high = -100.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        expected = (people / (1 + np.exp(-(middle + slope * np.arange(3))))).sum()
        low, high = (middle, high) if expected < case.sum() else (low, middle)
    return low
