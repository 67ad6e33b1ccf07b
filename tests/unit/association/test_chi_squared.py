import numpy as np
from scipy import stats

from gtl.association.chi_squared import allelic_chi_squared


def test_hand_computed():
    # 16 (8 x 5 - 2 x 1)^2 / (10 x 6 x 9 x 7) = 6.1122
    np.testing.assert_allclose(allelic_chi_squared(np.array([[[8, 2], [1, 5]]])), stats.chi2.sf(16 * 38**2 / 3780, 1))


def test_equals_scipy_without_correction():
    tables = np.random.default_rng(1).integers(1, 400, (200, 2, 2))
    expected = [stats.chi2_contingency(table, correction=False).pvalue for table in tables]
    np.testing.assert_allclose(allelic_chi_squared(tables), expected, rtol=1e-9)


def test_empty_margin_has_no_p():
    assert np.isnan(allelic_chi_squared(np.array([[[0, 5], [0, 6]], [[0, 0], [3, 4]]]))).all()
