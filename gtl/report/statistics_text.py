"""Summary statistics in words: what was found in the file, what was left out, and the checks."""

from collections.abc import Sequence

import numpy as np

from gtl.prepare.statistics_checks import Check
from gtl.prepare.summary_statistics import UsableStatistics


def statistics_text(found: UsableStatistics, checks: Sequence[Check]) -> str:
    """Lines to print."""
    columns = ", ".join(f"{role} = {name}" for role, name in found.header.columns.items())
    lines = [
        found.location,
        f"format: {found.header.format}",
        f"columns: {columns}",
        f"genome build: {found.build or 'not said by the file'}",
        *(f"trait: {found.metadata.trait}" for _ in [0] if found.metadata and found.metadata.trait),
        *(f"note: {note}" for note in found.notes),
        *(["note: variants are named by id alone, without positions"] if not found.placed else []),
        "",
        f"rows: {found.rows:,} read -> {len(found.stats):,} usable{_lost(found)}",
        f"smallest p-value: {_smallest(found)}",
        "",
        "checks",
        *(line for check in checks for line in _check(check)),
    ]
    return "\n".join(lines)


def _lost(found: UsableStatistics) -> str:
    words = ", ".join(f"{count:,} {reason}" for reason, count in found.lost.items())
    return f" ({words})" if words else ""


def _smallest(found: UsableStatistics) -> str:
    """As mantissa and exponent, as it may be below what a float64 holds.

    The logarithm is split, never raised to its power.
    """
    row = int(np.argmax(found.stats.neg_log10_p))
    exponent = int(np.ceil(found.stats.neg_log10_p[row]))
    mantissa = 10 ** (exponent - found.stats.neg_log10_p[row])
    return f"{mantissa:.3g}e-{exponent} ({found.stats.variants.rsid[row]})"


def _check(check: Check) -> list[str]:
    mark = "ok" if not check.advice else "WRONG" if check.wrong else "look"
    mark = "-" if np.isnan(check.value) and not check.advice else mark
    return [f"  {mark:<6}{check.name}: {check.text}", *([f"        {check.advice}"] if check.advice else [])]
