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
_OXFORD_IDS = ("ID_1", "ID")
_SEX_NAMES = ("SEX", "GENDER")
_NO_PERSON = "0"
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
    _check_types(rows, path)
    header = _header_of(rows)
    if header is None:
        return _people(rows, _names_of_width(len(rows[0])), path, 1)
    return _people(rows[header + 1 :], [name.upper() for name in rows[header]], path, header + 2)


def read_fam(path: PathLike) -> SourceSamples:
    """People of a .fam file, which may have a header; errors as of :func:`read_people_file`."""
    rows = [words(as_text(line, f"{path}: line {number}")) for number, line in lines(path)]
    return _people(rows, _FAM, path, 1) if _header_of(rows) is None else read_people_file(path)


def check_order(own: list[str], samples: SourceSamples, listed: object, path: Path) -> None:
    """Refuse a list of the same people as genotypes name themselves, in another order.

    By id or FID_IID; names of another kind cannot be compared.

    Raises
    ------
    InputError
        Naming the first person of the list ``listed`` who is another one in ``path``.
    """
    joint = [f"{family}_{name}" for family, name in zip(samples.families, samples.ids, strict=True)]
    for ids in ([*samples.ids], joint):
        if ids == own or {*ids} != {*own}:
            continue
        place = next(place for place, (a, b) in enumerate(zip(ids, own, strict=True)) if a != b)
        raise InputError(
            f"{listed}: person {place + 1} is {ids[place]}, but {own[place]} in {path.name}; "
            "list the people in the order of the genotypes"
        )


def people_of_plink(path: Path, listed: Path | None, *suffixes: str) -> SourceSamples:
    """People of a PLINK fileset: those beside it, or those ``listed`` in their stead, who may not be in another order.

    Raises
    ------
    InputError
        As :func:`read_people_file`, :func:`beside` and :func:`check_order`.
    """
    own = next((file for end in suffixes if (file := path.with_suffix(end)).is_file()), None)
    if listed is None:
        file = beside(path, *suffixes)
        return read_fam(file) if file.suffix == ".fam" else read_people_file(file)
    samples = read_people_file(listed)
    if own is not None:
        check_order([*people_of_plink(path, None, *suffixes).ids], samples, listed, own)
    return samples


def beside(path: Path, *suffixes: str) -> Path:
    """The file of the same name with one of ``suffixes``; :class:`InputError` if none is there."""
    names = [path.with_name(path.name.removesuffix(path.suffix) + suffix) for suffix in suffixes]
    for name in names:
        if name.is_file():
            return name
    raise InputError(f"{path}: {' or '.join(name.name for name in names)} is not beside it; put it there")


def _header_of(rows: list[Fields]) -> int | None:
    """Which of the rows names the columns: the last comment, or a first row that says FID or IID; None if none does."""
    comments = [number for number, row in enumerate(rows) if row and row[0].startswith("#")]
    first = [name.upper() for name in rows[0][:2]]
    return comments[-1] if comments else 0 if first == ["FID", "IID"] or first[:1] == ["IID"] else None


def _check_types(rows: list[Fields], path: PathLike) -> None:
    if len(rows[0]) > 2 and rows[0][0].upper() in _OXFORD_IDS:
        raise InputError(
            f"{path}: line 2: expected a .sample file's line of column types, such as `0 0 0 D P`, below the header"
        )


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
    sex = next((names.index(name) for name in _SEX_NAMES if name in names), None)
    needed = 1 + max(place for place in (own, family, sex) if place is not None)
    for line, fields in enumerate(rows, first_line):
        if len(fields) < needed:
            raise InputError(f"{path}: line {line}: {len(fields)} columns, expected {needed} or more")
    if family is not None and {fields[own] for fields in rows} == {_NO_PERSON}:
        own, family = family, None  # .sample files of ID_1 alone
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
