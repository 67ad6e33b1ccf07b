import numpy as np
import pytest
from scipy.stats import norm

from gtl.evaluate.clusters import clustered_wilson
from gtl.evaluate.intervals import wilson

Z = float(norm.isf(0.025))


def test_observations_that_share_nothing_have_wilsons_interval():
    assert clustered_wilson(np.arange(60) < 3, np.arange(60), 0.95) == pytest.approx(wilson(0.05, 60, Z), abs=1e-15)


def test_copies_of_one_observation_add_nothing():
    hits = np.arange(10) < 2
    once = clustered_wilson(np.repeat(hits, 2), np.repeat(np.arange(10), 2), 0.95)
    often = clustered_wilson(np.repeat(hits, 50), np.repeat(np.arange(10), 50), 0.95)
    assert often == pytest.approx(once, abs=1e-12)


def test_where_nothing_counts_each_cluster_is_one_observation():
    low, high = clustered_wilson(np.zeros(60, dtype=bool), np.repeat(np.arange(10), 6), 0.95)
    assert low == 0.0
    # Wilson's for 0 of 10 is 0.278; with Student's quantile for ten clusters, somewhat more.
    assert 0.278 < high < 0.36


def test_intervals_hold_the_true_share_as_often_as_they_say():
    """Pairs that always agree, true share 0.3: coverage by simulation, within three standard errors of 95 %."""
    draws = 4000
    rng = np.random.default_rng(1)
    clusters = np.repeat(np.arange(40), 2)
    held = 0
    for _ in range(draws):
        low, high = clustered_wilson(np.repeat(rng.random(40) < 0.3, 2), clusters, 0.95)
        held += low <= 0.3 <= high
    assert held / draws >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / draws)
