"""Text files of genetics tools, plain, gzip or zstd: blocks and lines of bytes, with errors that name the file.

Formats build on this; nothing here knows what a line means.
"""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Any, BinaryIO

from gtl.errors import InputError

BLOCK_BYTES = 1 << 24
"""Bytes that a reader holds at a time."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What Excel and Notepad put before UTF-8 text."""

_ZSTD = b"\x28\xb5\x2f\xfd"

PathLike = str | os.PathLike[str]
Sink = PathLike | BinaryIO
"""A path, or a file open for bytes (the store may be S3)."""


def line_blocks(path: PathLike, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Whole lines of ``path`` in blocks of about ``block_bytes`` (gzip, bgzip and zstd are known by their first bytes).

    Every block ends with a newline; one is added if the file's last line has none. A byte order mark and blank lines at
    the end of the file are left out.

    Raises
    ------
    InputError
        If the file is missing, unreadable, empty or blank, or a gzip file that is cut off or damaged.
    """
    blocks = _blocks(path, block_bytes)
    first = next(blocks, None)
    if first is None:
        raise InputError(f"{path}: only blank lines; expected at least one with text, copy or download it again")
    yield first.removeprefix(_BYTE_ORDER_MARK)
    yield from blocks


def lines(path: PathLike) -> Iterator[tuple[int, bytes]]:
    """Line number (from 1) and bytes of every line of ``path``, without its line end.

    Raises
    ------
    InputError
        As :func:`line_blocks`.
    """
    number = 0
    for block in line_blocks(path):
        for line in block[:-1].split(b"\n"):
            number += 1
            yield number, line.removesuffix(b"\r")


def as_text(line: bytes, where: str) -> str:
    """``line`` decoded; :class:`InputError` naming ``where`` if it is not UTF-8 text."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise InputError(f"{where}: not text; give the file itself, not an archive or a binary format") from None


@contextmanager
def writable(file: Sink) -> Iterator[BinaryIO]:
    """``file`` opened for bytes, or itself if it is open already (it then stays open)."""
    if isinstance(file, str | os.PathLike):
        with open(file, "wb") as opened:
            yield opened
    else:
        yield file


def _blocks(path: PathLike, block_bytes: int) -> Iterator[bytes]:
    rest = b""
    for block in _decompressed(path, block_bytes):
        rest += block
        end = _end_of_lines(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest.strip():
        yield rest + b"\n"


def _end_of_lines(text: bytes) -> int:
    """Where the last whole line of ``text`` ends; blank lines after it are not whole, they may be the file's last."""
    length = len(text.rstrip())
    after = text.find(b"\n", length) if length else -1
    return (after if after >= 0 else text.rfind(b"\n", 0, length)) + 1


def _decompressed(path: PathLike, block_bytes: int) -> Iterator[bytes]:
    empty = True
    try:
        with open(path, "rb") as raw:
            file = _unpacked(raw)
            while block := file.read(block_bytes):
                empty = False
                yield block
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path in the settings") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: gzip file is cut off or damaged ({error}); copy or download it again") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if empty:
        raise InputError(f"{path}: file is empty; expected at least one line, copy or download it again")


def _unpacked(raw: BufferedReader) -> Any:
    begin = raw.peek(4)[:4]
    if begin.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=raw)
    if begin == _ZSTD:
        import pyarrow as pa

        return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    return raw


def one_word(name: str) -> str:
    """``name``, which goes into a column; :class:`InputError` if white space in it would make two columns of it."""
    if name.split() != [name]:
        raise InputError(f"name {name!r}: expected one word, because white space separates columns; rename it")
    return name
