"""LD of a block against numpy's correlations, and its shrinkage against the formula worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.learn.summary.correlations import LEAST_SHRINKAGE, block_ld, scaled, shrunk


def dosages(seed, m=6, people=80):
    return np.random.default_rng(seed).binomial(2, 0.4, (m, people)).astype(np.int8)


def test_products_of_scaled_rows_are_correlations():
    rows = scaled(dosages(1))
    np.testing.assert_allclose(rows @ rows.T, np.corrcoef(dosages(1)), atol=1e-6)


def test_missing_dosages_count_as_the_mean_in_calls_and_in_dosages():
    calls = dosages(2)
    calls[0, :7] = -1
    filled = calls.astype(float)
    filled[0, :7] = filled[0, 7:].mean()
    floats = np.where(calls >= 0, calls, np.nan).astype(np.float32)
    for found in (scaled(calls), scaled(floats)):
        np.testing.assert_allclose(found @ found.T, np.corrcoef(filled), atol=1e-6)


def test_shrinkage_is_variance_of_chance_over_squares():
    """r = 0.5 between two variants among 5 people: (1 - 0.25)² / 4 / 0.25 = 0.5625, so that 0.5 becomes 0.21875."""
    found = shrunk(np.array([[1, 0.5], [0.5, 1]], dtype=np.float32), people=5)
    np.testing.assert_allclose(found, [[1, 0.21875], [0.21875, 1]], rtol=1e-6)


def test_large_references_are_shrunk_by_the_least():
    found = shrunk(np.array([[1, 0.5], [0.5, 1]], dtype=np.float32), people=10**7)
    np.testing.assert_allclose(found[0, 1], 0.5 * (1 - LEAST_SHRINKAGE), rtol=1e-6)


def test_variants_that_do_not_vary_are_correlated_with_none_and_change_nothing_else():
    calls = dosages(3)
    calls[2] = 1
    found = block_ld(calls)
    assert found[2].tolist() == np.eye(6, dtype=np.float32)[2].tolist()
    others = np.delete(np.arange(6), 2)
    np.testing.assert_allclose(found[np.ix_(others, others)], block_ld(calls[others]), atol=1e-6)


def test_nobody_known_at_a_variant_is_a_variant_that_does_not_vary():
    calls = dosages(4)
    calls[1] = -1
    assert np.isfinite(block_ld(calls)).all()
    assert block_ld(calls)[1, 0] == 0


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(10, 40))
def test_ld_is_positive_definite_however_few_people(seed, m, people):
    found = block_ld(dosages(seed, m, people))
    assert np.linalg.eigvalsh(found.astype(float)).min() > 0.5 * LEAST_SHRINKAGE
    np.testing.assert_array_equal(found, found.T)


def test_too_few_people_are_refused():
    with pytest.raises(InputError, match="reference of 9 people: correlations need 10"):
        block_ld(dosages(5, people=9))
