"""Genotypes and haplotypes in Parquet: one row a variant, `chrom, pos, rsid, ref, alt`, then its people as bytes.

The last column, ``dosages`` (of haplotypes: ``alleles``), is fixed-size binary: one signed byte a person, the number
of ``alt`` alleles, -1 for missing. Of the encodings measured (benchmarks/genotype_parquet.py) only it reads as fast as
a PLINK .bed file, and zstd makes it smaller than one. A thousand scattered SNPs take about as long as bed-reader with
the names in the .bim, but some 27 times as long as its dosages alone. Any Parquet reader reads it::

    frame = pandas.read_parquet("genotypes.parquet")
    dosages = numpy.stack([numpy.frombuffer(row, "int8") for row in frame["dosages"]])

Sample ids are a JSON list under the key ``samples`` of the schema's metadata. pandas writes neither these nor the last
column's type, but pyarrow does: ``pyarrow.parquet.write_table(pyarrow.parquet.read_table(file)[:10], "ten.parquet")``.
Row groups are small and in the order of the variants, so that a few SNPs are read without the rest. The same matrix
gives the same bytes.
"""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from gtl.domain.dosages import Dosages, as_hundredths, of_hundredths
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.errors import InputError
from gtl.formats.text_file import Sink
from gtl.formats.variant_parquet import opened, sample_ids, schema_of
from gtl.schema import VARIANTS

Rows = npt.NDArray[np.intp]

GROUP_ROWS = 512
"""Variants of a row group."""

WRITTEN: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": ["chrom", "ref", "alt"],
    "write_statistics": ["pos"],
}
"""How pyarrow writes a genotype file."""

_GROUPS_AT_ONCE = 32
_BLOCK_BYTES = 1 << 25
_ENCODING, _HUNDREDTHS = "encoding", "hundredths"


def write_genotypes(matrix: GenotypeMatrix, file: Sink) -> None:
    """Write ``matrix`` to a path or an open binary file.

    Examples
    --------
    >>> import io
    >>> word = lambda *texts: np.array(texts, dtype=object)
    >>> variants = Variants(word("21"), np.array([14_305_409]), word("rs885550"), word("A"), word("C"))
    >>> file = io.BytesIO()
    >>> write_genotypes(GenotypeMatrix(variants, word("p1", "p2"), np.array([[0, 2]], dtype=np.int8)), file)
    >>> read_genotypes(file).dosages.tolist()
    [[0, 2]]
    """
    hundredths = matrix.dosages.dtype != np.int8
    stored = as_hundredths(matrix.dosages) if hundredths else matrix.dosages
    schema = genotype_schema(matrix.samples, hundredths=hundredths)
    pq.write_table(table_of(matrix.variants, stored, schema), file, row_group_size=GROUP_ROWS, **WRITTEN)


def write_haplotypes(haplotypes: Haplotypes, file: Sink) -> None:
    """Write reference ``haplotypes`` to a path or an open binary file."""
    schema = schema_of("alleles", haplotypes.n_haplotypes).with_metadata({})
    table = table_of(haplotypes.variants, haplotypes.alleles, schema)
    pq.write_table(table, file, row_group_size=GROUP_ROWS, **WRITTEN)


def read_genotypes(file: Sink, rows: Rows | None = None) -> GenotypeMatrix:
    """Read all variants, or those at ``rows``; only the row groups that hold them are read.

    Parameters
    ----------
    file
        Path or open, seekable binary file.
    rows
        Row numbers from 0, in any order; the result has their order. None reads all.

    Raises
    ------
    InputError
        If a row number is not in the file, or a file given as a path is not what :func:`write_genotypes` writes.
    ArtifactMissing, ArtifactCorrupt
        If there is no such file, or an open one is not what :func:`write_genotypes` writes.
    """
    with opened(file, "dosages") as parquet:
        samples = sample_ids(parquet.schema_arrow, file)
        variants, stored = _read(parquet, "dosages", rows)
        return GenotypeMatrix(variants, samples, _dosages(stored, parquet.schema_arrow))


def read_blocks(
    file: Sink, n_variants: int | None = None, columns: npt.NDArray[np.intp] | None = None
) -> Iterator[GenotypeMatrix]:
    """Read consecutive variants in blocks, never the whole file.

    Parameters
    ----------
    n_variants
        Variants in a block (the last one has fewer); None takes as many as 32 MB of the file's bytes hold.
    columns
        Positions of the people to read, in any order; None reads all.

    Raises
    ------
    InputError, ArtifactMissing, ArtifactCorrupt
        As :func:`read_genotypes`.
    """
    with opened(file, "dosages") as parquet:
        schema = parquet.schema_arrow
        samples = sample_ids(schema, file)
        size = n_variants or max(1, _BLOCK_BYTES // max(1, len(samples)))
        for batch in parquet.iter_batches(batch_size=size, use_threads=False):
            table = pa.Table.from_batches([batch])
            dosages = _dosages(_bytes(table.column("dosages")), schema)
            matrix = GenotypeMatrix(_variants(table), samples, dosages)
            yield matrix if columns is None else matrix.take_samples(columns)


def read_samples(file: Sink) -> npt.NDArray[np.object_]:
    """Read only the sample ids of a genotype file; errors as of :func:`read_genotypes`."""
    with opened(file, "dosages") as parquet:
        return sample_ids(parquet.schema_arrow, file)


def read_chromosomes(file: Sink) -> Iterator[str]:
    """The chromosome of each variant, in blocks of the file; errors as of :func:`read_genotypes`."""
    with opened(file, "dosages") as parquet:
        for batch in parquet.iter_batches(columns=["chrom"], use_threads=False):
            yield from batch.column(0).to_pylist()


def is_imputed(file: Sink) -> bool:
    """Whether a genotype file holds hundredths of an allele, not hard calls; errors as of :func:`read_genotypes`."""
    with opened(file, "dosages") as parquet:
        return _hundredths(parquet.schema_arrow)


def genotype_schema(samples: npt.NDArray[np.object_], *, hundredths: bool) -> pa.Schema:
    """Schema of a genotype file of these people."""
    metadata = {"samples": json.dumps(samples.tolist())} | ({_ENCODING: _HUNDREDTHS} if hundredths else {})
    return schema_of("dosages", len(samples), hundredths=hundredths).with_metadata(metadata)


def table_of(variants: Variants, stored: npt.NDArray[Any], schema: pa.Schema) -> pa.Table:
    """Rows of a genotype or haplotype file: the variants' names, and (n_variants, n_people) bytes."""
    named = [pa.array(getattr(variants, field.name), type=field.type) for field in VARIANTS]
    buffers = [None, pa.py_buffer(np.ascontiguousarray(stored))]
    packed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(stored.shape[1]), len(stored), buffers)
    return pa.table([*named, packed], schema=schema)


def read_haplotypes(file: Sink, rows: Rows | None = None) -> Haplotypes:
    """Read reference haplotypes; parameters and errors as of :func:`read_genotypes`."""
    with opened(file, "alleles") as parquet:
        return Haplotypes(*_read(parquet, "alleles", rows))


def read_variants(file: Sink) -> Variants:
    """Read only the variants of a genotype or haplotype file."""
    with opened(file) as parquet:
        return _variants(parquet.read(columns=VARIANTS.names, use_threads=False))


def _hundredths(schema: pa.Schema) -> bool:
    found: bytes = (schema.metadata or {}).get(_ENCODING.encode(), b"")
    return found == _HUNDREDTHS.encode()


def _dosages(stored: npt.NDArray[np.int8], schema: pa.Schema) -> Dosages:
    return of_hundredths(stored.view(np.uint8)) if _hundredths(schema) else stored


def _read(parquet: Any, column: str, rows: Rows | None) -> tuple[Variants, npt.NDArray[np.int8]]:
    n_rows = parquet.metadata.num_rows
    wanted = np.arange(n_rows) if rows is None else _checked(rows, n_rows)
    calls = np.empty((len(wanted), parquet.schema_arrow.field(column).type.byte_width), dtype=np.int8)
    named, order = [VARIANTS.empty_table()], [np.empty(0, dtype=np.intp)]
    for places, local, table in _tables(parquet, wanted):
        calls[places] = _bytes(table.column(column))[local]
        named.append(table.select(VARIANTS.names).take(pa.array(local)))
        order.append(places)
    return _variants(pa.concat_tables(named).take(pa.array(np.argsort(np.concatenate(order))))), calls


def _tables(parquet: Any, wanted: Rows) -> Iterator[tuple[Rows, Rows, pa.Table]]:
    """Tables of the row groups that hold ``wanted``: places in ``wanted``, their rows in the table, the table."""
    meta = parquet.metadata
    sizes = np.array([meta.row_group(group).num_rows for group in range(meta.num_row_groups)], dtype=np.intp)
    ends = np.cumsum(sizes)  # other writers make groups of unequal sizes
    group = np.searchsorted(ends, wanted, side="right")
    needed = np.unique(group)
    for start in range(0, len(needed), _GROUPS_AT_ONCE):
        groups = needed[start : start + _GROUPS_AT_ONCE]
        places = np.flatnonzero((group >= groups[0]) & (group <= groups[-1]))
        shift = np.cumsum(sizes[groups]) - ends[groups]
        local = wanted[places] + shift[np.searchsorted(groups, group[places])]
        yield places, local, parquet.read_row_groups(groups.tolist(), use_threads=False)


def _checked(rows: Rows, n_rows: int) -> Rows:
    for row in rows[(rows < 0) | (rows >= n_rows)][:1]:
        raise InputError(f"variant row {row} is not in the file, which has {n_rows} variants (rows from 0)")
    return rows


def _bytes(column: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    width = column.type.byte_width
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=np.int8, count=len(chunk) * width, offset=chunk.offset * width)
        for chunk in column.chunks
    ]
    return np.concatenate(parts).reshape(-1, width)


def _variants(table: pa.Table) -> Variants:
    return Variants(*(table.column(name).to_numpy() for name in VARIANTS.names))
