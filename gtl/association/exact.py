"""Two-sided exact tests on whole numbers: the probability of every outcome no likelier than the observed one.

Outcomes 0, 1, 2, ... of these tests are likelier and likelier up to a peak, and then less and less. So the outcomes
no likelier than the observed one are two tails, and a tail is summed until its terms no longer count: the work goes
with the standard deviation, not with the number of outcomes, as in PLINK's own test.

Outcomes equally likely count on both sides. Equal means up to rounding (relative 2e-11 with a thousand people), as in
PLINK and scipy; R's wider 1e-7 takes some unequal ones for equal, such as 285 for 287 in [[287, 667], [282, 662]].
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Counts = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]
LogProbability = Callable[[Counts, Counts], Array]

_NEGLIGIBLE = 1e-17
"""A tail ends where a term is this small beside its sum."""

_STRIDE = 16
"""Outcomes of a tail that are summed at a time."""

_BLOCK = 1 << 13
"""Tests looked at together; keeps temporaries within the processor's cache."""


def log_factorials(largest: int) -> Array:
    """log(0!), log(1!), ..., log(``largest``!)."""
    return np.asarray(gammaln(np.arange(largest + 1) + 1.0))


def exact_p(log_probability: LogProbability, observed: Counts, n_outcomes: Counts, factorials: Array) -> Array:
    """Compute p of many tests, each with its own discrete distribution of one peak.

    Parameters
    ----------
    log_probability : f(tests, outcomes) -> float64
        Log probability of outcomes of tests (rows of ``observed``); the arguments' shapes broadcast.
    observed : (n_tests,) int64
        The observed outcome.
    n_outcomes : (n_tests,) int64
        How many outcomes are possible, at least 1.
    factorials : float64
        The :func:`log_factorials` that ``log_probability`` adds up; their rounding is what it cannot tell from a tie.

    Returns
    -------
    (n_tests,) float64 in [0, 1]; accurate to some 1e-11 (relative) down to 1e-300, with thousands of people.
    """

    def within(tests: Counts, outcomes: Counts) -> Array:
        possible = (outcomes >= 0) & (outcomes < n_outcomes[tests])
        return np.where(possible, log_probability(tests, np.where(possible, outcomes, 0)), -np.inf)

    tie = 8 * np.finfo(np.float64).eps * factorials[-1]
    p_value = np.ones(len(observed))
    for start in range(0, len(observed), _BLOCK):
        tests = np.arange(start, min(start + _BLOCK, len(observed)))
        bound = within(tests, observed[tests]) + tie
        inwards = _towards_peak(within, tests, observed[tests], bound)
        off_peak = inwards != 0
        tests, bound, inwards = tests[off_peak], bound[off_peak], inwards[off_peak]
        far = _far_side(within, tests, observed[tests], bound, inwards, n_outcomes[tests])
        tails = _tail(within, tests, observed[tests], -inwards) + _tail(within, tests, far, inwards)
        p_value[tests] = np.minimum(tails, 1.0)
    return p_value


def _towards_peak(log_probability: LogProbability, tests: Counts, observed: Counts, bound: Array) -> Counts:
    """1 or -1: where likelier outcomes lie; 0 where none is likelier, so that p is 1."""
    above, below = log_probability(tests, observed + 1) > bound, log_probability(tests, observed - 1) > bound
    return above.astype(np.int64) - below


def _far_side(
    log_probability: LogProbability, tests: Counts, observed: Counts, bound: Array, inwards: Counts, n_outcomes: Counts
) -> Counts:
    """First outcome beyond the peak that is no likelier than the observed one, by bisection."""
    likelier, no_likelier = np.ones(len(tests), dtype=np.int64), n_outcomes.copy()
    while (no_likelier - likelier > 1).any():
        middle = (likelier + no_likelier) // 2
        inside = log_probability(tests, observed + inwards * middle) > bound
        likelier, no_likelier = np.where(inside, middle, likelier), np.where(inside, no_likelier, middle)
    return observed + inwards * no_likelier


def _tail(log_probability: LogProbability, tests: Counts, start: Counts, direction: Counts) -> Array:
    """Summed probability of ``start`` and everything beyond it."""
    total, going = np.zeros(len(tests)), np.arange(len(tests))
    steps = np.arange(_STRIDE)
    while len(going):
        outcomes = start[going, None] + direction[going, None] * steps
        terms = np.exp(log_probability(tests[going, None], outcomes))
        total[going] += terms.sum(axis=1)
        going = going[terms[:, -1] > _NEGLIGIBLE * total[going]]
        steps += _STRIDE
    return total
