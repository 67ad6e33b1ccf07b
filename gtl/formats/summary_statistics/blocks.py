"""The lines of a table of statistics as columns of text, a block at a time, however its fields are separated."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text, line_blocks

if TYPE_CHECKING:
    import pyarrow as pa

_BLANKS = re.compile(rb"[ \t]+")
_HEADER_BYTES = 1 << 16
_EDGES = re.compile(rb"^[ \t]+|[ \t]+(?=\r?$)", re.MULTILINE)


def first_line(path: PathLike) -> list[str]:
    """Names of the columns; lines that begin with ``##`` before them are left out.

    Raises
    ------
    InputError
        If the file is missing, empty or damaged, or not text.
    """
    line = _header(path)
    text = as_text(line, f"{path}: header")
    return [name.strip().strip('"') for name in text.split(_separator(line))]


def text_blocks(path: PathLike, wanted: Sequence[str], on_uneven: Callable[[int], None]) -> Iterator["pa.Table"]:
    """Blocks of the columns ``wanted``, all as text.

    Parameters
    ----------
    on_uneven
        Called with the number of lines that were left out, as they have another number of fields than the header.
    """
    names, separator = first_line(path), _separator(_header(path))
    for number, block in enumerate(line_blocks(path)):
        rows = _body(block).partition(b"\n")[2] if number == 0 else block
        if separator is None:
            rows = _BLANKS.sub(b"\t", _EDGES.sub(b"", rows))
        if rows.strip():
            yield _parsed(rows, names, wanted, separator or "\t", on_uneven, str(path))


def _parsed(
    rows: bytes, names: list[str], wanted: Sequence[str], separator: str, on_uneven: Callable[[int], None], path: str
) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    uneven = 0

    def skip(row: object) -> str:
        nonlocal uneven
        uneven += 1
        return "skip"

    own = [f"{place}" for place in range(len(names))]
    places = [own[names.index(name)] for name in wanted]
    try:
        table = csv.read_csv(
            pa.py_buffer(rows),
            csv.ReadOptions(column_names=own, use_threads=False, block_size=len(rows) + 1),
            csv.ParseOptions(delimiter=separator, invalid_row_handler=skip),
            csv.ConvertOptions(
                column_types=dict.fromkeys(own, pa.string()), include_columns=places, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: cannot be split into columns ({error}); expected text, a line a variant") from None
    on_uneven(uneven)
    return table.rename_columns(list(wanted))


def _body(block: bytes) -> bytes:
    """``block`` from the header on."""
    while block.startswith(b"##"):
        block = block.partition(b"\n")[2]
    return block


def _separator(line: bytes) -> str | None:
    """What separates the fields of a header; None = white space."""
    return next((sign.decode() for sign in (b"\t", b",", b";") if sign in line), None)


def _header(path: PathLike) -> bytes:
    return _body(next(line_blocks(path, _HEADER_BYTES))).partition(b"\n")[0].rstrip(b"\r")
