"""The difference of two correlations with the same trait: Zou's interval."""

import math

from gtl.evaluate.quantitative import fisher, signed_square


def difference_of_correlations(
    method: float, baseline: float, between: float, n: int, squared: bool, confidence: float
) -> tuple[float, float]:
    """Interval of the difference of two correlations that share a variable.

    Fisher's intervals of both are combined by squares, less what the correlation of both estimates takes away.
    Sources: Zou 2007, Psychological Methods 12:399; that correlation: Pearson & Filon 1898.

    Parameters
    ----------
    method, baseline
        Correlations with the trait.
    between
        Correlation of both predictions.
    n
        People.
    squared
        Whether the difference of the squares (with their signs) is asked for.
    confidence
        Level.

    Returns
    -------
    (NaN, NaN) where one of both correlations has no interval.

    Examples
    --------
    >>> [round(end, 3) for end in difference_of_correlations(0.396, 0.179, 0.088, 66, False, 0.95)]
    [-0.093, 0.517]
    """
    shared = _correlation_of_both(method, baseline, between)
    intervals = [(r, *fisher(r, n, confidence)) for r in (method, baseline)]
    if squared:
        intervals = [(signed_square(r), signed_square(low), signed_square(high)) for r, low, high in intervals]
    (r, low, high), (r0, low0, high0) = intervals
    below = _combined(r - low, high0 - r0, shared)
    above = _combined(high - r, r0 - low0, shared)
    return r - r0 - below, r - r0 + above


def _combined(one: float, other: float, shared: float) -> float:
    return (
        math.sqrt(max(one**2 + other**2 - 2 * shared * one * other, 0.0)) if one == one and other == other else math.nan
    )


def _correlation_of_both(r: float, r0: float, between: float) -> float:
    """Correlation of two sample correlations that share a variable."""
    if abs(r) >= 1 or abs(r0) >= 1 or math.isnan(r + r0):
        return math.nan
    free = (1 - r**2) * (1 - r0**2)
    covariance = (between - r * r0 / 2) * (1 - r**2 - r0**2 - between**2) + between**3
    return min(max(covariance / free, -1.0), 1.0)
