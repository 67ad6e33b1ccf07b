"""Lines of a table as fields, however they are separated: tabs, commas, blanks or semicolons, comments left out.

Between semicolons numbers have decimal commas, which become points.
"""

import csv
import itertools
import re
from collections.abc import Iterator

from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text, lines

Row = tuple[int, list[str]]
"""Number of a line, from 1, and its fields."""

FIRST_COLUMNS = frozenset(
    [
        *("sample", "sample_id", "sampleid", "sample_name", "id", "eid", "f_eid", "id_1", "subject", "subject_id"),
        *("individual", "individual_id", "indiv_id", "participant_id", "person_id", "patient_id"),
    ]
)
"""Names of a first column that says who a person is, as :func:`folded` has them."""

_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)")
_QUOTED = re.compile(r'"[^"]*"')
_BETWEEN_WORDS = re.compile(r"[\s.-]+")


def table_rows(path: PathLike) -> Iterator[Row]:
    """The header of a table, and the rows below it.

    Comments begin with ``##``, or with ``#`` and a blank, or with ``#`` above the header; a line in another encoding
    than UTF-8 is of an old program of Windows.

    Raises
    ------
    InputError
        If the file cannot be read, or a quote does not end.
    """
    numbered = ((number, _decoded(line, f"{path}: line {number}")) for number, line in lines(path))
    no_comments = (row for row in numbered if row[1].strip(" \t,;") and not row[1].startswith(("##", "# ")))
    written = itertools.dropwhile(lambda row: _is_comment(row[1]), no_comments)
    top = list(itertools.islice(written, 2))
    separator = _separator([text for _, text in top])
    for number, text in itertools.chain(top, written):
        yield number, _fields(text, separator, f"{path}: line {number}")


def folded(name: str) -> str:
    """How the name of a column is compared.

    >>> folded("Sample ID"), folded("f.eid")
    ('sample_id', 'f_eid')
    """
    return _BETWEEN_WORDS.sub("_", name.strip('" ').casefold())


def _decoded(line: bytes, where: str) -> str:
    """A line as text; one that is no UTF-8 is of an old program of Windows, where names have their accents."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return as_text(line, where) if b"\0" in line else line.decode("cp1252", errors="replace")


def _is_comment(text: str) -> bool:
    """Whether a line that begins with ``#`` stands above the header, and is not it."""
    words = [folded(word) for word in re.split(r"[\t,; ]+", text.removeprefix("#"))]
    return text.startswith("#") and words[0] not in FIRST_COLUMNS and not {"fid", "iid"} & {*words}


def _separator(top: list[str]) -> str | None:
    """What separates fields; None = any white space, also where tabs and blanks are mixed but the counts agree."""
    top = [_QUOTED.sub("", text) for text in top]
    for separator in "\t,;":
        if top and separator in top[0]:
            widths = {text.count(separator) for text in top}
            blanks = {len(text.split()) for text in top}
            return None if len(widths) > 1 and len(blanks) == 1 else separator
    return None


def _fields(text: str, separator: str | None, where: str) -> list[str]:
    fields = _split_fields(text, separator, where)
    return [_DECIMAL_COMMA.sub(_with_point, field) for field in fields] if separator == ";" else fields


def _with_point(number: re.Match[str]) -> str:
    return f"{number[1]}.{number[2]}" if number.group() == number.string else number.group()


def _split_fields(text: str, separator: str | None, where: str) -> list[str]:
    if '"' not in text:
        return [field.strip() for field in text.split(separator)]
    line = text if separator else " ".join(text.split())
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=separator or " ", strict=True))]
    except csv.Error as error:
        raise InputError(
            f"{where}: cannot be split into columns ({error}); end every quote in the line that it begins in"
        ) from None
