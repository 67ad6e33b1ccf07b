"""Tables of people joined by id: who is one person, and which table says what about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.missing_values import is_missing
from gtl.formats.table_file import NO_FAMILY, TableFile


@dataclass(frozen=True, eq=False)
class Joint:
    """Several tables' rows, one a person; fields as :class:`~gtl.formats.people_table.PeopleTable` has them."""

    families: npt.NDArray[np.object_]
    ids: npt.NDArray[np.object_]
    columns: pd.DataFrame
    files: tuple[str, ...]
    lines: npt.NDArray[np.int64]
    sources: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class _Column:
    """One column's text for everybody, and where it came from."""

    texts: pd.Series
    sources: tuple[int, ...]


def joined_tables(tables: Sequence[TableFile]) -> Joint:
    """Everybody who is in any of ``tables``, in the order of their first line.

    Raises
    ------
    InputError
        If a person has two different lines in a table, two families, or two values of a column.
    """
    tables = [_once(table) for table in tables]
    keys = _keys(tables)
    everybody = pd.Index(np.concatenate(keys)).unique()
    places = [everybody.get_indexer(pd.Index(part)) for part in keys]
    lines = np.zeros((len(tables), len(everybody)), dtype=np.int64)
    families = np.full(len(everybody), NO_FAMILY, dtype=object)
    ids = np.empty(len(everybody), dtype=object)
    for file, (table, place) in enumerate(zip(tables, places, strict=True)):
        lines[file, place] = table.lines
        ids[place] = table.ids
        _settle(families, place, table)
    columns = _columns(tables, places, lines, ids)
    texts = {name: column.texts for name, column in columns.items()}
    frame = pd.DataFrame(texts, copy=False) if texts else pd.DataFrame(index=range(len(ids)))
    sources = {name: column.sources for name, column in columns.items()}
    return Joint(families, ids, frame, tuple(table.path for table in tables), lines, sources)


def _once(table: TableFile) -> TableFile:
    """``table`` with repeated lines left out where they say the same."""
    people = pd.DataFrame({"FID": table.families, "IID": table.ids})
    again = people.duplicated().to_numpy()
    if not again.any():
        return table
    for row in np.flatnonzero(again):
        first = int(np.flatnonzero((people == people.iloc[row]).all(axis=1))[0])
        if not _alike(table.columns.iloc[row], table.columns.iloc[first]):
            raise InputError(
                f"{table.path}: line {table.lines[row]}: {table.ids[row]!r} is already on line {table.lines[first]}, "
                "with other values; keep one line a person (another visit or measurement goes into a column of its own)"
            )
    kept = np.flatnonzero(~again)
    return replace(
        table, families=table.families[kept], ids=table.ids[kept], lines=table.lines[kept],
        columns=table.columns.iloc[kept].reset_index(drop=True),
    )  # fmt: skip


def _alike(one: pd.Series, other: pd.Series) -> bool:
    """Whether two lines say the same; 1 and 1.0 are the same."""
    differ = (one != other).to_numpy()
    numbers = [pd.to_numeric(line[differ], errors="coerce").to_numpy() for line in (one, other)]
    return bool((numbers[0] == numbers[1]).all())


def _keys(tables: Sequence[TableFile]) -> list[npt.NDArray[np.object_]]:
    """What tells one person from another in all tables: IID, or FID and IID where IIDs repeat."""
    repeating = [table for table in tables if len(set(table.ids)) < len(table.ids)]
    if not repeating:
        return [table.ids for table in tables]
    for table in tables:
        if (table.families == NO_FAMILY).all():
            raise InputError(
                f"{table.path}: has no FID, but IIDs repeat in {repeating[0].path}, so that nobody knows who is meant; "
                "add a column FID, or make IIDs unique"
            )
    return [np.array(pd.Series(table.families) + "\t" + pd.Series(table.ids), dtype=object) for table in tables]


def _settle(families: npt.NDArray[np.object_], place: npt.NDArray[np.intp], table: TableFile) -> None:
    """Fill in the families that ``table`` knows; a family that is 0 or the person's own id says nothing."""
    says = (table.families != NO_FAMILY) & (table.families != table.ids)
    before = families[place]
    differ = np.flatnonzero(says & (before != NO_FAMILY) & (before != table.ids) & (before != table.families))
    if len(differ):
        row = differ[0]
        raise InputError(
            f"{table.path}: line {table.lines[row]}: {table.ids[row]!r} has FID {table.families[row]!r}, but "
            f"{before[row]!r} in another table; if they are two people, make their IIDs differ, else correct the FID"
        )
    fill = says | (before == NO_FAMILY)
    families[place[fill]] = table.families[fill]


def _columns(
    tables: Sequence[TableFile],
    places: Sequence[npt.NDArray[np.intp]],
    lines: npt.NDArray[np.int64],
    ids: npt.NDArray[np.object_],
) -> dict[str, _Column]:
    columns: dict[str, _Column] = {}
    for file, (table, place) in enumerate(zip(tables, places, strict=True)):
        spread = table.columns.set_axis(place).reindex(range(len(ids)), fill_value="")
        for name in map(str, spread.columns):
            new = _Column(spread[name], (file,))
            if name in columns:
                row = _first_difference(columns[name].texts, new.texts)
                if row is not None:
                    raise InputError(_disagreement(name, columns[name], new, row, tables, lines, ids))
                new = _united(columns[name], new)
            columns[name] = new
    return columns


def _first_difference(one: pd.Series, other: pd.Series) -> int | None:
    """The first row where both have a value and not the same one; 1 and 1.0 are the same."""
    differ = (one != other).to_numpy() & ~is_missing(one) & ~is_missing(other)
    rows = np.flatnonzero(differ)
    numbers = [pd.to_numeric(texts.iloc[rows], errors="coerce").to_numpy() for texts in (one, other)]
    rows = rows[numbers[0] != numbers[1]]
    return int(rows[0]) if len(rows) else None


def _united(one: _Column, other: _Column) -> _Column:
    return _Column(one.texts.mask(is_missing(one.texts), other.texts), (*one.sources, *other.sources))


def _disagreement(
    name: str,
    one: _Column,
    other: _Column,
    row: int,
    tables: Sequence[TableFile],
    lines: npt.NDArray[np.int64],
    ids: npt.NDArray[np.object_],
) -> str:
    file = next(source for source in one.sources if lines[source, row])
    before = f"{tables[file].path}: line {lines[file, row]}"
    here = f"{tables[other.sources[0]].path}: line {lines[other.sources[0], row]}"
    return (
        f"{here}: column {name!r} says {other.texts.iloc[row]!r} of {ids[row]!r}, but {one.texts.iloc[row]!r} in "
        f"{before}; name the columns differently, or keep the right one"
    )
