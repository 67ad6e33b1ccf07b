"""One table of people as text: its columns, and the line that every person is on. Values are not looked at here.

Separators are tabs, commas or blanks. The first line names the columns: ``FID IID``, ``#FID IID``, ``#IID``, ``IID``
(PLINK, regenie), ``sample``, ``sample_id``, ``id``, ``eid`` in the first place, or ``ID_1 ID_2`` (Oxford .sample, with
its second line of types). Only a PLINK ``.fam`` (or ``.psam`` in its form) needs no header: a table without one could
lose its first person, or take a trait for another.
"""

import csv
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text, lines
from gtl.spelling import listed

NO_FAMILY = "0"
"""Family of a person that has none, as in PLINK's files."""

_FIRST_COLUMNS = ("sample", "sample_id", "sampleid", "id", "eid", "id_1")
_FAM_COLUMNS = ["FID", "IID", "PAT", "MAT", "sex", "phenotype"]
_PEDIGREE = {"pat", "mat", "sid"}
_MISSING = {"", "NA", "N/A", "#N/A", "NAN", ".", "NONE", "NULL", "-9", "-9.0", "-9.00"}
_ROWS = 20_000
"""Rows that are held as Python's text at a time."""

_Row = tuple[int, list[str]]


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
            if place not in (self.family, self.person) and name.casefold() not in bookkeeping
        ]


def read_table_file(path: PathLike) -> TableFile:
    """Read one table of people.

    Raises
    ------
    InputError
        If no column says who somebody is, a column has no name or another's, a line has another number of fields than
        the header, or a person has no id.
    """
    header, rows = _opened(path)
    return _filled(path, header, _even(path, header, rows))


def table_columns(path: PathLike) -> list[str]:
    """Names of a table's columns, ids left out, by its first lines alone; errors as of :func:`read_table_file`."""
    header, _ = _opened(path)
    return [header.names[place] for place in header.values()]


def is_missing(texts: pd.Series | npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """(n,) whether each text stands for no value: blank, ``NA``, ``nan``, ``.``, ``NONE``, ``NULL`` or ``-9``.

    >>> is_missing(np.array(["NA", "-9.0", "", "0"], dtype=object)).tolist()
    [True, True, True, False]
    """
    codes, words = pd.factorize(np.asarray(texts, dtype=object))
    return np.asarray(np.array([str(word).upper() in _MISSING for word in words], dtype=bool)[codes])


def _opened(path: PathLike) -> tuple[_Header, Iterator[_Row]]:
    """The header of a table, and the rows below it."""
    numbered = ((number, as_text(line, f"{path}: line {number}")) for number, line in lines(path))
    written = ((number, text) for number, text in numbered if text.strip(" \t,") and not text.startswith("##"))
    top = list(itertools.islice(written, 2))
    separator = _separator([text for _, text in top])
    rows: Iterator[_Row] = (
        (number, _fields(text, separator, f"{path}: line {number}")) for number, text in (*top, *written)
    )
    first = next(rows)
    if _is_fam(path, first[1]):
        header, rows = _Header(_FAM_COLUMNS, 0, 1), itertools.chain([first], rows)
    else:
        header = _header(first, str(path))
        if header.types:
            _check_types(next(rows, (2, [""])), str(path))
    return header, rows


def _separator(top: list[str]) -> str | None:
    """What separates fields; None = any white space, also where tabs and blanks are mixed but the counts agree."""
    for separator in "\t,":
        if top and separator in top[0]:
            widths = {text.count(separator) for text in top}
            blanks = {len(text.split()) for text in top}
            return None if len(widths) > 1 and len(blanks) == 1 else separator
    return None


def _fields(text: str, separator: str | None, where: str) -> list[str]:
    if '"' not in text:
        return [field.strip() for field in text.split(separator)]
    line = text if separator else " ".join(text.split())
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=separator or " ", strict=True))]
    except csv.Error as error:
        raise InputError(
            f"{where}: cannot be split into columns ({error}); end every quote in the line that it begins in"
        ) from None


def _is_fam(path: PathLike, first: list[str]) -> bool:
    """Whether this is PLINK's .fam: recognised by its name, as six columns without a header could be anything."""
    stem = str(path).removesuffix(".gz")
    return stem.endswith((".fam", ".psam")) and len(first) == len(_FAM_COLUMNS) and first[0].upper().strip("#") != "FID"


def _header(first: _Row, path: str) -> _Header:
    number, fields = first
    where = f"{path}: line {number}"
    names = [fields[0].removeprefix("#"), *fields[1:]]
    folded = [name.casefold() for name in names]
    if "iid" not in folded and folded[0] not in _FIRST_COLUMNS:
        raise InputError(
            f"{where}: no column says who a person is (first columns: {listed(fields, 4)}){_semicolons(fields)}; make "
            "the first line a header that begins with `FID IID`, `#IID`, `IID` or `sample`, then names every column"
        )
    _check_names(names, where)
    if "iid" in folded:
        return _Header(names, folded.index("fid") if "fid" in folded else None, folded.index("iid"))
    two = folded[:2] == ["id_1", "id_2"]
    return _Header(names, 0 if two else None, int(two), types=two or path.removesuffix(".gz").endswith(".sample"))


def _semicolons(fields: list[str]) -> str:
    separated = len(fields) == 1 and ";" in fields[0]
    return "; semicolons do not separate: write tabs, commas or blanks (and points in numbers)" if separated else ""


def _check_names(names: list[str], where: str) -> None:
    if "" in names:
        raise InputError(
            f"{where}: column {names.index('') + 1} has no name; name every column, "
            "and end the header where its last name ends"
        )
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise InputError(f"{where}: column {name!r} is there {times} times; give every column a name of its own")


def _check_types(row: _Row, path: str) -> None:
    number, types = row
    if types[0] != "0":
        raise InputError(
            f"{path}: line {number}: begins with {types[0]!r}, expected a .sample file's line of column types, "
            "such as `0 0 0 D P`, below the header"
        )


def _even(path: PathLike, header: _Header, rows: Iterable[_Row]) -> Iterator[_Row]:
    """``rows``, each of which has a field for every column, and an id."""
    width = len(header.names)
    for number, fields in rows:
        if len(fields) != width:
            hint = "; R's write.table needs row.names = FALSE" if len(fields) == width + 1 else ""
            raise InputError(
                f"{path}: line {number}: {len(fields)} fields, expected {width} as in the header; separate all by the "
                f"same tab, comma or blank, and write NA where there is no value{hint}"
            )
        if not fields[header.person]:
            raise InputError(f"{path}: line {number}: no id in column {header.names[header.person]!r}; give it or drop")
        yield number, fields


def _filled(path: PathLike, header: _Header, rows: Iterator[_Row]) -> TableFile:
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
