"""How many people summary statistics are of, variant by variant: from columns, metadata, or what the user says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.summary_stats import effective_n
from gtl.errors import InputError
from gtl.formats.summary_statistics.reader import StatisticsTable

Array = npt.NDArray[np.float64]

_DANER = re.compile(r"FRQ_(?P<group>[AU])_(?P<people>\d+)")


@dataclass(frozen=True)
class People:
    """How many people a study had, where its file does not say it variant by variant.

    Attributes
    ----------
    n, cases, controls
        None = not given.
    """

    n: float | None = None
    cases: float | None = None
    controls: float | None = None

    def __post_init__(self) -> None:
        if (self.cases is None) != (self.controls is None):
            raise InputError("people of a study: give --cases and --controls together, or --n alone")
        for name in ("n", "cases", "controls"):
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value > 0):
                raise InputError(f"people of a study: {name} is {value:g}, expected a number above 0")


def people_of(table: StatisticsTable, given: People) -> tuple[Array, bool, str]:
    """(n_rows,) people, effective ones if cases are known; whether they are; and where the number is from."""
    rows, said = table.rows, table.metadata
    n = rows["n"].where(rows["n"] > 0).to_numpy(np.float64)
    if given.cases is not None and given.controls is not None:
        return _of_cases(n, given.cases, given.controls), True, ""
    by_variant = effective_n(rows["cases"].to_numpy(), rows["controls"].to_numpy())
    named = _of_daner(table.header.names)
    if np.isnan(by_variant).all() and named is not None:
        return _of_cases(n, *named), True, "cases and controls are those of the columns FRQ_A_... and FRQ_U_..."
    if not np.isnan(by_variant).all():
        return by_variant, True, "N is the effective number of people, from cases and controls of each variant"
    if said is not None and said.cases and said.controls:
        return _of_cases(n, said.cases, said.controls), True, f"cases and controls are those of {said.path.name}"
    if not np.isnan(n).all() or (given.n is None and (said is None or not said.n)):
        return n, False, ""
    if given.n is not None:
        return np.full(len(rows), float(given.n)), False, ""
    return np.full(len(rows), said.n if said else np.nan), False, f"N is that of {said.path.name if said else ''}"


def _of_daner(names: Sequence[str]) -> tuple[float, float] | None:
    """Cases and controls of a file of the PGC, in its columns' names.

    >>> _of_daner(["SNP", "FRQ_A_100", "FRQ_U_900"])
    (100.0, 900.0)
    """
    found = {match["group"]: float(match["people"]) for name in names if (match := _DANER.fullmatch(name))}
    return (found["A"], found["U"]) if found.keys() == {"A", "U"} else None


def _of_cases(n: Array, cases: float, controls: float) -> Array:
    """Effective numbers: of all people, or of the ``n`` that a variant has, at the study's share of cases."""
    share = cases / (cases + controls)
    people = np.where(np.isnan(n), cases + controls, n)
    return effective_n(people * share, people * (1 - share))
