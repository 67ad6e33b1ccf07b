"""LD of one chromosome by blocks, in memory or in a Parquet file of which one block is read at a time.

The file has a row a variant, in order: ``block`` (int32, from 0) and ``r`` (list of float16: correlations with the
block's variants from its first one up to this one, which is 1), a row group a block; the schema's metadata has
``people`` of the reference. float16 is exact to 0.0005, a tenth of what chance makes of r among 10,000 people.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.text_file import Sink
from gtl.learn.summary.blocks import LdBlock
from gtl.learn.summary.correlations import Floats

_ADVICE = "write it with gtl.learn.summary.chromosome_ld.write_ld, or give genotypes of a reference in its place"


@dataclass(frozen=True, eq=False)
class ChromosomeLd:
    """LD of the variants of one chromosome.

    Attributes
    ----------
    bounds : (n_blocks + 1,) where blocks begin, and the number of variants at the end
    matrix : LD of a block by its number, (m, m) float32 as of :func:`gtl.learn.summary.correlations.block_ld`
    """

    bounds: npt.NDArray[np.intp]
    matrix: Callable[[int], Floats]

    def __len__(self) -> int:
        return int(self.bounds[-1])

    @classmethod
    def of(cls, blocks: Iterable[LdBlock]) -> Self:
        """Hold blocks in memory."""
        held = [*blocks]
        bounds = np.array([0, *(block.stop for block in held)], dtype=np.intp)
        return cls(bounds, lambda number: held[number].correlation)

    @classmethod
    def read(cls, file: Sink) -> Self:
        """Open a file of :func:`write_ld`; matrices are read when they are asked for, and not kept.

        Raises
        ------
        InputError
            If it is no such file.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            parquet = pq.ParquetFile(file)
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"{file}: cannot be read as Parquet ({error}); {_ADVICE}") from None
        if parquet.schema_arrow.names != ["block", "r"]:
            columns = ", ".join(parquet.schema_arrow.names)
            raise InputError(f"{file}: has columns {columns}, expected block, r; {_ADVICE}")
        meta = parquet.metadata
        sizes = [meta.row_group(group).num_rows for group in range(meta.num_row_groups)]
        bounds = np.cumsum([0, *sizes], dtype=np.intp)
        return cls(bounds, lambda number: _square(parquet.read_row_group(number, columns=["r"])["r"], file))

    def blocks(self) -> Iterator[LdBlock]:
        """The blocks in order, one in memory at a time."""
        for number, (start, stop) in enumerate(zip(self.bounds[:-1], self.bounds[1:], strict=True)):
            yield LdBlock(int(start), int(stop), self.matrix(number))


def write_ld(blocks: Iterable[LdBlock], file: Sink, people: int) -> None:
    """Write one chromosome's LD, one block in memory at a time, as the module says."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [pa.field("block", pa.int32(), nullable=False), pa.field("r", pa.list_(pa.float16()), nullable=False)]
    schema = pa.schema(columns, metadata={"people": json.dumps(people)})
    with pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=["block"]) as writer:
        for number, block in enumerate(blocks):
            m = len(block.correlation)
            lower = block.correlation[np.tril_indices(m)].astype(np.float16)
            ends = np.cumsum(np.arange(m + 1), dtype=np.int32)
            rows = pa.ListArray.from_arrays(pa.array(ends), pa.array(lower))
            numbers = pa.array(np.full(m, number, dtype=np.int32))
            writer.write_table(pa.Table.from_arrays([numbers, rows], schema=schema), row_group_size=max(m, 1))


def check_same_blocks(names: Sequence[str], ld: Sequence[ChromosomeLd]) -> None:
    """:class:`InputError` unless all have the blocks of the first."""
    for name, other in zip(names[1:], ld[1:], strict=True):
        if not np.array_equal(other.bounds, ld[0].bounds):
            raise InputError(
                f"LD of {name} is of other blocks than that of {names[0]}; make it with bounds of the first "
                "(gtl.learn.summary.blocks.ld_blocks), as joint effects need the same blocks"
            )


def _square(column: object, file: Sink) -> Floats:
    chunks = column.combine_chunks()  # type: ignore[attr-defined]
    values = chunks.flatten().to_numpy(zero_copy_only=False)
    m = len(chunks)
    if len(values) != m * (m + 1) // 2:
        raise InputError(f"{file}: a block of {m} variants has {len(values)} correlations; {_ADVICE}")
    square = np.empty((m, m), dtype=np.float32)
    lower = np.tril_indices(m)
    square[lower] = values
    square.T[lower] = values
    return square
