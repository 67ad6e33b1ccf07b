"""Text files of genetics tools, plain, gzip, zip or zstd: blocks and lines of bytes, with errors that name the file.

Formats build on this; nothing here knows what a line means.
"""

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import BinaryIO

from gtl.errors import InputError
from gtl.formats.compressed import unpacked
from gtl.formats.file_kinds import check_text

BLOCK_BYTES = 1 << 24
"""Bytes that a reader holds at a time."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What Excel and Notepad put before UTF-8 text."""

PathLike = str | os.PathLike[str]
Sink = PathLike | BinaryIO
"""A path, or a file open for bytes (the store may be S3)."""


def line_blocks(path: PathLike, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Whole lines of ``path`` in blocks of about ``block_bytes``; compressed files are known by their first bytes.

    Gzip, bgzip and zstd; of a zip archive the one file in it is read, whatever its name. Every block ends with a
    newline; one is added if the file's last line has none. A byte order mark and blank lines at the end of the file are
    left out; carriage returns alone, as old programs of the Macintosh write them, end lines, too.

    Raises
    ------
    InputError
        If the file is missing, unreadable, empty or blank, a compressed file that is cut off or damaged (a bgzip file
        even between two blocks), an archive of several files, or no text (:mod:`gtl.formats.file_kinds`).
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
    """``line`` decoded; :class:`InputError` naming ``where`` if it is not UTF-8 text.

    A comment (``##``) may be in any encoding, as old exports and edited files are.

    >>> as_text("##Ren\u00e9".encode("latin-1"), "x.vcf: line 1")
    '##Ren\ufffd'
    """
    try:
        return line.decode(errors="replace" if line.startswith(b"##") else "strict")
    except UnicodeDecodeError:
        raise InputError(f"{where}: not text in UTF-8; {_encoding(line)}") from None


def _encoding(line: bytes) -> str:
    """What most likely is the matter with a line that is no UTF-8."""
    if b"\0" in line:
        return "it has zero bytes: save UTF-16 as UTF-8 (iconv -f UTF-16 -t UTF-8), or give the text of a binary format"
    return "if it is text of another encoding, convert it (iconv -f LATIN1 -t UTF-8)"


def words(text: str) -> list[str]:
    """Fields that blanks or tabs separate, without the quotation marks that R's ``write.table`` puts around them.

    >>> words('"rs1" 100  "A"'), words("'rs1' 100")
    (['rs1', '100', 'A'], ['rs1', '100'])
    """
    return unquoted(text, text.split())


def unquoted(text: str, fields: list[str]) -> list[str]:
    """The ``fields`` of ``text`` without quotation marks around them."""
    return [field.strip("'\"") for field in fields] if '"' in text or "'" in text else fields


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
    for block in _with_newlines(_decompressed(path, block_bytes)):
        rest += block
        end = _end_of_lines(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest.strip():
        yield rest + b"\n"


def _with_newlines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """``blocks``, whose lines end with a newline also where the file has carriage returns alone."""
    first = next(blocks, b"")
    returns = b"\r" in first and b"\n" not in first
    for block in chain([first], blocks):
        yield block.replace(b"\r", b"\n") if returns else block


def _end_of_lines(text: bytes) -> int:
    """Where the last whole line of ``text`` ends; blank lines after it are not whole, they may be the file's last."""
    length = len(text.rstrip())
    after = text.find(b"\n", length) if length else -1
    return (after if after >= 0 else text.rfind(b"\n", 0, length)) + 1


def _decompressed(path: PathLike, block_bytes: int) -> Iterator[bytes]:
    empty = True
    try:
        with open(path, "rb") as raw:
            file = unpacked(raw, path)
            while block := file.read(block_bytes):
                if empty:
                    check_text(block, path)
                empty = False
                yield block
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; check the path in the settings") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: gzip file is cut off or damaged ({error}); copy or download it again") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # RuntimeError: a password is needed
        raise InputError(f"{path}: zip file cannot be read ({error}); unpack it and give the file in it") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    if empty:
        raise InputError(f"{path}: file is empty; expected at least one line, copy or download it again")


def one_word(name: str) -> str:
    """``name``, which goes into a column; :class:`InputError` if white space in it would make two columns of it."""
    if name.split() != [name]:
        raise InputError(f"name {name!r}: expected one word, because white space separates columns; rename it")
    return name
