"""Infinitesimal effects are ridge regression's, of which only X'X and X'y are known."""

import numpy as np

from gtl.learn.summary.infinitesimal import infinitesimal


def test_it_is_the_ridge_solution_of_the_people_themselves():
    rng = np.random.default_rng(1)
    n, m, h2 = 200, 15, 0.4
    x = rng.normal(size=(n, m)) + rng.normal(size=(n, 1))
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    y = rng.normal(size=n)
    expected = np.linalg.solve(x.T @ x + m / h2 * np.eye(m), x.T @ y)
    z, root_n = x.T @ y / np.sqrt(n), np.full(m, np.sqrt(n))
    found = infinitesimal(z, root_n, (x.T @ x / n).astype(np.float32), [h2], m)
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-4, atol=1e-7)


def test_variants_that_are_not_there_have_no_effect_and_change_nothing():
    z, root_n = np.array([3.0, 0.0]), np.array([10.0, 0.0])
    ld = np.array([[1, 0.8], [0.8, 1]], dtype=np.float32)
    np.testing.assert_allclose(infinitesimal(z, root_n, ld, [0.5], 50), [[0.15], [0]], rtol=1e-12)
    assert infinitesimal(0 * z, 0 * root_n, ld, [0.5], 50).tolist() == [[0.0], [0.0]]


def test_people_of_each_variant_count():
    """No LD: z / sqrt(n) drawn to 0 by n h2 / (n h2 + M)."""
    root_n = np.array([10.0, 20.0])
    found = infinitesimal(np.array([2.0, 2.0]), root_n, np.eye(2, dtype=np.float32), [0.1, 0.5], 100)
    n, h2 = root_n[:, None] ** 2, np.array([0.1, 0.5])
    np.testing.assert_allclose(found, 2 / root_n[:, None] * n * h2 / (n * h2 + 100))
