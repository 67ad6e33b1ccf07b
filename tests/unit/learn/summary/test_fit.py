"""The slope of z on what its neighbours say is 1 where LD is right, and falls where it is not."""

import numpy as np

from gtl.learn.summary.blocks import LdBlock
from gtl.learn.summary.chromosome_ld import ChromosomeLd
from gtl.learn.summary.fit import LdFit, expectations, ld_fit
from gtl.learn.summary.sources import SourceStatistics

RIGHT = (0.8 ** np.abs(np.subtract.outer(np.arange(200), np.arange(200)))).astype(np.float32)


def statistics(seed=1):
    """Effects of one variant in 20, ten standard errors large, seen through LD and noise."""
    rng = np.random.default_rng(seed)
    effects = np.where(rng.random(200) < 0.05, 10 * rng.normal(size=200), 0)
    return RIGHT @ effects + np.linalg.cholesky(RIGHT.astype(float)) @ rng.normal(size=200)


def slope(z, ld=RIGHT):
    held = ChromosomeLd.of([LdBlock(0, 200, ld)])
    return ld_fit(SourceStatistics("EUR", z, np.full(200, 1000.0)), held)


def test_expectations_are_those_of_the_conditional_normal():
    z, some = statistics()[:6], RIGHT[:6, :6].astype(float)
    mean, variance = expectations(z, RIGHT[:6, :6])
    others = np.delete(np.arange(6), 2)
    weights = np.linalg.solve(some[np.ix_(others, others)], some[others, 2])
    np.testing.assert_allclose([mean[2], variance[2]], [weights @ z[others], 1 - weights @ some[others, 2]])


def test_right_ld_fits():
    found = slope(statistics())
    assert found.variants == 200
    assert found.fits
    assert abs(found.slope - 1) < 0.15


def test_mixed_up_signs_do_not_fit():
    signs = np.random.default_rng(2).choice([-1, 1], 200)
    found = slope(signs * statistics())
    assert not found.fits
    assert abs(found.slope) < 0.3


def test_another_order_does_not_fit():
    assert not slope(np.random.default_rng(3).permutation(statistics())).fits


def test_other_ld_does_not_fit():
    signs = np.random.default_rng(4).choice([-1, 1], 200)
    assert not slope(statistics(), (signs * RIGHT * signs[:, None]).astype(np.float32)).fits


def test_without_ld_it_cannot_be_told():
    found = slope(statistics(), np.eye(200, dtype=np.float32))
    assert np.isnan(found.slope)
    assert found.fits


def test_chromosomes_add_up():
    found = LdFit(1, 400.0, 500.0, 0.0) + LdFit(2, 200.0, 250.0, 75.0)
    assert (found.variants, found.agreed, found.expected, found.slope) == (3, 600, 750, 0.8)
    assert round(found.disbelief, 12) == 0.1


def test_statistics_that_are_missing_are_left_out():
    z = statistics()
    z[::2] = np.nan
    found = slope(z)
    assert found.variants == 100
    assert found.fits
