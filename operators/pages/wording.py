"""How pages write dates, sizes and figures."""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from gtl.evaluate.wording import title_within

_UNITS = ("B", "kB", "MB", "GB", "TB")


def moment(when: datetime | None) -> str:
    """A time as people read it; a dash for one that is not known.

    >>> moment(datetime(2026, 11, 26, 6, 40, tzinfo=UTC)), moment(None)
    ('2026-11-26 06:40 UTC', '–')
    """
    return "–" if when is None else f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def size(number: int) -> str:
    """Bytes as people read them.

    >>> size(999), size(4_133_443)
    ('999 B', '4.1 MB')
    """
    value, unit = float(number), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit == 0 else f"{value:.1f} {_UNITS[unit]}"


def duration(seconds: float) -> str:
    """A time span as people read it.

    >>> duration(42.4), duration(200), duration(7300), duration(math.nan)
    ('42 s', '3 min 20 s', '2 h 2 min', '–')
    """
    if math.isnan(seconds):
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def cell(value: Any) -> str:
    """A table's cell: a dash for what is not known, four digits of a figure.

    >>> cell(0.123456), cell(math.nan), cell(12_345), cell(True), cell(3e-9)
    ('0.1235', '–', '12,345', 'yes', '3e-09')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}".replace("-", "−", 1) if isinstance(value, float) and abs(value) >= 1e-3 else _small(value)


def heading(name: str) -> str:
    """A column's name for people.

    >>> heading("n_snps"), heading("ci_low")
    ('n SNPs', 'lower end')
    """
    known = {"ci_low": "lower end", "ci_high": "upper end", "p_value": "p", "phenotype": "trait"}
    return known.get(name, name.replace("_", " ").replace("snps", "SNPs").replace("cpu", "CPU"))


def _small(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def instant(seconds: float) -> str:
    """A time in seconds since 1970 as people read it.

    >>> instant(0.0)
    '1970-01-01 00:00 UTC'
    """
    return moment(datetime.fromtimestamp(seconds, UTC))


FILTERS: Mapping[str, Callable[..., str]] = {
    "moment": moment, "size": size, "duration": duration, "cell": cell, "heading": heading,
    "instant": instant, "title_within": title_within,
}  # fmt: skip
