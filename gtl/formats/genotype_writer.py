"""Genotype Parquet written block by block; a cohort never has to be in memory as a whole."""

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from gtl.domain.dosages import Dosages, as_hundredths
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.packed_calls import PackedCalls, PackedGenotypes
from gtl.errors import InputError
from gtl.formats.genotype_encoding import Encoding
from gtl.formats.private_file import made_private
from gtl.formats.variant_parquet import genotype_schema
from gtl.formats.variant_table import binary, bytes_of, group_rows, table_of, writer_options

Hundredths = npt.NDArray[np.uint8]


class GenotypeWriter:
    """Writes blocks of variants to one file, with the bytes that :func:`write_genotypes` would write of all at once.

    Hard calls are written for as long as every dosage is a whole number, whichever type the blocks have, so that the
    same genotypes give the same file from every format. The first block with another dosage turns the file into one of
    hundredths. It is written beside its name and moved there at the end; after an error nothing is left.

    Parameters
    ----------
    path
        File to write.
    samples
        (n_people,) ids; every block has these people.

    Examples
    --------
    >>> import tempfile
    >>> from gtl.domain.genotypes import Variants
    >>> from gtl.formats.genotype_parquet import read_genotypes
    >>> word = lambda text: np.array([text], dtype=object)
    >>> variants = Variants(word("21"), np.array([5]), word("rs5"), word("A"), word("C"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with GenotypeWriter(f"{folder}/x.parquet", word("p1")) as writer:
    ...         _ = writer.write(GenotypeMatrix(variants, word("p1"), np.float32([[0.254]])))
    ...     read_genotypes(f"{folder}/x.parquet").dosages.tolist()
    [[0.25]]
    """

    def __init__(self, path: str | os.PathLike[str], samples: npt.NDArray[np.object_]) -> None:
        self._path = Path(path)
        self._samples = samples
        self._waiting: list[pa.Table] = []
        self._hundredths = False
        self._schema = genotype_schema(samples, Encoding.TWO_BITS)
        self._file = _open(self._part(), self._schema)

    @property
    def imputed(self) -> bool:
        """Whether a dosage so far was no whole number."""
        return self._hundredths

    def write(self, block: GenotypeMatrix | PackedGenotypes) -> PackedCalls | Hundredths:
        """Add a block, and return its dosages as they are stored: packed hard calls, or uint8 hundredths.

        Raises
        ------
        InputError
            If the block does not have the file's number of people.
        """
        if block.n_samples != len(self._samples):
            raise InputError(f"{self._path}: a block of {block.n_samples} people, expected {len(self._samples)}")
        stored = self._encoded(block)
        rows = stored.codes if isinstance(stored, PackedCalls) else stored
        self._append(table_of(block.variants, rows, self._schema))
        return stored

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._flush(everything=True)
        self._file.close()
        if kind is None:
            self._part().replace(self._path)
        else:
            self._part().unlink(missing_ok=True)
            self._calls().unlink(missing_ok=True)

    def _encoded(self, block: GenotypeMatrix | PackedGenotypes) -> PackedCalls | Hundredths:
        """The block's dosages in the file's encoding, which they may change."""
        if self._hundredths:
            return as_hundredths(_unpacked(block))
        if isinstance(block, PackedGenotypes):
            return block.calls
        if block.dosages.dtype == np.int8:
            return PackedCalls.of(block.dosages)
        hundredths = as_hundredths(block.dosages)
        calls = PackedCalls.of_hundredths(hundredths)
        if calls is not None:
            return calls
        self._turn_into_hundredths()
        return hundredths

    def _turn_into_hundredths(self) -> None:
        """Write what was written again, now as hundredths."""
        self._file.close()
        before, earlier = self._calls(), self._waiting
        self._part().replace(before)
        self._hundredths, self._waiting = True, []
        self._schema = genotype_schema(self._samples, Encoding.HUNDREDTHS)
        self._file = _open(self._part(), self._schema)
        for table in chain(_tables(before), earlier):
            self._append(_as_hundredths(table, self._schema, len(self._samples)))
        before.unlink()

    def _append(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._flush()

    def _flush(self, everything: bool = False) -> None:
        """Write whole row groups, so that the file's bytes do not depend on the size of the blocks."""
        waiting = sum(table.num_rows for table in self._waiting)
        rows = group_rows(self._schema)
        ready = waiting if everything else waiting - waiting % rows
        if ready:
            table = pa.concat_tables(self._waiting)
            self._file.write_table(table.slice(0, ready), row_group_size=rows)
            self._waiting = [table.slice(ready)] if ready < waiting else []

    def _part(self) -> Path:
        return self._path.with_name(f"{self._path.name}.part")

    def _calls(self) -> Path:
        """Where the hard calls are while they are written again as hundredths."""
        return self._path.with_name(f"{self._path.name}.calls")


def _unpacked(block: GenotypeMatrix | PackedGenotypes) -> Dosages:
    return block.calls.unpacked() if isinstance(block, PackedGenotypes) else block.dosages


def _open(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    made_private(path)
    return pq.ParquetWriter(path, schema, **writer_options(schema))


def _tables(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group, use_threads=False)


def _as_hundredths(table: pa.Table, schema: pa.Schema, n_people: int) -> pa.Table:
    """Rows of packed hard calls as rows of hundredths."""
    codes = bytes_of(table.column("dosages"))
    stored = as_hundredths(PackedCalls(codes, n_people).unpacked())
    return pa.table([*table.columns[:-1], binary(stored)], schema=schema)
