"""Which population a person is from: a table with columns ``sample`` and ``population``, tab or comma."""

import csv

from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text, lines


def read_populations(path: PathLike) -> dict[str, str]:
    """Population of every sample of the table; further columns are ignored.

    Raises
    ------
    InputError
        If a column is absent, a line has too few columns or a quote that does not end, or a sample has two populations.
    """
    numbered = lines(path)
    header = _fields(next(numbered)[1], f"{path}: line 1")
    if "sample" not in header or "population" not in header:
        raise InputError(f"{path}: line 1: columns are {header}, expected `sample` and `population` among them")
    sample, population = header.index("sample"), header.index("population")
    found: dict[str, str] = {}
    for number, line in numbered:
        where = f"{path}: line {number}"
        fields = _fields(line, where)
        if len(fields) != len(header):
            raise InputError(f"{where}: {len(fields)} columns, expected {len(header)} as in the header")
        if found.setdefault(fields[sample], fields[population]) != fields[population]:
            raise InputError(
                f"{where}: sample {fields[sample]!r} has population {fields[population]!r} and another above"
            )
    return found


def _fields(line: bytes, where: str) -> list[str]:
    text = as_text(line, where)
    try:
        return next(csv.reader([text], delimiter="\t" if "\t" in text else ",", strict=True), [])
    except csv.Error as error:
        raise InputError(
            f"{where}: cannot be split into columns ({error}); end every quote in the line that it begins in"
        ) from None
