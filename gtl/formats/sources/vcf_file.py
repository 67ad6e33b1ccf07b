"""VCF and BCF as files: opening, whether they are whole, their index, and the chromosomes in them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from gtl.errors import GtlError, InputError
from gtl.formats.compressed import check_bgzf_end
from gtl.formats.sources.vcf_index import index_of
from gtl.formats.text_file import as_text, lines

UNINDEXED_BYTES = 1 << 26
"""Above this, a file of several chromosomes must have an index: without, each chromosome is a pass over the file."""


def opened(path: Path) -> Any:
    """``path`` as a cyvcf2.VCF whose ``gt_types`` are dosages, 3 for calls that are missing in part or as a whole."""
    from cyvcf2 import VCF

    return VCF(str(path), gts012=True, strict_gt=True)


@contextmanager
def vcf_errors(path: Path) -> Iterator[None]:
    """Turn what cyvcf2 raises into an :class:`InputError` that names the file; it has no exceptions of its own."""
    try:
        yield
    except GtlError:
        raise
    except Exception as error:
        raise InputError(
            f"{path}: cannot be read as VCF or BCF: {error}; `bcftools view` of it tells the line"
        ) from error


def check_whole(path: Path) -> None:
    """:class:`InputError` if there is no such file, or it is a bgzip file that was cut, even between two blocks."""
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path in the settings")
    with path.open("rb") as file:
        check_bgzf_end(file, path)


def chromosome_names(path: Path) -> list[str]:
    """The file's own names of the chromosomes that have lines, in its order.

    Raises
    ------
    InputError
        If a large file has several and no index, or its index is of another file.
    """
    if index_of(path) is not None:
        return _indexed_names(path)
    names = [*dict.fromkeys(_names_of_lines(path))]
    if len(names) > 1 and path.stat().st_size > UNINDEXED_BYTES:
        raise InputError(
            f"{path}: {len(names)} chromosomes and no index, so that each would be a pass over the whole file; make "
            f"one by `bcftools index {path.name}` (of a .vcf or plain gzip file, `bcftools view -Oz` makes a .vcf.gz)"
        )
    return names


def _indexed_names(path: Path) -> list[str]:
    vcf = opened(path)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "no intervals found", UserWarning)  # of contigs that the header only names
        names = [name for name in vcf.seqnames if next(iter(vcf(name)), None) is not None]
    vcf.close()
    return names


def _names_of_lines(path: Path) -> Iterator[str]:
    if path.suffix.lower() == ".bcf":
        yield from (record.CHROM for record in opened(path))
        return
    texts = (line for _, line in lines(path) if not line.startswith(b"#"))
    for name, _ in groupby(texts, key=lambda line: line.split(b"\t", 1)[0]):
        yield as_text(name, str(path))
