import numpy as np
import pytest

from gtl.association.linkage import ld_matrix, rows_around
from gtl.errors import InputError


def test_equals_correlation_of_the_people_called_at_both():
    dosages = np.random.default_rng(1).integers(-1, 3, (6, 40), dtype=np.int8)
    r2 = ld_matrix(dosages)
    for i in range(6):
        for j in range(6):
            both = (dosages[i] >= 0) & (dosages[j] >= 0)
            assert r2[i, j] == pytest.approx(np.corrcoef(dosages[i, both], dosages[j, both])[0, 1] ** 2)


def test_hand_computed():
    # Dosages 0 1 2 and 0 0 1: covariance 1/2, variances 1 and 1/3, so r2 = (1/4) / (1/3).
    assert ld_matrix(np.array([[0, 1, 2], [0, 0, 1]], dtype=np.int8))[0, 1] == pytest.approx(0.75)


def test_monomorphic_snp_has_no_ld():
    r2 = ld_matrix(np.array([[0, 1, 2], [1, 1, 1]], dtype=np.int8))
    assert np.isnan(r2[1]).all()
    assert np.isnan(r2[:, 1]).all()
    assert r2[0, 0] == 1


def test_region_is_as_wide_as_asked_or_as_all():
    assert rows_around(50, 60, 1000) == slice(20, 80)
    assert rows_around(3, 60, 10) == slice(0, 10)
    with pytest.raises(InputError, match=r"row 10 is not among the 10 variants \(0 to 9\)"):
        rows_around(10, 60, 10)


def test_imputed_dosages():
    dosages = np.random.default_rng(2).uniform(0, 2, (3, 40)).astype(np.float32)
    dosages[0, :5] = np.nan
    r2 = ld_matrix(dosages)
    assert r2[0, 1] == pytest.approx(np.corrcoef(dosages[0, 5:], dosages[1, 5:])[0, 1] ** 2)
    assert r2[1, 2] == pytest.approx(np.corrcoef(dosages[1], dosages[2])[0, 1] ** 2)
