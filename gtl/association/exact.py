"""Two-sided exact tests on whole numbers: the probability of every outcome no likelier than the observed one."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Counts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]

_TIE = 1e-7
"""Outcomes this much likelier (relative) still count as ties, as in R's fisher.test and scipy."""

_BLOCK = 1 << 16
"""Outcomes looked at together; keeps temporaries within the processor's cache."""


def log_factorials(largest: int) -> Weights:
    """log(0!), log(1!), ..., log(``largest``!)."""
    return np.asarray(gammaln(np.arange(largest + 1) + 1.0))


def exact_p(log_weight: Callable[[Counts, Counts], Weights], observed: Counts, n_outcomes: Counts) -> Weights:
    """Compute p of many tests, each with its own discrete distribution.

    Parameters
    ----------
    log_weight : f(tests (n, 1), outcomes (1, m)) -> (n, m)
        Log probability of outcomes 0, 1, 2, ... of the tests, up to a constant of each test. It is asked beyond a
        test's last outcome too; what it says there is ignored, but it must not fail.
    observed : (n_tests,) int64
        The observed outcome.
    n_outcomes : (n_tests,) int64
        How many outcomes are possible, at least 1.

    Returns
    -------
    (n_tests,) float64 in [0, 1]; accurate to some 1e-11 (relative) down to 1e-300.
    """
    p_values = np.empty(len(observed))
    order = np.argsort(n_outcomes, kind="stable")
    for tests in _blocks(order, n_outcomes):
        outcomes = np.arange(n_outcomes[tests[-1]])[None, :]
        logs = np.where(outcomes < n_outcomes[tests, None], log_weight(tests[:, None], outcomes), -np.inf)
        p_values[tests] = _share_no_likelier(logs, observed[tests])
    return p_values


def _share_no_likelier(logs: Weights, observed: Counts) -> Weights:
    likeliest = logs.max(axis=1, keepdims=True)
    seen = np.take_along_axis(logs, observed[:, None], axis=1)
    weights = np.exp(logs - likeliest)
    total = weights.sum(axis=1)
    weights[logs > seen + np.log1p(_TIE)] = 0.0
    return np.asarray(np.minimum(weights.sum(axis=1) / total, 1.0))


def _blocks(order: Counts, n_outcomes: Counts) -> list[Counts]:
    """Cut ``order`` (ascending sizes) where a block of its largest size would exceed ``_BLOCK`` outcomes."""
    blocks, end = [], len(order)
    while end > 0:
        start = max(0, end - max(1, _BLOCK // int(n_outcomes[order[end - 1]])))
        blocks.append(order[start:end])
        end = start
    return blocks
