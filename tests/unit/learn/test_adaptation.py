import numpy as np
import pytest
from scipy.linalg import sqrtm

from gtl.learn.adaptation import align_correlations, transfer_components


def groups(n_source, n_target, n_snps, seed=1):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(2, n_snps, n_snps))
    source = rng.normal(size=(n_source, n_snps)) @ mixing[0]
    target = rng.normal(size=(n_target, n_snps)) @ mixing[1]
    return source - source.mean(axis=0), target - target.mean(axis=0)


@pytest.mark.parametrize("sizes", [(40, 30, 6), (9, 7, 25)])
def test_coral_is_its_papers_formula(sizes):
    source, target = groups(*sizes)
    to_target, own = align_correlations(source, target)
    whiten = np.linalg.inv(sqrtm(np.cov(source.T) + np.eye(sizes[2])))
    expected = source @ whiten.real @ sqrtm(np.cov(target.T) + np.eye(sizes[2])).real
    np.testing.assert_allclose(source @ to_target @ own.T, expected, atol=1e-8)
    np.testing.assert_allclose(target @ own @ own.T, target, atol=1e-8)


def test_coral_gives_strong_signals_the_targets_covariance():
    source, target = (100 * group for group in groups(400, 300, 4))  # so large that the added identity is nothing
    to_target, own = align_correlations(source, target)
    np.testing.assert_allclose(np.cov((source @ to_target @ own.T).T) / np.cov(target.T), 1, atol=0.05)


def test_equal_groups_are_left_alone():
    source, _ = groups(20, 1, 5)
    to_target, own = align_correlations(source, source)
    np.testing.assert_allclose(to_target, own, atol=1e-10)


def test_a_small_trade_off_leaves_out_the_direction_in_which_means_differ():
    source, target = groups(200, 150, 5)
    target[:, 2] += 20
    gaps = {}
    for trade_off in (1e-6, 1e6):
        components = transfer_components(source, target, trade_off, n_components=3)
        gaps[trade_off] = np.abs((source.mean(axis=0) - target.mean(axis=0)) @ components).max()
    # In standard deviations of a component; the large trade-off gives principal components, the first of which is
    # the direction of the gap: 2 is as far as two groups of about equal size can be apart.
    assert gaps[1e6] > 1.8
    assert gaps[1e-6] < 0.05


def test_tca_solves_its_papers_eigenproblem():
    source, target = groups(12, 9, 4)
    target += 1
    x = np.vstack([source, target])
    components = transfer_components(source, target, trade_off=0.5, n_components=2)
    kernel = x @ x.T / np.mean((x**2).sum(axis=1))
    ends = np.r_[np.full(12, 1 / 12), np.full(9, -1 / 9)]
    centring = np.eye(21) - 1 / 21
    matrix = np.linalg.solve(kernel @ np.outer(ends, ends) @ kernel + 0.5 * np.eye(21), kernel @ centring @ kernel)
    values, vectors = np.linalg.eig(matrix)
    top = x.T @ vectors[:, np.argsort(-values.real)[:2]].real
    cosines = np.sum((top / np.linalg.norm(top, axis=0) * components[:, ::-1]), axis=0)
    np.testing.assert_allclose(np.abs(cosines), np.linalg.norm(components[:, ::-1], axis=0), rtol=1e-8)
    np.testing.assert_allclose((x @ components).std(axis=0), 1)


def test_tca_without_a_difference_in_means_is_principal_components():
    source, _ = groups(30, 1, 4)
    components = transfer_components(source, source, n_components=1)[:, 0]
    leading = np.linalg.svd(source)[2][0]
    assert abs(components @ leading) == pytest.approx(np.linalg.norm(components))
