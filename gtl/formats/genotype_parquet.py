"""Genotypes and haplotypes in Parquet: one row a variant, `chrom, pos, rsid, ref, alt`, then its people as bytes.

The last column, ``dosages``, is fixed-size binary. Hard calls have two bits a person, the number of ``alt`` alleles, 3
for missing; four people share a byte, the first in its lowest bits (the codes of a .pgen file, the order of a .bed).
Any Parquet reader reads them::

    frame = pandas.read_parquet("genotypes.parquet")
    packed = numpy.stack([numpy.frombuffer(row, "uint8") for row in frame["dosages"]])
    dosages = (packed[:, :, None] >> numpy.array([0, 2, 4, 6]) & 3).reshape(len(packed), -1)[:, :n_people]

Imputed dosages have a byte a person (uint8), hundredths of an allele, 255 for missing. The schema's metadata says
which, ``encoding`` is ``two bits`` or ``hundredths``, and has the sample ids, ``samples``, a JSON list of ``n_people``.
:func:`read_genotypes` reads both, and the signed byte a person (-1 = missing) of files that GTL 0.1 wrote, which name
no encoding. pandas writes neither metadata nor the last column's type, but pyarrow does:
``pyarrow.parquet.write_table(pyarrow.parquet.read_table(file)[:10], "ten.parquet")``.

Hard calls are not compressed, so that a row group's are an array in the file: import is nearly a copy, and scattered
variants are read without the rest (:mod:`gtl.formats.stored_rows`). The same matrix gives the same bytes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from gtl.domain.dosages import Dosages, as_hundredths
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.domain.packed_calls import PackedCalls
from gtl.formats.genotype_encoding import Encoding
from gtl.formats.stored_rows import StoredRows, as_bytes
from gtl.formats.text_file import Sink
from gtl.formats.variant_parquet import encoding_of, genotype_schema, haplotype_schema, opened, sample_ids
from gtl.formats.variant_table import group_rows, table_of, writer_options
from gtl.schema import VARIANTS

Rows = npt.NDArray[np.intp]

_BLOCK_BYTES = 1 << 25


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
    hard = matrix.dosages.dtype == np.int8
    stored = PackedCalls.of(matrix.dosages).codes if hard else as_hundredths(matrix.dosages)
    schema = genotype_schema(matrix.samples, Encoding.TWO_BITS if hard else Encoding.HUNDREDTHS)
    _write(table_of(matrix.variants, stored, schema), file)


def write_haplotypes(haplotypes: Haplotypes, file: Sink) -> None:
    """Write reference ``haplotypes`` to a path or an open binary file, a signed byte each."""
    schema = haplotype_schema(haplotypes.n_haplotypes)
    _write(table_of(haplotypes.variants, haplotypes.alleles, schema), file)


def read_genotypes(file: Sink, rows: Rows | None = None) -> GenotypeMatrix:
    """Read all variants, or those at ``rows``; of a file of ours, little more than these are read.

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
    with _opened_genotypes(file) as found:
        wanted = found.all_rows if rows is None else rows
        dosages = found.dosages(wanted)  # before the names, as it checks the rows
        return GenotypeMatrix(_variants_at(found.parquet, found.stored, wanted), found.samples, dosages)


def read_dosages(file: Sink, rows: Rows | None = None) -> Dosages:
    """As :func:`read_genotypes`, without the names of variants and people: (n_rows, n_people) int8 or float32."""
    with _opened_genotypes(file) as found:
        return found.dosages(found.all_rows if rows is None else rows)


def read_blocks(
    file: Sink, n_variants: int | None = None, columns: npt.NDArray[np.intp] | None = None
) -> Iterator[GenotypeMatrix]:
    """Read consecutive variants in blocks, never the whole file.

    Parameters
    ----------
    n_variants
        Variants in a block (the last one has fewer); None takes as many as have 32 million genotypes.
    columns
        Positions of the people to read, in any order; None reads all.

    Raises
    ------
    InputError, ArtifactMissing, ArtifactCorrupt
        As :func:`read_genotypes`.
    """
    with _opened_genotypes(file) as found:
        size = n_variants or max(1, _BLOCK_BYTES // max(1, len(found.samples)))
        start = 0
        for batch in found.parquet.iter_batches(batch_size=size, columns=VARIANTS.names, use_threads=False):
            variants = _variants(pa.Table.from_batches([batch]))
            dosages = found.dosages(np.arange(start, start + len(variants)))
            matrix = GenotypeMatrix(variants, found.samples, dosages)
            yield matrix if columns is None else matrix.take_samples(columns)
            start += len(variants)


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
        return encoding_of(parquet.schema_arrow, file) is Encoding.HUNDREDTHS


def read_haplotypes(file: Sink, rows: Rows | None = None) -> Haplotypes:
    """Read reference haplotypes; parameters and errors as of :func:`read_genotypes`."""
    with opened(file, "alleles") as parquet, as_bytes(file) as raw:
        stored = StoredRows(parquet, raw, "alleles")
        wanted = np.arange(len(stored)) if rows is None else rows
        alleles = stored.read(wanted).view(np.int8)
        return Haplotypes(_variants_at(parquet, stored, wanted), alleles)


def read_variants(file: Sink) -> Variants:
    """Read only the variants of a genotype or haplotype file."""
    with opened(file) as parquet:
        return _variants(parquet.read(columns=VARIANTS.names, use_threads=False))


class _Genotypes:
    """A genotype file while it is open."""

    def __init__(self, parquet: Any, stored: StoredRows, file: Sink) -> None:
        self.parquet = parquet
        self.stored = stored
        self.samples = sample_ids(parquet.schema_arrow, file)
        self._encoding = encoding_of(parquet.schema_arrow, file)

    @property
    def all_rows(self) -> Rows:
        return np.arange(len(self.stored))

    def dosages(self, rows: Rows) -> Dosages:
        return self._encoding.dosages(self.stored.read(rows), len(self.samples))


@contextmanager
def _opened_genotypes(file: Sink) -> Iterator[_Genotypes]:
    with opened(file, "dosages") as parquet, as_bytes(file) as raw:
        yield _Genotypes(parquet, StoredRows(parquet, raw, "dosages"), file)


def _write(table: pa.Table, file: Sink) -> None:
    pq.write_table(table, file, row_group_size=group_rows(table.schema), **writer_options(table.schema))


def _variants_at(parquet: Any, stored: StoredRows, rows: Rows) -> Variants:
    named, order = [VARIANTS.empty_table()], [np.empty(0, dtype=np.intp)]
    for group, places, local in stored.by_group(rows):
        table = parquet.read_row_group(group, columns=VARIANTS.names, use_threads=False)
        named.append(table if len(local) == table.num_rows else table.take(pa.array(local)))
        order.append(places)
    return _variants(pa.concat_tables(named)).take(np.argsort(np.concatenate(order), kind="stable"))


def _variants(table: pa.Table) -> Variants:
    return Variants(*(table.column(name).to_numpy() for name in VARIANTS.names))
