"""The index (.tbi, .csi) beside a VCF or BCF, and whether it was made of the file as it is now.

A file that was filtered, extended or made again after its index is read wrongly through it: lines are absent or cut,
without a word. Formats: SAM/BAM specifications, tabix.pdf and CSIv1.pdf.
"""

import gzip
import struct
import zlib
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np

from gtl.errors import InputError

_BLOCK = 1 << 16
"""Bytes that a block of a bgzip file has at most."""

_COUNTS = 37450
"""Bin of a .tbi that holds no chunks of lines, but their number."""


def index_of(path: Path) -> Path | None:
    """The .csi or .tbi beside the file, as htslib chooses it; None without one.

    Raises
    ------
    InputError
        If it was made of another file, or of this one before it changed.
    """
    beside = (path.with_name(path.name + suffix) for suffix in (".csi", ".tbi"))
    found = next((index for index in beside if index.is_file()), None)
    if found is not None:
        _check_made_of(found, path)
    return found


def _check_made_of(index: Path, path: Path) -> None:
    advice = f"delete it, or make it again (`bcftools index --force {path.name}`)"
    try:
        with gzip.open(index) as file:
            end = max(_ends_of_lines(file.read()), default=None)
    except (OSError, EOFError, ValueError, zlib.error, struct.error) as error:
        raise InputError(f"{index}: cannot be read as an index ({error}); {advice}") from error
    if end is not None and not _is_last(path, end):
        raise InputError(
            f"{index}: made of another file than {path.name} is now, as its last line is elsewhere; {advice}"
        )


def _is_last(path: Path, end: int) -> bool:
    """Whether the file ends at a virtual offset: where a block starts in the file, and the place within it."""
    start, within = end >> 16, end & (_BLOCK - 1)
    with path.open("rb") as file:
        file.seek(start)
        rest = file.read(2 * _BLOCK)
    try:
        return bool(rest) and len(gzip.decompress(rest)) == within
    except (OSError, EOFError, zlib.error):
        return False


def _ends_of_lines(index: bytes) -> Iterator[int]:
    """Virtual offsets at which chunks of lines end."""
    magic, at = index[:4], 4
    if magic == b"TBI\1":
        names = struct.unpack_from("<8i", index, at)[-1]
        references, at, depth = struct.unpack_from("<i", index, at)[0], at + 32 + names, None
    elif magic == b"CSI\1":
        _, depth, auxiliary = struct.unpack_from("<3i", index, at)
        at += 12 + auxiliary
        references, at = struct.unpack_from("<i", index, at)[0], at + 4
    else:
        raise OSError(f"it begins with {magic!r}")
    for _ in range(references):
        at = yield from _ends_of_reference(index, at, depth)


def _ends_of_reference(index: bytes, at: int, depth: int | None) -> Generator[int, None, int]:
    """The ends of one chromosome; returns where the next one begins. ``depth`` is that of a .csi, None of a .tbi."""
    counts = _COUNTS if depth is None else ((1 << 3 * (depth + 1)) - 1) // 7 + 1
    head = struct.Struct("<Ii" if depth is None else "<IQi")
    (bins,) = struct.unpack_from("<i", index, at)
    at += 4
    for _ in range(bins):
        number, *_, chunks = head.unpack_from(index, at)
        at += head.size
        if number != counts and chunks:
            yield int(np.frombuffer(index, "<u8", 2 * chunks, at)[1::2].max())
        at += 16 * chunks
    if depth is None:
        at += 4 + 8 * int(struct.unpack_from("<i", index, at)[0])
    return at
