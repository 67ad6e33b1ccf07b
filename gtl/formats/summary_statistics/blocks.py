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
    """Names of the columns; comments (``#``) and blank lines before them are left out.

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
        names = _as_wide(names, rows, separator) if number == 0 else names
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
    """``block`` from the header on: the first line that is neither blank nor a comment.

    A header may begin with ``#``, too: then it has as many fields as the line below it.
    """
    while block:
        line, _, rest = block.partition(b"\n")
        below = rest.partition(b"\n")[0]
        separator = None if (sign := _separator(line)) is None else sign.encode()
        as_header = not line.startswith((b"##", b"# ")) and not below.startswith(b"#")
        uneven = line.startswith(b"#") and below.strip() and len(line.split(separator)) != len(below.split(separator))
        if line.strip() and not (line.startswith(b"#") and (uneven or not as_header)):
            break
        block = rest
    return block


def _as_wide(names: list[str], rows: bytes, separator: str | None) -> list[str]:
    """``names`` with as many blank ones behind them as the first row has separators at its end."""
    named = len(" ".join(names).rstrip().split(" ")) if separator is None else _last_named(names)
    first = rows.partition(b"\n")[0].rstrip(b"\r")
    fields = first.decode(errors="replace").split(separator)
    beyond = fields[named:]
    return [*names[:named], *beyond] if not "".join(beyond).strip() and len(fields) >= named else names


def _last_named(names: list[str]) -> int:
    return max((place for place, name in enumerate(names, 1) if name), default=0)


def _separator(line: bytes) -> str | None:
    """What separates the fields of a header; None = white space."""
    return next((sign.decode() for sign in (b"\t", b",", b";") if sign in line), None)


def _header(path: PathLike) -> bytes:
    return _body(next(line_blocks(path, _HEADER_BYTES))).partition(b"\n")[0].rstrip(b"\r")
