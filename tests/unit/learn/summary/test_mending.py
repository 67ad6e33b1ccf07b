"""LD is believed where statistics have its covariance, effects or none, and not where signs were mixed up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtl.learn.summary.mending import SHARES, mended

LD = (0.95 ** np.abs(np.subtract.outer(np.arange(150), np.arange(150)))).astype(np.float32)
ALL = np.ones(150, dtype=bool)


def statistics(seed, size):
    rng = np.random.default_rng(seed)
    effects = np.where(rng.random(150) < 0.1, size * rng.normal(size=150), 0)
    return LD @ effects + np.linalg.cholesky(LD.astype(float)) @ rng.normal(size=150)


@pytest.mark.parametrize(("size", "most"), [(0.0, 0.01), (1.0, 0.01), (3.0, 0.01), (30.0, 0.03)])
def test_ld_that_is_right_stays_nearly_as_it_is(size, most):
    """Also under effects of thirty standard errors, which are less like normal ones than a share can tell."""
    for seed in range(5):
        found, share = mended(statistics(seed, size), ALL, LD)
        assert share <= most
        np.testing.assert_allclose(found, (1 - share) * LD + share * np.eye(150), atol=1e-6)


@pytest.mark.parametrize("size", [3.0, 30.0])
def test_some_signs_that_are_wrong_take_ld_away(size):
    signs = np.where(np.random.default_rng(1).random(150) < 0.1, -1, 1)
    found, share = mended(signs * statistics(2, size), ALL, LD)
    assert share >= 0.1
    np.testing.assert_allclose(found, (1 - share) * LD + share * np.eye(150), atol=1e-6)


def test_variants_that_are_not_there_do_not_count():
    z, known = statistics(3, 3.0), ALL.copy()
    z[::7], known[::7] = 1e6, False
    assert mended(z, known, LD)[1] <= 0.003


def test_nothing_known_changes_nothing():
    found, share = mended(np.zeros(150), ~ALL, LD)
    assert share == 0
    np.testing.assert_array_equal(found, LD)


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1e4))
@settings(max_examples=25, deadline=None)
def test_ld_stays_a_correlation_matrix(seed, r, size):
    rng = np.random.default_rng(seed)
    ld = (r ** np.abs(np.subtract.outer(np.arange(12), np.arange(12)))).astype(np.float32)
    found, share = mended(size * rng.normal(size=12), np.ones(12, dtype=bool), ld)
    assert share in SHARES
    assert (np.diagonal(found) == 1).all()
    assert np.linalg.eigvalsh(found.astype(float)).min() > -1e-5
