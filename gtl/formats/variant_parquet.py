"""Opening Parquet files of variants: what they have to hold, and what to say of those that do not.

A path is taken to be the user's own file; the store hands over open files.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from gtl.errors import ArtifactCorrupt, ArtifactMissing, GtlError, InputError
from gtl.formats.text_file import Sink
from gtl.schema import VARIANTS, difference

_DOC = "one signed byte each: number of alt alleles, -1 = missing"
_DOC_HUNDREDTHS = "one byte each: hundredths of an alt allele, 255 = missing"
_ADVICE = (
    "write it with gtl.formats.genotype_parquet.write_genotypes, or take it from such a file by pyarrow's read_table "
    "and write_table, as pandas changes types and drops sample ids; a table gets ids by "
    """replace_schema_metadata({"samples": json.dumps(ids)})"""
)


def schema_of(column: str, width: int, *, hundredths: bool = False) -> pa.Schema:
    """Columns of a file with one byte for each of ``width`` people (or haplotypes) in its last ``column``."""
    doc = _DOC_HUNDREDTHS if hundredths else _DOC
    return VARIANTS.append(pa.field(column, pa.binary(width), nullable=False, metadata={"doc": doc}))


@contextmanager
def opened(file: Sink, column: str | None = None) -> Iterator[Any]:
    """``file`` as a ParquetFile that has the columns of :func:`schema_of`; without ``column``, whichever it has.

    Raises
    ------
    InputError, ArtifactCorrupt
        If a path, or an open file, is no such Parquet file.
    ArtifactMissing
        If there is no such file.
    """
    try:
        with pq.ParquetFile(file) as parquet:
            _check_schema(parquet.schema_arrow, column, file)
            yield parquet
    except FileNotFoundError:
        raise ArtifactMissing(f"{file}: no such file of {column or 'variants'}; run the stage that writes it") from None
    except pa.ArrowInvalid as error:
        raise _unfit(file, f"not a readable Parquet file ({error})") from error
    except OSError as error:
        if not _is_path(file):
            raise  # the store says what became of its stream
        raise InputError(f"{file}: cannot be read: {error}; give one Parquet file") from None


def sample_ids(found: pa.Schema, file: Sink) -> npt.NDArray[np.object_]:
    """Ids of the people of column ``dosages``, from the schema's metadata; errors as of :func:`opened`."""
    width = found.field("dosages").type.byte_width
    try:
        samples = json.loads((found.metadata or {})[b"samples"])
    except (KeyError, ValueError):
        samples = None
    if not isinstance(samples, list) or len(samples) != width:
        raise _unfit(file, f"the schema's metadata has no list `samples` of {width} sample ids")
    return np.array(samples, dtype=object)


def _check_schema(found: pa.Schema, column: str | None, file: Sink) -> None:
    column = column or ("alleles" if "alleles" in found.names else "dosages")
    kinds = [field.type for field in found if field.name == column and pa.types.is_fixed_size_binary(field.type)]
    if differs := difference(found, schema_of(column, kinds[0].byte_width if kinds else 0)):
        raise _unfit(file, differs)


def _unfit(file: Sink, what: str) -> GtlError:
    if _is_path(file):
        return InputError(f"{file}: {what}; {_ADVICE}")
    return ArtifactCorrupt(f"{file}: {what}; delete it and rerun")


def _is_path(file: Sink) -> bool:
    return isinstance(file, str | os.PathLike)
