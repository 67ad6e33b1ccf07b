"""People of genotype files: PLINK's .fam and .psam, Oxford's .sample, and plain lists of ids."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from gtl.errors import InputError
from gtl.formats.sources.base import NO_FAMILY, SourceSamples
from gtl.formats.text_file import PathLike, as_text, lines, words

Fields = list[str]
T = TypeVar("T")

_SEX = {"1": 1, "M": 1, "MALE": 1, "2": 2, "F": 2, "FEMALE": 2}
_OXFORD_TYPES = frozenset("0DCPB")
"""Of the columns of a .sample file, on its second line."""
_FAM = ["#FID", "IID", "PAT", "MAT", "SEX"]


def read_people_file(path: PathLike) -> SourceSamples:
    """People of a .fam, .psam or .sample file, or of a list of ids (``FID IID`` or ``IID`` a line), as its lines show.

    Raises
    ------
    InputError
        If the file cannot be read, a line has too few columns, or ids are not unique.
    """
    rows = [words(as_text(line, f"{path}: line {number}")) for number, line in lines(path)]
    if len(rows) > 1 and rows[1][:1] == ["0"] and {*rows[1]} <= _OXFORD_TYPES:
        return _people(rows[2:], _oxford_names(rows[0]), path, 3)
    comments = [number for number, row in enumerate(rows) if row and row[0].startswith("#")]
    if not comments:
        return _people(rows, _names_of_width(len(rows[0])), path, 1)
    header = comments[-1]
    return _people(rows[header + 1 :], [name.upper() for name in rows[header]], path, header + 2)


def read_fam(path: PathLike) -> SourceSamples:
    """People of a .fam file; errors as of :func:`read_people_file`."""
    rows = [words(as_text(line, f"{path}: line {number}")) for number, line in lines(path)]
    return _people(rows, _FAM, path, 1)


def beside(path: Path, *suffixes: str) -> Path:
    """The file of the same name with one of ``suffixes``; :class:`InputError` if none is there."""
    names = [path.with_name(path.name.removesuffix(path.suffix) + suffix) for suffix in suffixes]
    for name in names:
        if name.is_file():
            return name
    raise InputError(f"{path}: {' or '.join(name.name for name in names)} is not beside it; put it there")


def _names_of_width(width: int) -> list[str]:
    return {1: ["IID"], 2: ["#FID", "IID"]}.get(width, _FAM)


def _oxford_names(header: Fields) -> list[str]:
    """Names as PLINK's: ID_1 and ID_2 are family and own id; newer files have one id."""
    names = [name.upper() for name in header]
    own = "IID" if len(names) < 2 or names[1] == "MISSING" else "#FID"
    return [own, *(["IID"] if own == "#FID" else []), *names[2 if own == "#FID" else 1 :]]


def _people(rows: list[Fields], names: list[str], path: PathLike, first_line: int) -> SourceSamples:
    own = next((place for place, name in enumerate(names) if name.removeprefix("#") == "IID"), None)
    if own is None:
        raise InputError(f"{path}: line {first_line - 1}: no column IID among {' '.join(names)}")
    if not rows:
        raise InputError(f"{path}: no people below its header")
    family = next((place for place, name in enumerate(names) if name.removeprefix("#") == "FID"), None)
    sex = names.index("SEX") if "SEX" in names else None
    needed = 1 + max(place for place in (own, family, sex) if place is not None)
    for line, fields in enumerate(rows, first_line):
        if len(fields) < needed:
            raise InputError(f"{path}: line {line}: {len(fields)} columns, expected {needed} or more")
    return SourceSamples.of(
        _column(rows, own, str),
        [NO_FAMILY] * len(rows) if family is None else _column(rows, family, str),
        [0] * len(rows) if sex is None else _column(rows, sex, _sex_code),
        path,
    )


def _column(rows: list[Fields], place: int, of: Callable[[str], T]) -> list[T]:
    return [of(fields[place]) for fields in rows]


def _sex_code(text: str) -> int:
    return _SEX.get(text.upper(), 0)
