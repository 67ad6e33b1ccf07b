"""Rows of a Parquet file's fixed-size column, read without the rest where that can be.

A column that is written plainly (not compressed, without a dictionary, a page to a row group) lies in the file as an
array, so that its rows are where their numbers say. Everybody else's files are read by their row groups.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.text_file import Sink
from gtl.formats.variant_table import bytes_of

Rows = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]

_GAP_BYTES = 1 << 14
"""Bytes between two rows that are read along rather than left out by a read more."""


class StoredRows:
    """One column of an open Parquet file.

    Parameters
    ----------
    parquet
        The file as pyarrow opened it.
    raw
        The same file as bytes.
    column
        Name of a column of fixed-size binary.
    """

    def __init__(self, parquet: Any, raw: BinaryIO, column: str) -> None:
        self._parquet = parquet
        self._raw = raw
        self._column = column
        self._place = parquet.schema_arrow.names.index(column)
        self._starts: dict[int, int | None] = {}
        meta = parquet.metadata
        self._ends = np.cumsum([meta.row_group(group).num_rows for group in range(meta.num_row_groups)], dtype=np.intp)
        self.width: int = parquet.schema_arrow.field(column).type.byte_width

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def read(self, rows: Rows) -> Bytes:
        """(len(rows), width) bytes at ``rows``, in any order; :class:`InputError` if one is not in the file."""
        stored = np.empty((len(rows), self.width), dtype=np.uint8)
        for group, places, local in self.by_group(rows):
            start = self._start(group)
            if start is None:
                stored[places] = self._decoded(group)[local]
            else:
                self._read_plain(start, local, places, stored)
        return stored

    def by_group(self, rows: Rows) -> Iterator[tuple[int, Rows, Rows]]:
        """Row groups that hold ``rows``: number, places in ``rows``, sorted by row, and the rows within the group."""
        for row in rows[(rows < 0) | (rows >= len(self))][:1]:
            raise InputError(f"variant row {row} is not in the file, which has {len(self)} variants (rows from 0)")
        order = np.argsort(rows, kind="stable")
        ordered = rows[order]
        firsts = np.concatenate([[0], self._ends[:-1]])
        for group in np.unique(np.searchsorted(self._ends, ordered, side="right")):
            low, high = np.searchsorted(ordered, [firsts[group], self._ends[group]])
            yield int(group), order[low:high], ordered[low:high] - firsts[group]

    def _read_plain(self, start: int, local: Rows, places: Rows, stored: Bytes) -> None:
        gap = max(1, _GAP_BYTES // max(1, self.width))
        cuts = np.flatnonzero(np.diff(local) > gap) + 1
        for first, last in zip([0, *cuts.tolist()], [*cuts.tolist(), len(local)], strict=True):
            low, high = int(local[first]), int(local[last - 1])
            run = np.empty((high + 1 - low, self.width), dtype=np.uint8)
            self._raw.seek(start + low * self.width)
            self._fill(run)
            stored[places[first:last]] = run[local[first:last] - low]

    def _fill(self, run: Bytes) -> None:
        flat, done = run.reshape(-1), 0
        while done < len(flat):
            # a remote file may give less than it was asked for
            got = self._raw.readinto(flat[done:])  # type: ignore[attr-defined]
            if not got:
                raise OSError("the file ends before its footer says so")
            done += got

    def _start(self, group: int) -> int | None:
        """Where the rows of a row group begin in the file, if they lie there as an array."""
        if group not in self._starts:
            self._starts[group] = self._found_start(group)
        return self._starts[group]

    def _found_start(self, group: int) -> int | None:
        chunk = self._parquet.metadata.row_group(group).column(self._place)
        size = chunk.num_values * self.width
        header = chunk.total_compressed_size - size
        plain = chunk.compression == "UNCOMPRESSED" and {"PLAIN"} <= {*chunk.encodings} <= {"PLAIN", "RLE"}
        if not plain or chunk.has_dictionary_page or header <= 0:
            return None
        self._raw.seek(chunk.data_page_offset)
        # One page of all the rows fills the chunk; several, or with levels of nulls, would each be of other sizes.
        return chunk.data_page_offset + header if _page_bytes(self._raw.read(header)) == size else None

    def _decoded(self, group: int) -> Bytes:
        return bytes_of(self._parquet.read_row_group(group, columns=[self._column], use_threads=False).column(0))


@contextmanager
def as_bytes(file: Sink) -> Iterator[BinaryIO]:
    """``file`` opened for reading bytes, or itself if it is open already."""
    if isinstance(file, str | os.PathLike):
        with open(file, "rb") as raw:
            yield raw
    else:
        yield file


def _page_bytes(header: bytes) -> int:
    """Uncompressed size of a page by its header: the second field, of Thrift's compact protocol.

    >>> _page_bytes(bytes.fromhex("1500" "15c801" "15c801"))
    100
    """
    if header[:1] != b"\x15" or len(header) < 4:  # first field: kind of page, a 32-bit whole number
        return -1
    place = 1 + _length(header[1:])
    if header[place : place + 1] != b"\x15":
        return -1
    digits = header[place + 1 : place + 1 + _length(header[place + 1 :])]
    number = sum((digit & 0x7F) << 7 * rank for rank, digit in enumerate(digits))
    return number >> 1  # zigzag; sizes are not negative


def _length(digits: bytes) -> int:
    """Bytes of the number that ``digits`` begin with: the last is the first below 128."""
    return next((rank for rank, digit in enumerate(digits, 1) if digit < 0x80), len(digits))
