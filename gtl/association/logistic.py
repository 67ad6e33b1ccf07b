"""Logistic regression of case status on dosage, one SNP at a time (additive model)."""

import numpy as np
import numpy.typing as npt
from scipy.special import erfc, expit

from gtl.association.counts import CaseControlCounts, distinct_rows
from gtl.association.estimates import Estimates
from gtl.association.firth import firth

Array = npt.NDArray[np.float64]

_DOSAGES = np.arange(3.0)
_STEPS = 100
_CONVERGED = 1e-10


def logistic_additive(counts: CaseControlCounts) -> Estimates:
    """Log odds ratio of one more alt allele, its standard error, and its two-sided Wald p, as PLINK's ``--logistic``.

    The six genotype counts of a SNP carry all that the likelihood needs, so Newton's method runs on distinct
    counts, all together. No finite estimate exists where the dosages of cases and controls do not overlap
    (Albert & Anderson 1984): there estimates are by penalised likelihood (:mod:`gtl.association.firth`). All are nan
    where there is one dosage only, or no case, or no control.

    Returns
    -------
    Estimates, (n_variants,)
    """
    distinct, where = distinct_rows(np.hstack([counts.case, counts.control]))
    case, control = distinct[:, :3].astype(np.float64), distinct[:, 3:].astype(np.float64)
    overlap, separated = _overlap(case, control)
    found = Estimates(*(np.full(len(distinct), np.nan) for _ in range(3)))
    found = found.replaced(overlap, _wald(case[overlap], control[overlap]))
    return found.replaced(separated, _penalised(case[separated], control[separated])).take(where)


def is_separated(counts: CaseControlCounts) -> npt.NDArray[np.bool_]:
    """(n_variants,) where every case carries at least as much as every control, or the reverse."""
    return _overlap(counts.case.astype(np.float64), counts.control.astype(np.float64))[1]


def _wald(case: Array, control: Array) -> Estimates:
    slope, error = _newton(case, control)
    return Estimates(slope, error, erfc(np.abs(slope / error) / np.sqrt(2)))


def _penalised(case: Array, control: Array) -> Estimates:
    """Six people stand for all with their dosage and status, so many times each."""
    people, ones = np.hstack([case, control]), np.ones((6, 1))
    return firth(ones, np.repeat([1.0, 0.0], 3), np.tile(_DOSAGES, (len(people), 2)), people, np.zeros(1))


def _overlap(case: Array, control: Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Where dosages of cases and controls overlap, and where they do not; neither where nothing can be told."""
    (case_low, case_high), (control_low, control_high) = _range(case), _range(control)
    above, below = case_low >= control_high, case_high <= control_low
    told = (case.sum(1) > 0) & (control.sum(1) > 0) & ~(above & below)
    return told & ~(above | below), told & (above | below)


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
