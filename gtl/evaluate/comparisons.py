"""Tests of one method's figures against another's over the same phenotypes.

The paper compares unpaired (its tables 8 and 9); both methods meet the same phenotypes and people, so the tests
should be paired. Both are given, labelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from gtl.errors import InputError

Figures = npt.NDArray[np.float64]

_EXACT_UP_TO = 20
_DRAWS = 100_000


@dataclass(frozen=True)
class Comparison:
    """Result of one two-sided test of ``method - baseline``.

    Attributes
    ----------
    test
        Which test.
    n
        Phenotypes.
    difference
        Mean of method - baseline.
    statistic, df
        Test statistic and degrees of freedom (NaN where the test has none).
    p_value
        Two-sided; NaN with fewer than two phenotypes.
    """

    test: str
    n: int
    difference: float
    statistic: float
    df: float
    p_value: float


def compare(method: Figures, baseline: Figures, rng: np.random.Generator) -> list[Comparison]:
    """All four tests, the paper's first.

    Parameters
    ----------
    method, baseline
        (n_phenotypes,) float64 figures in the same order of phenotypes.
    rng
        Used by the permutation test above 20 phenotypes alone.

    Raises
    ------
    InputError
        When the figures are not finite or not one for each phenotype.
    """
    return [
        unpaired_t(method, baseline),
        paired_t(method, baseline),
        wilcoxon(method, baseline),
        sign_flip(method, baseline, rng),
    ]


def unpaired_t(method: Figures, baseline: Figures) -> Comparison:
    """Student's t with pooled variance: what the paper's tables 8 and 9 print.

    >>> result = unpaired_t(np.array([58.0, 58, 64, 56]), np.array([56.0, 52, 44, 42]))
    >>> round(result.statistic, 4), result.df, round(result.p_value, 4)
    (2.8146, 6.0, 0.0306)
    """
    _check(method, baseline)
    df = 2.0 * len(method) - 2
    differs = len(method) > 1 and (_varies(method) or _varies(baseline))
    # From their moments: scipy would warn of one group's figures that are all alike.
    moments = [(float(group.mean()), float(group.std(ddof=1)), len(group)) for group in (method, baseline) if differs]
    outcome = stats.ttest_ind_from_stats(*moments[0], *moments[1]) if differs else None
    return _comparison("unpaired t (the paper's)", method, baseline, df, outcome)


def paired_t(method: Figures, baseline: Figures) -> Comparison:
    """Student's t of the differences."""
    _check(method, baseline)
    differs = len(method) > 1 and _varies(method - baseline)
    outcome = stats.ttest_rel(method, baseline) if differs else None
    return _comparison("paired t", method, baseline, len(method) - 1.0, outcome)


def wilcoxon(method: Figures, baseline: Figures) -> Comparison:
    """Wilcoxon's signed-rank test; phenotypes without a difference are left out.

    Exact, also with tied ranks, up to 20 differences; above, the normal approximation.
    """
    _check(method, baseline)
    difference = (method - baseline)[method != baseline]
    ranks = stats.rankdata(np.abs(difference))
    positive = float(ranks[difference > 0].sum())
    if len(method) < 2:
        p = float("nan")
    elif len(difference) <= _EXACT_UP_TO:
        p = _exact_sign_flip(ranks * np.sign(difference))
    else:
        p = float(stats.wilcoxon(difference, method="asymptotic").pvalue)
    return Comparison("Wilcoxon", len(method), _mean(method, baseline), positive, float("nan"), p)


def sign_flip(method: Figures, baseline: Figures, rng: np.random.Generator) -> Comparison:
    """Permutation test of the mean difference: each sign could as well have been the other.

    Exact up to 20 phenotypes with a difference, else 100,000 draws (p counts the observed one, Phipson & Smyth 2010).
    """
    _check(method, baseline)
    mean = _mean(method, baseline)
    difference = (method - baseline)[method != baseline]
    if len(method) < 2:
        p = float("nan")
    elif len(difference) <= _EXACT_UP_TO:
        p = _exact_sign_flip(difference)
    else:
        p = _drawn_sign_flip(difference, rng)
    return Comparison("sign-flip permutation", len(method), mean, mean, float("nan"), p)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for their number (Holm 1979); NaN stays NaN and does not count.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, dtype=float)
    order = [int(i) for i in np.argsort(values) if not np.isnan(values[i])]
    adjusted, floor = values.copy(), 0.0
    for place, index in enumerate(order):
        floor = max(floor, min(1.0, float(values[index]) * (len(order) - place)))
        adjusted[index] = floor
    return [float(p) for p in adjusted]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for the false-discovery rate (Benjamini & Hochberg 1995); NaN stays NaN and does not count.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.5])
    [0.04, 0.05333333333333334, 0.05333333333333334, 0.5]
    """
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values)[: int(np.sum(~np.isnan(values)))]
    scaled = values[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted = values.copy()
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return [float(p) for p in adjusted]


def _exact_sign_flip(values: Figures) -> float:
    """Share of all sign patterns whose sum is at least as far from 0 as the observed one."""
    sums = np.zeros(1)
    for value in np.abs(values):
        sums = np.concatenate([sums + value, sums - value])
    return float(np.mean(np.abs(sums) >= _just_below(values)))


def _drawn_sign_flip(values: Figures, rng: np.random.Generator) -> float:
    further = sum(
        int(np.sum(np.abs(rng.choice((-1.0, 1.0), (_DRAWS // 100, len(values))) @ values) >= _just_below(values)))
        for _ in range(100)
    )
    return (further + 1) / (_DRAWS + 1)


def _just_below(values: Figures) -> float:
    """The observed distance from 0, less what rounding of the sums may take from it."""
    return float(abs(values.sum()) - 1e-9 * np.abs(values).sum())


def _comparison(test: str, method: Figures, baseline: Figures, df: float, outcome: Any) -> Comparison:
    """A t-test's result; figures that do not vary have no t: p is 1 if they are equal, else not known."""
    mean = _mean(method, baseline)
    if outcome is not None:
        return Comparison(test, len(method), mean, float(outcome.statistic), df, float(outcome.pvalue))
    p = 1.0 if len(method) > 1 and mean == 0 else float("nan")
    return Comparison(test, len(method), mean, float("nan"), df, p)


def _varies(figures: Figures) -> bool:
    """Whether figures differ by more than the rounding of percents and of their differences."""
    return bool(np.ptp(figures) > 1e-9)


def _mean(method: Figures, baseline: Figures) -> float:
    return float(np.mean(method - baseline))


def _check(method: Figures, baseline: Figures) -> None:
    if method.shape != baseline.shape or method.ndim != 1 or not len(method):
        raise InputError(
            f"comparison: {method.shape} figures of the method, {baseline.shape} of the baseline; "
            "one for each phenotype and at least one phenotype are needed"
        )
    if not (np.isfinite(method).all() and np.isfinite(baseline).all()):
        raise InputError("comparison: a figure is not a number; leave out phenotypes that a method could not score")
