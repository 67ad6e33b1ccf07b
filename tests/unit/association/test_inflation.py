import numpy as np
import pytest
from scipy import stats

from gtl.association.inflation import lambda_gc


def test_is_the_ratio_of_median_chi_squareds():
    chi_squared = 1.3 * np.random.default_rng(1).standard_normal(2001) ** 2
    expected = np.median(chi_squared) / stats.chi2.median(1)
    assert lambda_gc(stats.chi2.sf(chi_squared, 1)) == pytest.approx(expected)


def test_untested_snps_are_left_out():
    assert lambda_gc(np.array([np.nan, 0.5, np.nan])) == pytest.approx(1)
    assert np.isnan(lambda_gc(np.array([np.nan])))
