"""Data of interactive charts, as plotly.js takes them: traces and a layout that say nothing of fonts or backgrounds.

Colours are names that the page knows in light and dark (:data:`COLOURS`). A chart is a dict of ``data`` and ``layout``,
made of what JSON has; figures that are not known are None.
"""

import math
from collections.abc import Iterable
from typing import Any

Chart = dict[str, Any]

COLOURS = ("blue", "orange", "green", "pink", "vermilion", "sky", "olive", "grey")
"""Names of colours that colour-blind readers tell apart (Okabe & Ito 2008), in the order of their use."""


def colour(number: int) -> str:
    """A colour's name by its number, beginning again after the last.

    >>> colour(0), colour(8)
    ('blue', 'blue')
    """
    return COLOURS[number % len(COLOURS)]


def figures(values: Iterable[float], digits: int = 6) -> list[float | None]:
    """Figures as JSON has them: shortened, None for what is not known.

    >>> figures([0.123456789, math.nan])
    [0.123457, None]
    """
    return [None if not math.isfinite(value) else float(f"{value:.{digits}g}") for value in values]
