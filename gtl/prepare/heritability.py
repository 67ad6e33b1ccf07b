"""Heritability from summary statistics by LD score regression, with its intercept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.prepare.statistics_checks import Check

Array = npt.NDArray[np.float64]

_FEWEST = 1_000
_BLOCKS = 200
_LARGEST = 80.0
_ROUNDS = 3
_CLEAR = 1.96
_INFLATED = 1.1


@dataclass(frozen=True)
class Heritability:
    """Of the variants of the reference's chromosomes.

    Attributes
    ----------
    h2, se : share of the trait's variance, and its block-jackknife standard error
    intercept, intercept_se : of the regression; 1 without structure
    n : variants behind it
    """

    h2: float
    se: float
    intercept: float
    intercept_se: float
    n: int


def ld_score_regression(z: Array, n: Array, scores: Array, variants: int) -> Heritability:
    """Regress Z^2 on N l / M (Bulik-Sullivan et al. 2015, Nature Genetics 47:291).

    Weights are those of the reference, refined by the estimate; Z^2 above 80 and N / 1000 is left out; standard errors
    are from leaving out each of 200 runs of neighbours.

    Parameters
    ----------
    z, n, scores
        (n_variants,) in the genome's order, all known.
    variants
        M, number of variants that the scores were summed over.
    """
    squared = z**2
    use = squared <= max(_LARGEST, float(n.max()) / 1000)
    squared, n, scores = squared[use], n[use], np.maximum(scores[use], 1.0)
    x = n * scores / variants
    design = np.column_stack([x, np.ones(len(x))])
    h2 = max((squared.mean() - 1) / x.mean(), 0.0)
    for _ in range(_ROUNDS):
        weights = 1 / (scores * (1 + np.clip(h2, 0, 1) * x) ** 2)
        h2, _ = _solved(*_products(design, squared, weights))
    left, right = _products(design, squared, weights)
    found = _solved(left, right)
    runs = (np.array_split(column, _BLOCKS) for column in (design, squared, weights))
    blocks = [_products(*parts) for parts in zip(*runs, strict=True)]
    without = np.array([_solved(left - own, right - other) for own, other in blocks])
    errors = np.sqrt((_BLOCKS - 1) * without.var(axis=0))
    return Heritability(float(found[0]), float(errors[0]), float(found[1]), float(errors[1]), len(x))


def heritability_of(z: Array, n: Array, scores: Array) -> Heritability | None:
    """Estimate of the variants whose Z and N are known; None if they are too few. Arguments as of the check."""
    known = np.isfinite(n) & np.isfinite(z)
    if known.sum() < _FEWEST:
        return None
    return ld_score_regression(z[known], n[known], scores[known], int((scores > 0).sum()))


def heritability_check(z: Array, n: Array, scores: Array) -> Check:
    """The same as a check, of the variants whose Z and N are known.

    Parameters
    ----------
    z, n
        (n_variants,) of all variants of the reference, in the genome's order; NaN = not known.
    scores
        (n_variants,) of the same; 0 for those that do not vary.
    """
    name = "heritability by LD score"
    found = heritability_of(z, n, scores)
    if found is None:
        known = int((np.isfinite(n) & np.isfinite(z)).sum())
        return Check(name, float("nan"), f"not told: {known:,} variants of known N and LD score")
    text = (
        f"{found.h2:.4f} (SE {found.se:.4f}) on the reference's chromosomes, intercept {found.intercept:.3f} "
        f"(SE {found.intercept_se:.3f}), {found.n:,} variants"
    )
    return Check(name, found.h2, text, _advice(found))


def _advice(found: Heritability) -> str:
    if found.h2 < _CLEAR * found.se:
        return (
            "not clear of 0, as with too few variants or people, and values below 0 mean no more than that; methods "
            "that want a heritability are better given small ones to choose from"
        )
    if found.h2 > 1:
        return "above 1, which nothing can be: N too small, or a reference of other people"
    if found.intercept - _CLEAR * found.intercept_se > _INFLATED:
        return "the intercept is above 1: structure or relatives that were not corrected for, or N of fewer people"
    return ""


def _products(design: Array, squared: Array, weights: Array) -> tuple[Array, Array]:
    weighted = design * weights[:, None]
    return weighted.T @ design, weighted.T @ squared


def _solved(left: Array, right: Array) -> Array:
    return np.asarray(np.linalg.solve(left, right))
