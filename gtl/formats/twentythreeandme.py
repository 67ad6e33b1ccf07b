"""23andMe's raw data: a text file a person, tab-separated ``rsid chromosome position genotype``.

:mod:`gtl.formats.personal_file` reads them.
"""

import zipfile
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.text_file import Sink, writable

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
            entry = zipfile.ZipInfo(f"{_file_name(str(sample))}.txt", _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _person(rows, matrix.dosages[:, column], sample), compresslevel=1)


def _file_name(sample: str) -> str:
    """``sample`` as the name of a file: what would lead out of the folder that it is unpacked in is written %2F."""
    return quote(sample, safe=" @+,=()[]~")


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
