"""Each method's gain as a share of what the causal SNPs would gain: gain / (their ceiling - no transfer).

Above 1 are methods that use other genetic variance, where there is any (:mod:`gtl.evaluate.ceiling`).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as student

from gtl.errors import InputError
from gtl.evaluate.verdict import REFERENCES
from gtl.methods.registry import BASELINE, ORACLE, method_order

THEORY = "variance model"
"""The ceiling where no oracle ran."""


@dataclass(frozen=True)
class Share:
    """Ratio of two means over phenotypes, with Fieller's interval; NaN ends where it has none."""

    value: float
    low: float
    high: float


def attainable_shares(scores: pd.DataFrame, ceiling: float | None, confidence: float) -> pd.DataFrame:
    """Gain of each method as a share of the causal SNPs' gain.

    Parameters
    ----------
    scores
        Final scores 0 to 1: a row a phenotype, a column a method; NaN where a method has none.
    ceiling
        Of the causal SNPs by the variance model (:class:`gtl.evaluate.ceiling.Ceilings`), used where the oracle did
        not run; None for metrics without such a figure.
    confidence
        Level of the interval.

    Returns
    -------
    Table ATTAINABLE; empty without the baseline, or without a ceiling.
    """
    columns = ["method", "ceiling", "phenotypes", "gain", "attainable", "share", "ci_low", "ci_high"]
    if BASELINE not in scores or (ORACLE not in scores and ceiling is None):
        return pd.DataFrame(columns=columns)
    best = scores[ORACLE] if ORACLE in scores else pd.Series(ceiling, index=scores.index, dtype=float)
    kind = ORACLE if ORACLE in scores else THEORY
    methods = sorted(set(scores.columns) - REFERENCES - {BASELINE}, key=method_order)
    rows = [_row(method, kind, scores[method], scores[BASELINE], best, confidence) for method in methods]
    return pd.DataFrame(rows, columns=columns)


def fieller(numerator: npt.NDArray[np.float64], denominator: npt.NDArray[np.float64], confidence: float) -> Share:
    """Ratio of the means of paired figures, and the ratios that their t-test does not refuse (Fieller 1954).

    Parameters
    ----------
    numerator, denominator
        (n,) float64, a pair a phenotype.

    Returns
    -------
    The share; NaN where the denominator's mean is not above 0, without ends where it is not clear of 0 or n < 2.

    Raises
    ------
    InputError
        Unless there is a finite pair for each phenotype, at least one.

    Examples
    --------
    >>> fieller(np.array([0.05, 0.05]), np.array([0.1, 0.1]), 0.95)
    Share(value=0.5, low=0.5, high=0.5)
    """
    if numerator.shape != denominator.shape or not len(numerator):
        raise InputError(f"share: {numerator.shape} gains but {denominator.shape} attainable ones; one a phenotype")
    if not (np.isfinite(numerator).all() and np.isfinite(denominator).all()):
        raise InputError("share: a gain is not a number; leave out phenotypes that a method could not score")
    n, above, below = len(numerator), float(numerator.mean()), float(denominator.mean())
    if below <= 0:
        return Share(float("nan"), float("nan"), float("nan"))
    if n < 2:
        return Share(above / below, float("nan"), float("nan"))
    (s_aa, s_ab), (_, s_bb) = (np.cov(numerator, denominator) / n).tolist()
    t2 = float(student.isf((1 - confidence) / 2, n - 1)) ** 2
    # Ratios r with (above - r below)² <= t² var(above - r below) lie between the roots of a square equation.
    square, linear, constant = below**2 - t2 * s_bb, above * below - t2 * s_ab, above**2 - t2 * s_aa
    if square <= 0:
        return Share(above / below, float("nan"), float("nan"))
    root = math.sqrt(max(linear**2 - square * constant, 0.0))
    return Share(above / below, (linear - root) / square, (linear + root) / square)


def _row(
    method: str,
    kind: str,
    scores: "pd.Series[float]",
    baseline: "pd.Series[float]",
    best: "pd.Series[float]",
    confidence: float,
) -> dict[str, object]:
    known = pd.DataFrame({"gain": scores - baseline, "attainable": best - baseline}).dropna()
    gain, attainable = known["gain"].to_numpy(), known["attainable"].to_numpy()
    share = fieller(gain, attainable, confidence) if len(known) else Share(*[float("nan")] * 3)
    return {
        "method": method,
        "ceiling": kind,
        "phenotypes": len(known),
        "gain": known["gain"].mean(),
        "attainable": known["attainable"].mean(),
        "share": share.value,
        "ci_low": share.low,
        "ci_high": share.high,
    }
