"""Two-sided exact tests on whole numbers: the probability of every outcome no likelier than the observed one.

Outcomes 0, 1, 2, ... of these tests are likelier and likelier up to a peak, and then less and less. So the outcomes
no likelier than the observed one are two tails. Tests with the same margins share one distribution: its terms are
computed once and summed from both ends, and a test looks up where its tails end. Outcomes that would not count beside
the observed one are left out: the work goes with the standard deviation, not with the number of outcomes.

Outcomes equally likely count on both sides. Equal means up to rounding (relative 2e-11 with a thousand people), as in
PLINK and scipy; R's wider 1e-7 takes some unequal ones for equal, such as 285 for 287 in [[287, 667], [282, 662]].
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from gtl.association.counts import distinct_rows

Counts = npt.NDArray[np.int64]
Array = npt.NDArray[np.float64]

_NEAR, _NEAR_DEPTH = -25.0, -65.0
"""Beside an outcome whose log probability is above the first, those below the second do not count: 1e-17 of it."""

_FAR_DEPTH = -750.0
"""Log probability of what is zero as a double."""

_BLOCK = 1 << 16
"""Terms looked at together; keeps temporaries within the processor's cache."""


@dataclass(frozen=True, eq=False)
class Distributions:
    """Discrete distributions of one peak, over outcomes from 0.

    Attributes
    ----------
    log_probability : f(rows, outcomes) -> float64
        Log probability of outcomes of distributions; the arguments' shapes broadcast.
    largest : (n_distributions,) int64
        The largest outcome of each.
    factorials : float64
        The :func:`log_factorials` that ``log_probability`` adds up; their rounding is what cannot be told from a tie.
    """

    log_probability: Callable[[Counts, Counts], Array]
    largest: Counts
    factorials: Array


def log_factorials(largest: int) -> Array:
    """log(0!), log(1!), ..., log(``largest``!)."""
    return np.asarray(gammaln(np.arange(largest + 1) + 1.0))


def exact_p(distributions: Callable[[Counts], Distributions], margins: Counts, observed: Counts) -> Array:
    """Compute p of many tests, of each distinct one once.

    Parameters
    ----------
    distributions
        Margins (n_distributions, n_margins) → their distributions.
    margins : (n_tests, n_margins) int64
        Tests with the same have the same distribution.
    observed : (n_tests,) int64
        The observed outcome.

    Returns
    -------
    (n_tests,) float64 in [0, 1]; accurate to some 1e-11 (relative) down to 1e-300, with thousands of people. It does
    not depend on which other tests are computed beside it.
    """
    if not len(observed):
        return np.empty(0)
    distinct, where = distinct_rows(np.column_stack([margins, observed]))
    return _distinct_p(distributions, distinct[:, :-1], distinct[:, -1])[where]


def _distinct_p(distributions: Callable[[Counts], Distributions], margins: Counts, observed: Counts) -> Array:
    everyone = np.arange(len(observed))
    far = distributions(margins).log_probability(everyone, observed) < _NEAR
    shared, which = distinct_rows(np.column_stack([margins, far]))
    found, depth = distributions(shared[:, :-1]), np.where(shared[:, -1], _FAR_DEPTH, _NEAR_DEPTH)
    p_value = np.empty(len(observed))
    for tails, tests, rows in _blocks(found, depth, which):
        p_value[tests] = tails.p_value(rows, observed[tests])
    return p_value


def _blocks(
    distributions: Distributions, depth: Array, which: npt.NDArray[np.intp]
) -> Iterator[tuple["_Tails", Counts, Counts]]:
    """Tails of distributions of like widths, with the tests of these and the row of each test in the tails."""
    low, peak, high = _windows(distributions, depth)
    by_width = np.argsort(high - low, kind="stable")
    widths = (high - low)[by_width] + 1
    rank = np.argsort(by_width)[which]
    tests = np.argsort(rank, kind="stable")
    of_rank = np.searchsorted(rank, np.arange(len(depth) + 1), sorter=tests)
    start = 0
    while start < len(depth):
        ahead = widths[start : start + _BLOCK // widths[start] + 1]  # ascending: the last one's width is the block's
        stop = start + max(1, int(np.searchsorted(ahead * np.arange(1, len(ahead) + 1), _BLOCK, side="right")))
        rows = by_width[start:stop]
        chosen = tests[of_rank[start] : of_rank[stop]]
        yield _Tails.of(distributions, rows, low[rows], peak[rows], high[rows]), chosen, rank[chosen] - start
        start = stop


def _windows(distributions: Distributions, depth: Array) -> tuple[Counts, Counts, Counts]:
    """First outcome above ``depth``, likeliest one and last one above ``depth`` of each distribution."""
    everyone, largest = np.arange(len(depth)), distributions.largest
    log_probability = distributions.log_probability

    def falls(outcome: Counts) -> npt.NDArray[np.bool_]:
        return log_probability(everyone, np.minimum(outcome + 1, largest)) <= log_probability(everyone, outcome)

    peak = _first(falls, np.zeros_like(largest), largest)
    low = _first(lambda outcome: log_probability(everyone, outcome) > depth, np.zeros_like(largest), peak)
    beyond = _first(
        lambda outcome: (outcome > largest) | (log_probability(everyone, np.minimum(outcome, largest)) <= depth),
        peak,
        largest + 1,
    )
    return low, peak, beyond - 1


@dataclass(frozen=True, eq=False)
class _Tails:
    """Some distributions between two outcomes each, padded to the widest.

    Attributes
    ----------
    logs : (n_distributions, width + 1)
        Log probabilities; -inf behind the last outcome.
    below, above : the same shape
        Summed probability of the outcomes before this one; of this one and those behind it.
    low, peak, width : (n_distributions,)
        The first outcome; index of the likeliest; number of outcomes.
    tie : float
        Log probabilities this close are of equal probabilities.
    """

    logs: Array
    below: Array
    above: Array
    low: Counts
    peak: Counts
    width: Counts
    tie: float

    @classmethod
    def of(cls, distributions: Distributions, rows: Counts, low: Counts, peak: Counts, high: Counts) -> "_Tails":
        outcomes = low[:, None] + np.arange(int((high - low).max()) + 2)
        logs = distributions.log_probability(rows[:, None], np.minimum(outcomes, high[:, None]))
        logs[outcomes > high[:, None]] = -np.inf
        terms = np.exp(logs)
        below = np.zeros_like(terms)  # taking the own term off again would lose what lies below a steep rise
        np.cumsum(terms[:, :-1], axis=1, out=below[:, 1:])
        above = np.cumsum(terms[:, ::-1], axis=1)[:, ::-1]
        tie = 8 * np.finfo(np.float64).eps * distributions.factorials[-1]
        return cls(logs, below, above, low, peak - low, high - low + 1, tie)

    def p_value(self, row: Counts, observed: Counts) -> Array:
        """Of tests with these distributions and observed outcomes, (n_tests,) each."""
        peak, width = self.peak[row], self.width[row]
        # An observed outcome outside has a probability of zero, as the outermost has.
        bound = self.logs[row, np.clip(observed - self.low[row], 0, width - 1)] + self.tie
        first_likelier = _first(lambda index: self.logs[row, index] > bound, np.zeros_like(peak), peak)
        behind_likelier = _first(lambda index: self.logs[row, index] <= bound, peak, width)
        tails = self.below[row, first_likelier] + self.above[row, behind_likelier]
        return np.where(self.logs[row, peak] > bound, np.minimum(tails, 1.0), 1.0)


def _first(condition: Callable[[Counts], npt.NDArray[np.bool_]], low: Counts, high: Counts) -> Counts:
    """Smallest number from ``low`` to ``high`` with which the condition holds, by bisection; it holds with ``high``."""
    while (low < high).any():
        middle = (low + high) // 2
        holds = condition(middle) | (low == high)
        low, high = np.where(holds, low, middle + 1), np.where(holds, middle, high)
    return low
