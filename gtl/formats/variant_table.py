"""Rows of a genotype or haplotype file as an Arrow table, and how pyarrow writes them.

Hard calls are written plainly, a page to a row group, so that the file has them as an array; a byte a person (imputed
dosages, haplotypes) is compressed, in small row groups, for there zstd makes a quarter of it.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gtl.domain.genotypes import Variants
from gtl.formats.genotype_encoding import Encoding
from gtl.schema import VARIANTS

_GROUP_BYTES = 1 << 22
_MIN_GROUP_ROWS, _MAX_GROUP_ROWS = 64, 1 << 14
_COMPRESSED_GROUP_ROWS = 512

_ONE_PAGE = 1 << 30
"""Bytes that no row group has."""


def table_of(variants: Variants, stored: npt.NDArray[Any], schema: pa.Schema) -> pa.Table:
    """Rows of a genotype or haplotype file: the variants' names, and their (n_variants, width) bytes."""
    named = [pa.array(getattr(variants, field.name), type=field.type) for field in VARIANTS]
    return pa.table([*named, binary(stored)], schema=schema)


def binary(stored: npt.NDArray[Any]) -> pa.Array:
    """(n_variants, width) bytes as a column of fixed-size binary."""
    buffers = [None, pa.py_buffer(np.ascontiguousarray(stored))]
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(stored.shape[1]), len(stored), buffers)


def bytes_of(column: pa.ChunkedArray) -> npt.NDArray[np.uint8]:
    """The inverse of :func:`binary`."""
    width = column.type.byte_width
    parts = [
        np.frombuffer(chunk.buffers()[1], np.uint8, len(chunk) * width, chunk.offset * width) for chunk in column.chunks
    ]
    return np.concatenate([np.empty(0, np.uint8), *parts]).reshape(-1 if width else len(column), width)


def group_rows(schema: pa.Schema) -> int:
    """Variants of a row group.

    >>> from gtl.formats.variant_parquet import genotype_schema
    >>> people = np.array([f"p{number}" for number in range(4000)], dtype=object)
    >>> group_rows(genotype_schema(people, Encoding.TWO_BITS)), group_rows(genotype_schema(people, Encoding.HUNDREDTHS))
    (4194, 512)
    """
    if not _plain(schema):
        return _COMPRESSED_GROUP_ROWS
    width: int = max(1, schema.field(len(schema) - 1).type.byte_width)
    return min(_MAX_GROUP_ROWS, max(_MIN_GROUP_ROWS, _GROUP_BYTES // width))


def writer_options(schema: pa.Schema) -> dict[str, Any]:
    """How pyarrow writes a file of this schema."""
    *names, last = schema.names
    compressed = dict.fromkeys(names, "zstd") | {last: "none" if _plain(schema) else "zstd"}
    return {
        "compression": compressed,
        "compression_level": {name: 1 for name, kind in compressed.items() if kind == "zstd"},
        "use_dictionary": ["chrom", "ref", "alt"],
        "write_statistics": ["pos"],
        "data_page_size": _ONE_PAGE,
    }


def _plain(schema: pa.Schema) -> bool:
    found: bytes = (schema.metadata or {}).get(b"encoding", b"")
    return found == Encoding.TWO_BITS.encode()
