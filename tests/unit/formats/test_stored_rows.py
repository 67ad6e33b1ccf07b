import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.formats.stored_rows import StoredRows
from gtl.formats.variant_table import binary

BYTES = np.random.default_rng(1).integers(0, 256, (700, 33), dtype=np.uint8)
PLAIN = {"compression": "none", "use_dictionary": False, "data_page_size": 1 << 30}
OTHERS = {
    "zstd": {"compression": "zstd", "use_dictionary": False},
    "dictionary": {"compression": "none", "use_dictionary": True},
    "several pages": {"compression": "none", "use_dictionary": False, "data_page_size": 1000, "write_batch_size": 10},
    "split streams": {
        "compression": "none", "use_dictionary": False, "column_encoding": {"x": "BYTE_STREAM_SPLIT"},
        "data_page_size": 1 << 30,
    },
    "second version of pages": PLAIN | {"data_page_version": "2.0"},
    "with checksums": PLAIN | {"write_page_checksum": True},
    "with statistics": PLAIN | {"write_statistics": True},
}  # fmt: skip


class ShortReads(io.BytesIO):
    """Gives at most 100 bytes at a time, as a remote file may."""

    def readinto(self, buffer, /) -> int:
        return super().readinto(memoryview(buffer).cast("B")[:100])


def stored(options, file=None, *, nullable=False):
    file = file or io.BytesIO()
    field = pa.field("x", pa.binary(BYTES.shape[1]), nullable=nullable)
    table = pa.table([binary(BYTES)], schema=pa.schema([field]))
    pq.write_table(table, file, row_group_size=256, **{"write_statistics": False} | options)
    return StoredRows(pq.ParquetFile(file), file, "x")


ARRAY = stored(PLAIN)


@given(st.lists(st.integers(0, len(BYTES) - 1), max_size=30))
def test_rows_in_any_order_and_more_than_once(rows):
    rows = np.array(rows, dtype=np.intp)
    np.testing.assert_array_equal(ARRAY.read(rows), BYTES[rows])


def test_far_rows_are_read_apart():
    wide = np.arange(60_000, dtype=np.uint32).view(np.uint8).reshape(6, 40_000)
    file = io.BytesIO()
    pq.write_table(pa.table({"x": binary(wide)}), file, **PLAIN)
    for rows in ([5, 0, 3], [0, 1, 2, 3, 4, 5], [2]):
        np.testing.assert_array_equal(StoredRows(pq.ParquetFile(file), file, "x").read(np.array(rows)), wide[rows])


@pytest.mark.parametrize("kind", OTHERS)
def test_everybody_s_way_of_writing(kind):
    rows = np.array([699, 3, 256, 255, 3])
    for nullable in (False, True):
        np.testing.assert_array_equal(stored(OTHERS[kind], nullable=nullable).read(rows), BYTES[rows])


def test_a_file_that_gives_less_than_asked_for():
    np.testing.assert_array_equal(stored(PLAIN, ShortReads()).read(np.arange(700)), BYTES)


def test_rows_that_are_not_there():
    with pytest.raises(InputError, match="variant row 700 is not in the file, which has 700 variants"):
        ARRAY.read(np.array([2, 700]))
