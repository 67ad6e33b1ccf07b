"""A column of a table as a trait: its kind, its coding, and whether it can be studied at all.

Case and control are written in two ways that look alike: 0/1 (regenie, BridgePRS) and 1/2 with 0 = missing (PLINK).
Read by the wrong rule, a file loses every control without a word. So the values decide, the decision is reported, and
where they cannot decide nothing is guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.domain.trait import Trait, TraitKind
from gtl.errors import InputError
from gtl.formats.people_table import PeopleTable
from gtl.prepare.table_numbers import Cells, cells
from gtl.spelling import listed

LEAST_IN_A_CLASS = 10
"""Cases, and controls, below which a binary trait is refused (regenie's ``--minCaseCount``)."""

LEAST_PEOPLE = 20
"""People below whom a quantitative trait is refused."""

_WORDS = (
    *(("control", "case"), ("no", "yes"), ("false", "true"), ("unaffected", "affected"), ("n", "y"), ("f", "t")),
    *(("controls", "cases"), ("ctrl", "case"), ("negative", "positive"), ("absent", "present")),
)
_NUMBERS = ((0.0, 1.0), (1.0, 2.0))
_PLAUSIBLE_BELOW = -5
_LONGEST = 64
_SOME = 20
"""People of a table from whom its coding is told."""

_MOSTLY = 0.98
"""Share of control and case from which other values are mistakes, most likely."""


@dataclass(frozen=True, eq=False)
class TraitColumn:
    """One trait of everybody in a table.

    Attributes
    ----------
    trait : name and kind
    values : (n,) float64; 1 = case and 0 = control, or the quantity; NaN = missing
    coding : how the column was read, for people
    """

    trait: Trait
    values: npt.NDArray[np.float64]
    coding: str


def trait_column(table: PeopleTable, name: str, kind: TraitKind | None = None) -> TraitColumn:
    """Read column ``name`` as a trait; its values say of which kind it is, unless ``kind`` does.

    Give the table of everybody whom one coding holds for: a part of it may lack one of the two values.

    Raises
    ------
    InputError
        If there is no such column, nobody has a value, 0, 1 and 2 occur, or a text is neither a number nor one of a
        pair such as case/control, yes/no, true/false.
    """
    column = cells(table, name)
    if column.missing.all():
        raise InputError(f"trait {name!r}: nobody of {len(table)} people has a value; leave it out of traits.names")
    trait = Trait(slug(name), kind or _detected(column))
    if trait.kind is TraitKind.QUANTITATIVE:
        return _quantitative(column, trait)
    return _binary(column, trait)


def slug(column: str) -> str:
    """The name of a trait for the column: letters, digits, dots, dashes and underscores, a letter first, 64 at most.

    >>> slug("blood pressure (mmHg)"), slug("20002_1111")
    ('blood_pressure__mmHg_', 'trait_20002_1111')
    """
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", column)
    return (plain if re.match("[A-Za-z]", plain) else f"trait_{plain}")[:_LONGEST]


def slugs(columns: Iterable[str]) -> dict[str, str]:
    """Column by its trait's name; :class:`InputError` if two columns would have one name.

    >>> slugs(["seed length", "awn"])
    {'seed_length': 'seed length', 'awn': 'awn'}
    """
    found: dict[str, str] = {}
    for column in columns:
        other = found.setdefault(slug(column), column)
        if other != column:
            raise InputError(f"traits {other!r} and {column!r} would both be named {slug(column)!r}; rename a column")
    return found


def check_trait(
    column: TraitColumn, population: str, *, least_in_a_class: int = LEAST_IN_A_CLASS, least_people: int = LEAST_PEOPLE
) -> None:
    """Refuse a trait that cannot be studied in the people whom ``column`` holds, all of ``population``.

    Raises
    ------
    InputError
        If nobody has a value, all have the same, or there are too few cases, controls or people.
    """
    values = column.values[~np.isnan(column.values)]
    where = f"trait {column.trait.slug!r} of the {population} people"
    leave = "leave it out of traits.names, or give more people"
    if not len(values):
        raise InputError(f"{where}: none of {len(column.values)} has a value; {leave}")
    if column.trait.kind is TraitKind.BINARY:
        cases, controls = int(values.sum()), int(len(values) - values.sum())
        counts = f"{cases} cases and {controls} controls ({column.coding})"
        if not (cases and controls):
            raise InputError(f"{where}: {counts}, expected both; check the coding, or {leave}")
        if min(cases, controls) < least_in_a_class:
            raise InputError(f"{where}: {counts}, expected at least {least_in_a_class} of each; {leave}")
        return
    if values.min() == values.max():
        raise InputError(f"{where}: all {len(values)} have the same value, {values[0]:g}; {leave}")
    if len(values) < least_people:
        raise InputError(f"{where}: {len(values)} have a value, expected at least {least_people}; {leave}")


def _detected(column: Cells) -> TraitKind:
    if column.strange.any():
        return TraitKind.BINARY
    values = column.values()
    if values <= {0.0, 1.0, 2.0}:
        return TraitKind.BINARY
    if len(values) == 2:
        raise InputError(
            f"trait {column.name!r}: two values only, {listed(column.levels())}; if they are control and case write "
            f"0 and 1, if they are amounts name it in traits.quantitative"
        )
    _check_hardly_binary(column)
    return TraitKind.QUANTITATIVE


def _check_hardly_binary(column: Cells) -> None:
    """Refuse a column that is control and case but for a few, or in one of several tables: a mistake, most likely."""
    there = ~np.isnan(column.numbers)
    files = column.table.files_of(column.name)
    for pair in _NUMBERS:
        two = np.isin(column.numbers, pair)
        whole = [two[own].all() for file in np.unique(files[there]) if (own := there & (files == file)).sum() >= _SOME]
        if len(set(column.numbers[two])) == 2 and (any(whole) or two.sum() >= _MOSTLY * there.sum()):
            row = int(np.flatnonzero(there & ~two)[0])
            raise InputError(
                f"{column.table.place(row, column.name)}: {column.texts[row]!r} where {two.sum()} of {there.sum()} "
                f"have {pair[0]:g} or {pair[1]:g}; correct it if these are control and case, or name the trait "
                "in traits.quantitative if they are amounts"
            )


def _quantitative(column: Cells, trait: Trait) -> TraitColumn:
    if column.strange.any():
        raise column.error(column.strange, "a quantitative trait needs numbers; write NA where there is none")
    note = ""
    nines = sum(text.startswith("-9") for text in column.texts[column.missing])
    if nines and np.nanmin(column.numbers) < _PLAUSIBLE_BELOW:
        note = (
            f"; -9 counts as missing ({nines} people) although other values are below {_PLAUSIBLE_BELOW}: if it is a "
            "value here, add a constant to the whole column"
        )
    elif nines:
        note = f"; -9 counts as missing ({nines} people)"
    return TraitColumn(trait, column.numbers, f"quantitative{note}")


def _binary(column: Cells, trait: Trait) -> TraitColumn:
    if column.strange.any():
        return _in_words(column, trait)
    values = column.values()
    if {0.0, 2.0} <= values and values <= {0.0, 1.0, 2.0}:
        raise InputError(
            f"trait {column.name!r}: 0 and 2 both occur (0: {_count(column, 0)}, 1: {_count(column, 1)}, 2: "
            f"{_count(column, 2)} people), {_mixed(column)}"
        )
    for control, case in _NUMBERS:
        if values <= {control, case}:
            coding = f"{control:g} = control, {case:g} = case"
            return TraitColumn(trait, column.numbers - control, f"binary: {coding}")
    row = int(np.flatnonzero(~column.missing & ~np.isin(column.numbers, list(_NUMBERS[0])))[0])
    raise InputError(
        f"{column.table.place(row, column.name)}: {column.texts[row]!r} in a binary trait, expected 0 = control and "
        "1 = case, or 1 and 2; recode it, or take it out of traits.binary"
    )


def _in_words(column: Cells, trait: Trait) -> TraitColumn:
    folded = np.array([text.casefold() for text in column.texts], dtype=object)
    there = set(folded[~column.missing])
    for control, case in _WORDS:
        if there <= {control, case}:
            values = np.where(column.missing, np.nan, (folded == case).astype(np.float64))
            return TraitColumn(trait, values, f"binary: {control} = control, {case} = case")
    if there & {word for pair in _WORDS for word in pair} and not np.isnan(column.numbers).all():
        raise column.error(column.strange, "other people have numbers in this column; write it alike of all", "number")
    raise column.error(
        column.strange,
        "expected numbers, or two words such as control and case, no and yes, false and true; "
        "write NA where there is no value, or leave the column out of traits.names",
    )


def _mixed(column: Cells) -> str:
    """What 0 and 2 in one column most likely mean: two files with codings of their own, or a missing 0."""
    table = column.table
    with_0, with_2 = (
        [table.files[file] for file in table.sources[column.name] if (hit & (table.lines[file] > 0)).any()]
        for hit in (column.numbers == 0, column.numbers == 2)
    )
    if not {*with_0} & {*with_2}:
        return (
            f"0 in {' and '.join(with_0)} only and 2 in {' and '.join(with_2)} only, which seem to be coded "
            "differently, 0/1 and 1/2; write both as 0 = control, 1 = case and NA for missing"
        )
    return (
        "so 0 may be missing (PLINK: 1 = control, 2 = case) or the lowest of three amounts; write NA for missing, or "
        "name it in traits.quantitative"
    )


def _count(column: Cells, value: float) -> int:
    return int((column.numbers == value).sum())
