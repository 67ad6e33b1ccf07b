"""Figures as the HTML report writes them: the filters of its templates."""

import math
from collections.abc import Callable, Mapping

from gtl.evaluate.wording import in_points


def heading(name: str) -> str:
    """A column's name for people; phenotypes such as 5_1 stay as they are."""
    return name if name[:1].isdigit() else name.replace("_", " ").replace("snps", "SNPs").replace("cpu", "CPU")


def number(value: object) -> str:
    """A table's cell: a dash for what is not known, no needless digits."""
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:,.1f}".removesuffix(".0").replace("-", "−")
    return f"{value:,}" if isinstance(value, int) else str(value)


def p_value(p: float) -> str:
    """A p-value: three digits, and no more than that where it is smaller."""
    if math.isnan(p):
        return "–"
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def percent(share: float) -> str:
    """A share as percent, without the sign."""
    return "–" if math.isnan(share) else f"{100 * share:.0f}"


def points(difference: float) -> str:
    """A gain with its sign and two digits, in the units that it is given in."""
    return "–" if math.isnan(difference) else f"{difference:+.2f}".replace("-", "−")


def decimal(value: float) -> str:
    """Two digits after the point.

    >>> decimal(-0.126)
    '−0.13'
    """
    return "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−")


def figure(value: float, metric: str) -> str:
    """A figure: percent of a binary trait's metric, two digits of a quantitative trait's."""
    if in_points(metric) or math.isnan(value):
        return percent(value)
    return f"{value:.2f}".replace("-", "−")


def gain(difference: float, metric: str) -> str:
    """A gain: points of a binary trait's metric, three digits of a quantitative trait's.

    >>> gain(0.1234, "accuracy"), gain(-0.1234, "correlation")
    ('+12.3', '−0.123')
    """
    if math.isnan(difference):
        return "–"
    return (f"{100 * difference:+.1f}" if in_points(metric) else f"{difference:+.3f}").replace("-", "−")


def place(value: float, metric: str) -> float:
    """Where a figure is drawn on a strip 200 wide: 0 to 1 of a binary trait's metric, -1 to 1 of a correlation."""
    return round(200 * value if in_points(metric) else 100 * (1 + value), 1)


FILTERS: Mapping[str, Callable[..., object]] = {
    "decimal": decimal, "figure": figure, "gain": gain, "heading": heading, "number": number, "p": p_value,
    "percent": percent, "place": place, "points": points,
}  # fmt: skip
"""As templates name them."""
