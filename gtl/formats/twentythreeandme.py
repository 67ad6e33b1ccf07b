"""23andMe's raw data: a text file a person, tab-separated ``rsid chromosome position genotype``."""

import zipfile
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import MISSING, GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, Sink, as_text, lines, writable
from gtl.formats.variant_fields import position

_HEADER = "# Simulated genotypes of {sample} in 23andMe's layout.\n# rsid\tchromosome\tposition\tgenotype\n"
_NO_CALL = "--"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""A fixed time stamp, so that the same genotypes give the same bytes."""


def write_person(variants: Variants, dosages: npt.NDArray[np.int8], sample: str, file: Sink) -> None:
    """Write one person's genotypes.

    Parameters
    ----------
    variants
        Single-letter variants.
    dosages
        (n_variants,) int8; missing ones are written as ``--``.
    sample
        Name for the header.
    file
        Path or open binary file.

    Raises
    ------
    InputError
        If an allele is longer than one letter, which the format has no way to write.
    """
    with writable(file) as opened:
        opened.write(_person(_rows(variants), dosages, sample))


def write_people(matrix: GenotypeMatrix, file: Sink) -> None:
    """Write a zip archive with one file a person, ``<sample>.txt``; parameters and errors as :func:`write_person`."""
    rows = _rows(matrix.variants)
    with writable(file) as opened, zipfile.ZipFile(opened, "w") as archive:
        for column, sample in enumerate(matrix.samples):
            entry = zipfile.ZipInfo(f"{sample}.txt", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _person(rows, matrix.dosages[:, column], sample), compresslevel=1)


def read_person(path: PathLike) -> pd.DataFrame:
    """Read one person's file: columns ``rsid, chrom`` (str), ``pos`` (int64), ``genotype`` (two letters, or ``--``).

    Raises
    ------
    InputError
        If a line has another number of columns, or a position is none.
    """
    found = pd.DataFrame(_person_rows(path), columns=["rsid", "chrom", "pos", "genotype"])
    if found.empty:
        raise InputError(f"{path}: no genotypes, only comments; expected lines `rsid chromosome position genotype`")
    return found


def person_dosages(person: pd.DataFrame, variants: Variants) -> npt.NDArray[np.int8]:
    """Dosages of ``variants`` in one person's genotypes, matched by rs id; -1 for those not called or not there.

    Raises
    ------
    InputError
        If a genotype has a letter that is neither of the variant's alleles.
    """
    genotypes = dict(zip(person["rsid"], person["genotype"], strict=True))
    dosages = np.full(len(variants), MISSING, dtype=np.int8)
    for row, (rsid, ref, alt) in enumerate(zip(variants.rsid, variants.ref, variants.alt, strict=True)):
        genotype = genotypes.get(rsid, _NO_CALL)
        if genotype == _NO_CALL:
            continue
        if not {*genotype} <= {ref, alt}:
            raise InputError(f"{rsid}: genotype {genotype!r}, but the variant's alleles are {ref} and {alt}")
        dosages[row] = genotype.count(alt)
    return dosages


def _rows(variants: Variants) -> npt.NDArray[np.object_]:
    """(n_variants, 4) lines of bytes: for dosage 0, 1, 2 and (index -1) missing."""
    places = zip(variants.rsid, variants.chrom, variants.pos.tolist(), variants.ref, variants.alt, strict=True)
    lines_of = []
    for rsid, chrom, pos, ref, alt in places:
        if len(ref) != 1 or len(alt) != 1:
            raise InputError(f"{rsid}: alleles {ref} and {alt}; 23andMe files hold single letters only, leave it out")
        start = f"{rsid}\t{chrom}\t{pos}\t"
        lines_of.append([f"{start}{pair}\n".encode() for pair in (ref * 2, _sorted(ref, alt), alt * 2, _NO_CALL)])
    return np.array(lines_of, dtype=object).reshape(-1, 4)


def _sorted(ref: str, alt: str) -> str:
    return min(ref, alt) + max(ref, alt)


def _person(rows: npt.NDArray[np.object_], dosages: npt.NDArray[np.int8], sample: str) -> bytes:
    return _HEADER.format(sample=sample).encode() + b"".join(rows[np.arange(len(rows)), dosages])


def _person_rows(path: PathLike) -> Iterator[tuple[str, str, int, str]]:
    header = True
    for number, line in lines(path):
        where = f"{path}: line {number}"
        if line.startswith(b"#"):  # comments may be in any encoding
            continue
        fields = as_text(line, where).split("\t")
        if header and fields[-1].strip().casefold() == "genotype":  # names of the columns, without their #
            continue
        header = False
        if len(fields) != 4:
            raise InputError(f"{where}: {len(fields)} columns, expected rsid, chromosome, position, genotype (tabs)")
        yield fields[0], fields[1], position(fields[2], where), fields[3]
