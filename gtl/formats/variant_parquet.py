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
from gtl.formats.genotype_encoding import Encoding
from gtl.formats.text_file import Sink
from gtl.schema import VARIANTS, difference

_ENCODING = b"encoding"
_ADVICE = (
    "write it with gtl.formats.genotype_parquet.write_genotypes, or take it from such a file by pyarrow's read_table "
    "and write_table, as pandas changes types and drops sample ids and encoding; a table of a byte a person, as "
    """GTL 0.1 wrote it, gets ids by replace_schema_metadata({"samples": json.dumps(ids)})"""
)


def genotype_schema(samples: npt.NDArray[np.object_], encoding: Encoding) -> pa.Schema:
    """Schema of a genotype file of these people; :class:`InputError` if there are none."""
    if not len(samples):
        raise InputError("genotypes of nobody: a genotype file needs at least one person; check whom the settings keep")
    metadata = {"samples": json.dumps(samples.tolist())}
    if encoding is not Encoding.BYTES:
        metadata["encoding"] = encoding.value
    return schema_of("dosages", encoding.width(len(samples)), encoding.doc).with_metadata(metadata)


def haplotype_schema(n_haplotypes: int) -> pa.Schema:
    """Schema of a file of reference haplotypes: a byte each."""
    return schema_of("alleles", n_haplotypes, Encoding.BYTES.doc).with_metadata({})


def schema_of(column: str, width: int, doc: str = "") -> pa.Schema:
    """Columns of a file with ``width`` bytes in its last ``column``."""
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


def encoding_of(found: pa.Schema, file: Sink) -> Encoding:
    """What the bytes of column ``dosages`` are, from the schema's metadata; errors as of :func:`opened`."""
    name = (found.metadata or {}).get(_ENCODING, Encoding.BYTES.value.encode()).decode(errors="replace")
    if name not in [*Encoding]:
        known = ", ".join(repr(encoding.value) for encoding in Encoding)
        raise _unfit(file, f"the schema's metadata has encoding {name!r}, expected {known}, or none")
    return Encoding(name)


def sample_ids(found: pa.Schema, file: Sink) -> npt.NDArray[np.object_]:
    """Ids of the people of column ``dosages``, from the schema's metadata; errors as of :func:`opened`."""
    width, encoding = found.field("dosages").type.byte_width, encoding_of(found, file)
    try:
        samples = json.loads((found.metadata or {})[b"samples"])
    except (KeyError, ValueError):
        samples = None
    if not isinstance(samples, list) or encoding.width(len(samples)) != width:
        most = width * 4 if encoding is Encoding.TWO_BITS else width
        fewest = max(0, most - 3) if encoding is Encoding.TWO_BITS else width
        many = f"{most}" if most == fewest else f"{fewest} to {most}"
        raise _unfit(file, f"the schema's metadata has no list `samples` of {many} sample ids")
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
