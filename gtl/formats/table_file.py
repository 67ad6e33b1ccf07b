"""One table of people as text: its columns, and the line that every person is on. Values are not looked at here.

The first line that is no comment names the columns: ``FID IID``, ``#FID IID``, ``#IID``, ``IID`` (PLINK, regenie),
``sample``, ``sample_id``, ``id``, ``eid`` and the like in the first place, or ``ID_1 ID_2`` (Oxford .sample, with its
second line of types). Only a PLINK ``.fam`` (or ``.psam`` in its form) needs no header: a table without one could lose
its first person, or take a trait for another.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.table_lines import FIRST_COLUMNS, Row, folded, table_rows
from gtl.formats.text_file import PathLike
from gtl.spelling import listed

NO_FAMILY = "0"
"""Family of a person that has none, as in PLINK's files."""

_FAM_COLUMNS = ["FID", "IID", "PAT", "MAT", "sex", "phenotype"]
_PEDIGREE = {"pat", "mat", "sid"}
_ROWS = 20_000
"""Rows that are held as Python's text at a time."""


@dataclass(frozen=True, eq=False)
class TableFile:
    """One file's rows, in the file's order.

    Attributes
    ----------
    path : where it lies
    families, ids : (n,) arrays of str objects, FID (``"0"`` = none) and IID
    lines : (n,) int64, the line of each row, from 1
    columns : (n, k) text, all other columns but parents' ids
    """

    path: str
    families: npt.NDArray[np.object_]
    ids: npt.NDArray[np.object_]
    lines: npt.NDArray[np.int64]
    columns: pd.DataFrame


@dataclass(frozen=True)
class _Header:
    """Names of the columns, and which of them say who somebody is."""

    names: list[str]
    family: int | None
    person: int
    types: bool = False

    def values(self) -> list[int]:
        """Places of the columns that say something about a person."""
        bookkeeping = _PEDIGREE | ({"missing"} if self.types else set())
        return [
            place
            for place, name in enumerate(self.names)
            if name and place not in (self.family, self.person) and name.casefold() not in bookkeeping
        ]


def read_table_file(path: PathLike) -> TableFile:
    """Read one table of people.

    Raises
    ------
    InputError
        If no column says who somebody is, a column has another's name, or values and no name, a line has another number
        of fields than the header, or a person has no id.
    """
    header, rows = _opened(path)
    return _filled(path, header, _even(path, header, rows))


def table_columns(path: PathLike) -> list[str]:
    """Names of a table's columns, ids left out, by its first lines alone; errors as of :func:`read_table_file`."""
    header, _ = _opened(path)
    return [header.names[place] for place in header.values()]


def _opened(path: PathLike) -> tuple[_Header, Iterator[Row]]:
    """The header of a table, and the rows below it."""
    rows = table_rows(path)
    first = next(rows)
    if _is_fam(path, first[1]):
        header, rows = _Header(_FAM_COLUMNS[: len(first[1])], 0, 1), itertools.chain([first], rows)
    else:
        header = _header(first, str(path))
        if header.types:
            _check_types(next(rows, (2, [""])), str(path))
    return header, rows


def _is_fam(path: PathLike, first: list[str]) -> bool:
    """Whether this is PLINK's .fam: by its name, as five or six columns without a header could be anything."""
    stem = str(path).removesuffix(".gz")
    return stem.endswith((".fam", ".psam")) and len(first) in (5, 6) and first[0].upper().strip("#") != "FID"


def _header(first: Row, path: str) -> _Header:
    number, fields = first
    where = f"{path}: line {number}"
    names = [fields[0].removeprefix("#"), *fields[1:]]
    known_as = [folded(name) for name in names]
    first_named = next((place for place, name in enumerate(names) if name), 0)  # before it an index of pandas
    by_family = known_as[first_named : first_named + 2] == ["fid", "id"]
    if "iid" not in known_as and known_as[first_named] not in FIRST_COLUMNS and not by_family:
        raise InputError(
            f"{where}: no column says who a person is (first columns: {listed(fields, 4)}); make "
            "the first line a header that begins with `FID IID`, `#IID`, `IID` or `sample`, then names every column"
        )
    _check_names(names, where)
    if "iid" in known_as:
        return _Header(names, known_as.index("fid") if "fid" in known_as else None, known_as.index("iid"))
    two = known_as[:2] == ["id_1", "id_2"]
    types = two or path.removesuffix(".gz").endswith(".sample")
    second = two or by_family
    return _Header(names, first_named if second else None, first_named + second, types=types)


def _check_names(names: list[str], where: str) -> None:
    name, times = Counter(filter(None, names)).most_common(1)[0]
    if times > 1:
        raise InputError(f"{where}: column {name!r} is there {times} times; give every column a name of its own")


def _check_types(row: Row, path: str) -> None:
    number, types = row
    if types[0] != "0":
        raise InputError(
            f"{path}: line {number}: begins with {types[0]!r}, expected a .sample file's line of column types, "
            "such as `0 0 0 D P`, below the header"
        )


def _even(path: PathLike, header: _Header, rows: Iterable[Row]) -> Iterator[Row]:
    """``rows``, each of which has a field for every column, and an id."""
    width = len(header.names)
    nameless = [place for place, name in enumerate(header.names) if not name and place]
    for number, row in rows:
        fields = row[:width] if not any(row[width:]) else row  # separators behind the last field
        for place in nameless:
            if place < len(fields) and fields[place]:
                raise InputError(
                    f"{path}: line {number}: {fields[place]!r} in column {place + 1}, which has no name; name every "
                    "column, and end the header where its last name ends"
                )
        if len(fields) != width:
            hint = "; R's write.table needs row.names = FALSE" if len(fields) == width + 1 else ""
            raise InputError(
                f"{path}: line {number}: {len(fields)} fields, expected {width} as in the header; separate all by the "
                f"same tab, comma or blank, and write NA where there is no value{hint}"
            )
        if not fields[header.person]:
            raise InputError(f"{path}: line {number}: no id in column {header.names[header.person]!r}; give it or drop")
        yield number, fields


def _filled(path: PathLike, header: _Header, rows: Iterator[Row]) -> TableFile:
    """The table of ``rows``, turned into columns a batch at a time, as Python's text takes ten times the memory."""
    places = header.values()
    names = [header.names[place] for place in places]
    families, ids, numbers, parts = list[str](), list[str](), list[int](), list[pd.DataFrame]()
    while batch := list(itertools.islice(rows, _ROWS)):
        columns = list(zip(*(fields for _, fields in batch), strict=True))
        numbers += [number for number, _ in batch]
        ids += columns[header.person]
        families += (_family(text) for text in columns[header.family]) if header.family is not None else ()
        parts.append(pd.DataFrame({header.names[place]: pd.array(columns[place], dtype="str") for place in places}))
    if not parts:
        raise InputError(f"{path}: a header and nobody below it; expected a line for each person")
    families = families or [NO_FAMILY] * len(ids)
    table = pd.concat(parts, ignore_index=True) if names else pd.DataFrame(index=range(len(ids)))
    return TableFile(str(path), np.array(families, dtype=object), np.array(ids, dtype=object), np.array(numbers), table)


def _family(text: str) -> str:
    return NO_FAMILY if text in ("", "NA", "-9") else text
