"""Genotype Parquet written block by block; a cohort never has to be in memory as a whole."""

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from gtl.domain.dosages import MISSING, MISSING_HUNDREDTHS, Dosages, as_hundredths
from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.formats.genotype_parquet import GROUP_ROWS, WRITTEN, genotype_schema, table_of

_FRACTION = -2
_CALL_OF = np.full(256, _FRACTION, dtype=np.int8)
"""The hard call that hundredths of an allele are."""
_CALL_OF[[0, 100, 200, MISSING_HUNDREDTHS]] = [0, 1, 2, MISSING]

Bytes = npt.NDArray[Any]


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
        self._schema = genotype_schema(samples, hundredths=False)
        self._file = _open(self._part(), self._schema)

    @property
    def imputed(self) -> bool:
        """Whether a dosage so far was no whole number."""
        return self._hundredths

    def write(self, block: GenotypeMatrix) -> Bytes:
        """Add a block, and return its dosages as they are stored: int8 hard calls, or uint8 hundredths.

        Raises
        ------
        InputError
            If the block does not have the file's number of people.
        """
        if block.n_samples != len(self._samples):
            raise InputError(f"{self._path}: a block of {block.n_samples} people, expected {len(self._samples)}")
        stored = self._encoded(block.dosages)
        self._append(table_of(block.variants, stored, self._schema))
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

    def _encoded(self, dosages: Dosages) -> Bytes:
        """Bytes of the block in the file's encoding, which it may change."""
        if self._hundredths:
            return as_hundredths(dosages)
        if dosages.dtype == np.int8:
            return dosages
        hundredths = as_hundredths(dosages)
        calls = _CALL_OF[hundredths]
        if not (calls == _FRACTION).any():
            return calls
        self._turn_into_hundredths()
        return hundredths

    def _turn_into_hundredths(self) -> None:
        """Write what was written again, now as hundredths."""
        self._file.close()
        before, earlier = self._calls(), self._waiting
        self._part().replace(before)
        self._hundredths, self._waiting = True, []
        self._schema = genotype_schema(self._samples, hundredths=True)
        self._file = _open(self._part(), self._schema)
        for table in chain(_tables(before), earlier):
            self._append(_as_hundredths(table, self._schema))
        before.unlink()

    def _append(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._flush()

    def _flush(self, everything: bool = False) -> None:
        """Write whole row groups, so that the file's bytes do not depend on the size of the blocks."""
        waiting = sum(table.num_rows for table in self._waiting)
        ready = waiting if everything else waiting - waiting % GROUP_ROWS
        if ready:
            table = pa.concat_tables(self._waiting)
            self._file.write_table(table.slice(0, ready), row_group_size=GROUP_ROWS)
            self._waiting = [table.slice(ready)] if ready < waiting else []

    def _part(self) -> Path:
        return self._path.with_name(f"{self._path.name}.part")

    def _calls(self) -> Path:
        """Where the hard calls are while they are written again as hundredths."""
        return self._path.with_name(f"{self._path.name}.calls")


def _open(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, **WRITTEN)


def _tables(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as parquet:
        for group in range(parquet.num_row_groups):
            yield parquet.read_row_group(group, use_threads=False)


def _as_hundredths(table: pa.Table, schema: pa.Schema) -> pa.Table:
    packed = table.column("dosages").combine_chunks()
    width = packed.type.byte_width
    calls = np.frombuffer(packed.buffers()[1], dtype=np.int8, count=len(packed) * width, offset=packed.offset * width)
    stored = as_hundredths(calls)
    array = pa.FixedSizeBinaryArray.from_buffers(packed.type, len(packed), [None, pa.py_buffer(stored)])
    return table.set_column(table.num_columns - 1, schema.field("dosages"), array).replace_schema_metadata(
        schema.metadata
    )
