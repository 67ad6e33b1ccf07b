"""Logistic regression of case status on dosage, one SNP at a time (additive model)."""

import numpy as np
import numpy.typing as npt
from scipy.special import erfc, expit

from gtl.association.counts import CaseControlCounts, distinct_rows

Array = npt.NDArray[np.float64]

_DOSAGES = np.arange(3.0)
_STEPS = 100
_CONVERGED = 1e-10


def logistic_additive(counts: CaseControlCounts) -> tuple[Array, Array]:
    """Odds ratio of one more alt allele, and its two-sided Wald p.

    The six genotype counts of a SNP carry all that the likelihood needs, so Newton's method runs on distinct
    counts, all together. No finite estimate exists where the dosages of cases and controls do not overlap
    (Albert & Anderson 1984): there p is nan, and the odds ratio is infinite (all cases carry at least as much as every
    control), 0 (the reverse) or nan (one dosage only).

    Returns
    -------
    odds_ratio, p_value : (n_variants,) float64
    """
    distinct, where = distinct_rows(np.hstack([counts.case, counts.control]))
    case, control = distinct[:, :3].astype(np.float64), distinct[:, 3:].astype(np.float64)
    odds_ratio, p_value = _limits(case, control), np.full(len(distinct), np.nan)
    finite = np.isneginf(odds_ratio)
    slope, error = _newton(case[finite], control[finite])
    odds_ratio[finite], p_value[finite] = np.exp(slope), erfc(np.abs(slope / error) / np.sqrt(2))
    return odds_ratio[where], p_value[where]


def _limits(case: Array, control: Array) -> Array:
    """Odds ratio where dosages do not overlap; -inf stands for `overlap, to be estimated`."""
    (case_low, case_high), (control_low, control_high) = _range(case), _range(control)
    above, below = case_low >= control_high, case_high <= control_low
    nobody = (case.sum(1) == 0) | (control.sum(1) == 0)
    return np.select([nobody | (above & below), above, below], [np.nan, np.inf, 0.0], -np.inf)


def _range(counts: Array) -> tuple[Array, Array]:
    """Lowest and highest dosage that anybody has."""
    seen = counts > 0
    low, high = seen.argmax(axis=1).astype(np.float64), 2.0 - seen[:, ::-1].argmax(axis=1)
    return low, high


def _newton(case: Array, control: Array) -> tuple[Array, Array]:
    """Slope and its standard error; rows (n, 3) of overlapping counts, so that the maximum exists and is one.

    No step moves a person's log odds by more than 1: then every step is uphill (Bach 2010, Electron J Stat 4:384),
    where plain Newton can run away on lopsided counts.
    """
    intercept, slope = np.log(case.sum(1) / control.sum(1)), np.zeros(len(case))
    for _ in range(_STEPS):
        step_0, step_1, _error = _newton_step(case, control, intercept, slope)
        reach = np.maximum(np.abs(step_0), np.abs(step_0 + 2 * step_1))
        damping = 1 / np.maximum(reach, 1)
        intercept, slope = intercept + damping * step_0, slope + damping * step_1
        if not (reach > _CONVERGED).any():
            break
    return slope, _newton_step(case, control, intercept, slope)[2]


def _newton_step(case: Array, control: Array, intercept: Array, slope: Array) -> tuple[Array, Array, Array]:
    """Full step of intercept and slope from where they are, and the slope's standard error there."""
    people = case + control
    mean = expit(intercept[:, None] + slope[:, None] * _DOSAGES)
    residual, weight = case - people * mean, people * mean * (1 - mean)
    w0, w1, w2 = (weight @ _DOSAGES**power for power in range(3))
    g0, g1, determinant = residual.sum(1), residual @ _DOSAGES, w0 * w2 - w1**2
    return (w2 * g0 - w1 * g1) / determinant, (w0 * g1 - w1 * g0) / determinant, np.sqrt(w0 / determinant)
