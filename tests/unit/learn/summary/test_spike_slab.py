"""Spike and slab against closed forms: no LD, every variant causal, one variant; and bounds where LD does not fit."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from gtl.learn.summary.infinitesimal import infinitesimal
from gtl.learn.summary.spike_slab import APART, APART_TOGETHER, Grid, _groups, spike_slab

N, M = 10_000.0, 500


def correlated(m, r):
    return (r ** np.abs(np.subtract.outer(np.arange(m), np.arange(m)))).astype(np.float32)


def drawn(seed, m, sources=1):
    z = 3 * np.random.default_rng(seed).normal(size=(sources, m))
    return z, np.full((sources, m), np.sqrt(N))


def test_without_ld_it_is_the_posterior_of_each_variant():
    z, root_n = drawn(1, 30)
    grid = Grid.of([0.2, 0.5], [0.01, 0.3])
    found = spike_slab(z, root_n, [np.eye(30, dtype=np.float32)], grid, M)
    for cell, (h2, causal) in enumerate(itertools.product([0.2, 0.5], [0.01, 0.3])):
        ratio = N * h2 / (causal * M)
        slab, spike = causal * norm(0, np.sqrt(1 + ratio)).pdf(z[0]), (1 - causal) * norm.pdf(z[0])
        expected = slab / (slab + spike) * ratio / (1 + ratio) * z[0] / np.sqrt(N)
        np.testing.assert_allclose(found.effects[0, :, cell], expected, rtol=1e-4, atol=1e-9)
        evidence = np.log((slab + spike) / norm.pdf(z[0])).sum()
        np.testing.assert_allclose(found.evidence[cell], evidence, rtol=1e-4)


def test_if_every_variant_is_causal_it_is_infinitesimal():
    z, root_n = drawn(2, 12)
    ld = correlated(12, 0.6)
    found = spike_slab(z, root_n, [ld], Grid.of([0.05], [1.0]), M)
    expected = infinitesimal(z[0], root_n[0], ld, [0.05], M)
    np.testing.assert_allclose(found.effects[0], expected, atol=3e-4)


def test_one_variant_of_two_populations_is_the_normal_posterior():
    """b ~ N(0, V [[1, r], [r, 1]]), marginal effect z/sqrt(n) ~ N(b, 1/n): the conditional mean of the joint normal."""
    z, root_n = np.array([[3.0], [1.0]]), np.sqrt(np.array([[8000.0], [2000.0]]))
    found = spike_slab(z, root_n, [np.eye(1, dtype=np.float32)] * 2, Grid.of([0.4], [1.0], [0.7]), M)
    prior = 0.4 / M * np.array([[1, 0.7], [0.7, 1]])
    marginal = (z / root_n)[:, 0]
    expected = prior @ np.linalg.solve(prior + np.diag([1 / 8000, 1 / 2000]), marginal)
    np.testing.assert_allclose(found.effects[:, 0, 0], expected, rtol=1e-5)


def test_evidence_of_two_populations_is_that_of_the_mixture():
    z, root_n = np.array([[3.0], [1.0]]), np.sqrt(np.array([[8000.0], [2000.0]]))
    found = spike_slab(z, root_n, [np.eye(1, dtype=np.float32)] * 2, Grid.of([0.4], [0.2], [0.7]), M)
    ratio = root_n * root_n.T * 0.4 / (0.2 * M) * np.array([[1, 0.7], [0.7, 1]])
    slab, spike = (multivariate_normal(np.zeros(2), np.eye(2) + part).pdf(z[:, 0]) for part in (ratio, 0 * ratio))
    np.testing.assert_allclose(found.evidence, np.log(0.2 * slab / spike + 0.8), rtol=1e-5)


def test_uncorrelated_effects_of_causal_variants_are_those_of_each_population_alone():
    z, root_n = drawn(3, 12, sources=2)
    ld = [correlated(12, 0.6), correlated(12, 0.3)]
    both = spike_slab(z, root_n, ld, Grid.of([0.1], [1.0], [0.0]), M).effects
    for place in (0, 1):
        one = slice(place, place + 1)
        alone = spike_slab(z[one], root_n[one], ld[one], Grid.of([0.1], [1.0]), M).effects
        np.testing.assert_allclose(both[place], alone[0], atol=3e-4)


def test_the_same_effects_are_those_of_pooled_statistics():
    """Two studies of n people with the same LD say what one of 2n says: z = (z1 + z2) / sqrt(2)."""
    z, root_n = drawn(4, 12, sources=2)
    ld, grid = correlated(12, 0.5), ([0.2], [0.05, 0.5])
    both = spike_slab(z, root_n, [ld, ld], Grid.of(*grid, [1.0]), M)
    pooled = spike_slab(z.sum(axis=0, keepdims=True) / np.sqrt(2), np.sqrt(2) * root_n[:1], [ld], Grid.of(*grid), M)
    np.testing.assert_allclose(both.effects[0], both.effects[1], atol=1e-6)
    np.testing.assert_allclose(both.effects[0], pooled.effects[0], atol=3e-4)


def test_a_variant_that_a_source_lacks_gets_its_effect_from_the_other_source_alone():
    z, root_n = np.array([[5.0, 1.0], [0.0, 1.0]]), np.full((2, 2), 100.0)
    root_n[1, 0] = 0
    found = spike_slab(z, root_n, [np.eye(2, dtype=np.float32)] * 2, Grid.of([0.4], [1.0], [0.5]), M).effects[:, 0, 0]
    ratio = N * 0.4 / M
    first = ratio / (1 + ratio) * 5 / 100
    np.testing.assert_allclose(found, [first, 0.5 * first], rtol=1e-5)


def test_statistics_that_are_not_there_change_nothing_for_the_others():
    z, root_n = drawn(5, 8)
    ld, grid = correlated(8, 0.7), Grid.of([0.2], [0.1])
    z[0, 3] = root_n[0, 3] = 0
    others = np.delete(np.arange(8), 3)
    found = spike_slab(z, root_n, [ld], grid, M).effects
    expected = spike_slab(z[:, others], root_n[:, others], [ld[np.ix_(others, others)]], grid, M).effects
    np.testing.assert_allclose(found[:, others], expected, atol=3e-4)


def test_variants_of_a_group_are_hardly_correlated_and_every_variant_is_in_one():
    ld = [correlated(200, 0.9), correlated(200, 0.7)]
    groups = _groups(ld)
    assert sorted(np.concatenate(groups).tolist()) == [*range(200)]
    for group in groups:
        for matrix in ld:
            near = np.abs(matrix[np.ix_(group, group)]) - np.eye(len(group))
            assert near.max() <= APART
            assert near.sum(axis=0).max() <= APART_TOGETHER + 1e-5


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.99), st.floats(1, 300), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_effects_are_bounded_where_statistics_and_ld_disagree(seed, r, size, sources):
    """Each mean of g solves R g + (prior precision) g = z in part; no more than z over the least eigenvalue is left."""
    rng = np.random.default_rng(seed)
    z, root_n = size * rng.standard_t(2, size=(sources, 30)).clip(-10, 10), np.full((sources, 30), np.sqrt(N))
    ld = [correlated(30, r)] * sources
    found = spike_slab(z, root_n, ld, Grid.of([0.1, 0.9], [0.01, 1.0], [0.0, 1.0]), M)
    assert np.isfinite(found.effects).all()
    assert np.isfinite(found.evidence).all()
    least = np.linalg.eigvalsh(ld[0].astype(float)).min()
    assert np.abs(found.effects).max() * np.sqrt(N) <= np.linalg.norm(z) / least


def test_weak_ld_of_many_variants_does_not_diverge():
    """All pairs at 0.15: updated all at once, moves would grow by a factor of 45 each round."""
    z = 5 * np.random.default_rng(7).normal(size=(1, 300)) + 5
    ld = np.full((300, 300), 0.15, dtype=np.float32) + 0.85 * np.eye(300, dtype=np.float32)
    found = spike_slab(z, np.full((1, 300), 100.0), [ld], Grid.of([0.5], [1.0]), M).effects[0]
    expected = infinitesimal(z[0], np.full(300, 100.0), ld, [0.5], M)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_cells_are_what_they_are_alone():
    z, root_n = drawn(6, 20, sources=2)
    ld = [correlated(20, 0.5)] * 2
    grid = Grid.of([0.1, 0.4], [0.02, 0.2], [0.3])
    together = spike_slab(z, root_n, ld, grid, M).effects
    for cell in range(len(grid)):
        alone = Grid(grid.h2[[cell]], grid.causal[[cell]], grid.correlation[[cell]])
        np.testing.assert_allclose(spike_slab(z, root_n, ld, alone, M).effects[..., 0], together[..., cell], atol=3e-4)


@pytest.mark.parametrize("z", [0.0, 1e4])
def test_extremes(z):
    found = spike_slab(
        np.full((1, 1), z), np.full((1, 1), 100.0), [np.ones((1, 1), np.float32)], Grid.of([0.1], [0.01]), M
    )
    ratio = N * 0.1 / (0.01 * M)
    np.testing.assert_allclose(found.effects[0, 0, 0], z / 100 * ratio / (1 + ratio), rtol=1e-6)
