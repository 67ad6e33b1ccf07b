"""How far a rate that was counted in a simulation may lie from the one that theory promises.

Nothing here is widened by hand: with ``n`` repetitions a true rate ``p`` gives a binomial count, and a check fails
where its count lies outside the central 99.9 % of Binomial(n, p). A sound platform fails one check in 1,000 for a new
seed; seeds are fixed.
"""

import numpy as np
from scipy.stats import binom, norm

LEVEL = 0.999


def same_rate(what, hits, n, rate):
    """The count fits the promised rate, two-sided."""
    low, high = binom.interval(LEVEL, n, rate)
    say(what, f"{hits / n:.2%} of {n:,}, promised {rate:.2%}, band {low / n:.2%} to {high / n:.2%}")
    assert low <= hits <= high, what


def at_most(what, hits, n, rate):
    """The rate is not above the promised one; it may be below."""
    high = binom.ppf(LEVEL, n, rate)
    say(what, f"{hits / n:.2%} of {n:,}, promised at most {rate:.2%}, band up to {high / n:.2%}")
    assert hits <= high, what


def same_sum(what, hits, rates):
    """A count of independent events of unequal, exactly known rates: normal band of their Poisson binomial."""
    n, expected = len(rates), float(np.sum(rates))
    half = norm.isf((1 - LEVEL) / 2) * np.sqrt(np.sum(rates * (1 - rates))) + 0.5
    band = f"{(expected - half) / n:.2%} to {(expected + half) / n:.2%}"
    say(what, f"{hits / n:.2%} of {n:,}, exactly {expected / n:.2%} expected, band {band}")
    assert abs(hits - expected) <= half, what


def same_mean(what, values, expected):
    """The mean fits, by its own standard error (values independent of each other)."""
    values = np.asarray(values)
    half = norm.isf((1 - LEVEL) / 2) * values.std(ddof=1) / np.sqrt(len(values))
    say(what, f"mean {values.mean():+.4f} of {len(values):,}, promised {expected:+.4f}, band ± {half:.4f}")
    assert abs(values.mean() - expected) <= half, what


def say(what, figures):
    print(f"  {what}: {figures}", flush=True)
