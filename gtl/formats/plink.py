"""PLINK 1 binary files: .bed genotypes, .bim variants, .fam people.

The counted allele is A1 (fifth column of the .bim), as PLINK and bed-reader count it.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, Sink, as_text, lines, writable
from gtl.formats.variant_fields import allele, position, variant_id

_MAGIC = b"\x6c\x1b\x01"
"""Two bytes of every .bed file, and one that says variant-major."""

_CODES = np.array([0b11, 0b10, 0b00, 0b01], dtype=np.uint8)
"""Two-bit code of dosage 0, 1, 2 and (index -1) of a missing genotype."""

_DOSAGES = np.array([2, -1, 1, 0], dtype=np.int8)
"""Dosage of two-bit code 0, 1, 2, 3."""

_ROWS_AT_ONCE = 4096


def write_bed(matrix: GenotypeMatrix, file: Sink) -> None:
    """Write dosages, four people a byte, the first in the lowest bits."""
    with writable(file) as bed:
        bed.write(_MAGIC)
        for start in range(0, len(matrix.variants), _ROWS_AT_ONCE):
            bed.write(_pack(matrix.dosages[start : start + _ROWS_AT_ONCE]).tobytes())


def write_bim(variants: Variants, file: Sink) -> None:
    """Write variants: chromosome, id, 0 (no genetic position), position, A1 = ``alt``, A2 = ``ref``."""
    rows = zip(variants.chrom, variants.rsid, variants.pos.tolist(), variants.alt, variants.ref, strict=True)
    with writable(file) as bim:
        bim.write("".join(f"{chrom}\t{rsid}\t0\t{pos}\t{a1}\t{a2}\n" for chrom, rsid, pos, a1, a2 in rows).encode())


def write_fam(samples: npt.NDArray[np.object_], file: Sink, case: npt.NDArray[np.int8] | None = None) -> None:
    """Write people: family and own id, no parents, unknown sex, 2 = case, 1 = control (-9 for all without ``case``)."""
    status = [-9] * len(samples) if case is None else (case + 1).tolist()
    rows = zip(samples, status, strict=True)
    with writable(file) as fam:
        fam.write("".join(f"{sample}\t{sample}\t0\t0\t0\t{value}\n" for sample, value in rows).encode())


def read_plink(bed: PathLike, bim: PathLike, fam: PathLike) -> tuple[GenotypeMatrix, npt.NDArray[np.int8] | None]:
    """Read genotypes, and the case status where every person has one.

    Alleles are read in capitals; a variant without an id (``.``) is named ``chrom:pos:A2:A1``. An allele that nobody
    has is ``0``, as PLINK writes it.

    Returns
    -------
    GenotypeMatrix, and (n_samples,) int8 with 1 = case, 0 = control, or None

    Raises
    ------
    InputError
        If a line has a wrong number of columns or no position, the .bed file is sample-major, or its size does not fit
        the others.
    """
    variants = _read_bim(bim)
    samples, case = _read_fam(fam)
    return GenotypeMatrix(variants, samples, _read_bed(bed, len(variants), len(samples))), case


def _pack(dosages: npt.NDArray[np.int8]) -> npt.NDArray[np.uint8]:
    n_rows, n_samples = dosages.shape
    codes = np.zeros((n_rows, -(-n_samples // 4) * 4), dtype=np.uint8)
    codes[:, :n_samples] = _CODES[dosages]
    quads = codes.reshape(n_rows, -1, 4)
    packed: npt.NDArray[np.uint8] = quads[:, :, 0] | quads[:, :, 1] << 2 | quads[:, :, 2] << 4 | quads[:, :, 3] << 6
    return packed


def _unpack(packed: npt.NDArray[np.uint8], n_samples: int) -> npt.NDArray[np.int8]:
    dosages = np.empty((len(packed), n_samples), dtype=np.int8)
    for place in range(4):
        columns = dosages[:, place::4]
        columns[:] = _DOSAGES[packed[:, : columns.shape[1]] >> 2 * place & 0b11]
    return dosages


def _read_bed(path: PathLike, n_variants: int, n_samples: int) -> npt.NDArray[np.int8]:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}; check the path") from None
    if not content.startswith(_MAGIC):
        raise InputError(f"{path}: begins with {content[:3].hex()}, expected {_MAGIC.hex()}: a variant-major .bed file")
    width = -(-n_samples // 4)
    if len(content) != 3 + n_variants * width:
        raise InputError(
            f"{path}: {len(content)} bytes, expected {3 + n_variants * width} for the .bim's {n_variants} variants "
            f"and the .fam's {n_samples} people; give the three files of one data set, uncut"
        )
    return _unpack(np.frombuffer(content, dtype=np.uint8, offset=3).reshape(n_variants, width), n_samples)


def _read_bim(path: PathLike) -> Variants:
    rows = [_variant(row, f"{path}: line {number}: {row[1]}") for number, row in enumerate(_fields(path), 1)]
    chrom, pos, rsid, ref, alt = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    return Variants(chrom, pos.astype(np.int64), rsid, ref, alt)


def _variant(fields: list[str], where: str) -> tuple[str, int, str, str, str]:
    chrom, rsid, _, pos_text, *letters = fields
    pos, (alt, ref) = position(pos_text, where), map(allele, letters)
    return chrom, pos, variant_id(rsid, chrom, pos, ref, alt), ref, alt


def _read_fam(path: PathLike) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int8] | None]:
    rows = _fields(path)
    samples = np.array([row[1] for row in rows], dtype=object)
    if len({*samples}) < len(rows):
        sample, count = Counter(samples).most_common(1)[0]
        raise InputError(f"{path}: sample {sample!r} (second column) appears {count} times; ids must be unique")
    status = [row[5] for row in rows]
    case = np.array([value == "2" for value in status], dtype=np.int8) if {*status} <= {"1", "2"} else None
    return samples, case


def _fields(path: PathLike) -> list[list[str]]:
    rows = []
    for number, line in lines(path):
        fields = as_text(line, f"{path}: line {number}").split()
        if len(fields) != 6:
            raise InputError(f"{path}: line {number}: {len(fields)} columns, expected 6")
        rows.append(fields)
    return rows
