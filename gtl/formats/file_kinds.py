"""Files that are no text, known by their first bytes: what they are, and what to do to have text."""

import os

from gtl.errors import InputError

_TAR = slice(257, 262)

_SPREADSHEET = "a spreadsheet, not text; save the sheet as CSV (UTF-8) or tab-separated text and give that"
_R_DATA = "R's own format, not text; in R, write.table(x, FILE, quote = FALSE, row.names = FALSE) writes text"
_BED = "binary genotypes of PLINK, not text; give the file that names its variants or people (.bim, .pvar, .fam, .psam)"
_WEB_PAGE = "a web page, not the data; the download needed a log-in or was not found: open the address in a browser"

_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b\x08", "compressed twice; unpack it once (gunzip FILE) and give what comes out"),
    (b"PK\x03\x04", "a zip archive within another file; unpack that and give the file in it"),
    (b"PK\x05\x06", "an empty zip archive; download it again"),
    (b"BZh", "compressed by bzip2, which is not read; unpack it (bunzip2 FILE) or use gzip"),
    (b"\xfd7zXZ\0", "compressed by xz, which is not read; unpack it (unxz FILE) or use gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive, which is not read; unpack it and give the file in it"),
    (b"Rar!\x1a\x07", "a RAR archive, which is not read; unpack it and give the file in it"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _SPREADSHEET),
    (b"PAR1\x15", "Parquet, not text; write it as tab-separated text"),
    (b"ARROW1\0", "Feather, not text; write it as tab-separated text"),
    (b"%PDF", "a PDF document, not text; copy the table into tab-separated text"),
    (b"RDX2\n", _R_DATA),
    (b"RDX3\n", _R_DATA),
    (b"X\n\0\0\0", _R_DATA),
    (b"$FL2", "SPSS's own format, not text; save it as CSV or tab-separated text"),
    (b"<stata_dta>", "Stata's own format, not text; export it as CSV or tab-separated text"),
    (b"SQLite format 3\0", "an SQLite database, not text; export the table as tab-separated text"),
    (b"\x6c\x1b", _BED),
    (b"version https://git-lfs", "a pointer of Git LFS, not the data; run `git lfs pull` where it came from"),
    (b"<!doctype html", _WEB_PAGE),
    (b"<html", _WEB_PAGE),
)
"""First bytes, of web pages in small letters, and what the file is."""


def check_text(begin: bytes, path: str | os.PathLike[str]) -> None:
    """:class:`InputError` that says what the file is, if its first bytes are of another kind than text."""
    if begin[_TAR] == b"ustar":
        raise InputError(f"{path}: a tar archive; unpack it (tar -xf) and give the file that is meant")
    start = begin[:32].lstrip()
    for first, kind in _KINDS:
        if start.startswith(first) or start.lower().startswith(first):
            raise InputError(f"{path}: {kind}")


def check_archive(members: list[str], path: str | os.PathLike[str]) -> None:
    """:class:`InputError` if the members of a zip archive are those of a spreadsheet or document."""
    if "[Content_Types].xml" in members or "content.xml" in members:
        raise InputError(f"{path}: {_SPREADSHEET}")
