"""Compressed files, known by their first bytes: gzip, bgzip, zstd, and zip archives of one file."""

import gzip
import os
import zipfile
from io import BufferedReader
from typing import Any, BinaryIO

from gtl.errors import InputError
from gtl.formats.file_kinds import check_archive

PathLike = str | os.PathLike[str]

_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"

_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
"""The empty block that ends every whole bgzip file (SAM specification, 4.1.2)."""


def unpacked(raw: BufferedReader, path: PathLike) -> Any:
    """What an open file holds, for reading; as it is if it is not compressed.

    Raises
    ------
    InputError
        If it is a bgzip file that was cut, or an archive of several files. While it is read, the library's own errors.
    """
    begin = raw.peek(18)[:18]
    if begin.startswith(_GZIP):
        check_bgzf_end(raw, path)
        return gzip.GzipFile(fileobj=raw)
    if begin.startswith(_ZSTD):
        import pyarrow as pa

        return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    if begin.startswith(_ZIP):
        archive = zipfile.ZipFile(raw)
        return archive.open(_only_member(archive, path))
    return raw


def check_bgzf_end(file: BinaryIO, path: PathLike) -> None:
    """:class:`InputError` if an open file is a bgzip file that was cut, even between two blocks; it is read from 0.

    A pipe cannot be looked at beforehand, and is not.
    """
    if not file.seekable():
        return
    begin = file.read(18)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - len(_BGZF_END)))
    whole = file.read() == _BGZF_END
    file.seek(0)
    if begin.startswith(_GZIP) and begin[12:14] == b"BC" and not whole:
        raise InputError(f"{path}: bgzip file is cut off (its last block is absent); copy or download it again")


def _only_member(archive: zipfile.ZipFile, path: PathLike) -> zipfile.ZipInfo:
    check_archive(archive.namelist(), path)
    found = text_members(archive)
    if len(found) != 1:
        names = ", ".join(repr(member.filename) for member in found[:3])
        raise InputError(
            f"{path}: a zip archive of {len(found)} files{f' ({names}...)' if found else ''}, expected one; "
            "unpack it and give the file that is meant"
        )
    return found[0]


def text_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Files in an archive but folders and those that macOS adds."""
    return [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not member.filename.startswith("__MACOSX/")
        and member.filename.rpartition("/")[2] != ".DS_Store"
    ]
