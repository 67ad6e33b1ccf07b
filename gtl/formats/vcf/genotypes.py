"""People's genotypes as VCF, phased or not."""

from collections.abc import Collection

import numpy as np

from gtl.domain.genotypes import MISSING, GenotypeMatrix
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, Sink, lines, writable
from gtl.formats.variant_fields import allele, variant_id
from gtl.formats.vcf.rows import Row, header_samples, parse_row, variants_of

_COLUMNS = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
_CALLS = np.array([b"\t0/0", b"\t0/1", b"\t1/1", b"\t./."])
"""What a line says of dosage 0, 1, 2 and (index -1) of a missing genotype."""

_ROWS_AT_ONCE = 1024

_DOSAGES = {"0/0": 0, "0/1": 1, "1/0": 1, "1/1": 2, "./.": MISSING}
_NO_CALL = "."


def write_vcf(matrix: GenotypeMatrix, file: Sink) -> None:
    """Write genotypes as VCF 4.2, unphased; the same matrix gives the same bytes (no date)."""
    variants = matrix.variants
    contigs = "".join(f"##contig=<ID={chrom}>\n" for chrom in dict.fromkeys(variants.chrom))
    rows = zip(variants.chrom, variants.pos.tolist(), variants.rsid, variants.ref, variants.alt, strict=True)
    with writable(file) as vcf:
        vcf.write(f"##fileformat=VCFv4.2\n{contigs}".encode())
        vcf.write(b'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n')
        vcf.write(("\t".join([*_COLUMNS, *matrix.samples]) + "\n").encode())
        for start in range(0, len(variants), _ROWS_AT_ONCE):
            calls = _CALLS[matrix.dosages[start : start + _ROWS_AT_ONCE]]
            for line, (chrom, pos, rsid, ref, alt) in zip(calls, rows, strict=False):
                vcf.write(f"{chrom}\t{pos}\t{rsid}\t{ref}\t{alt}\t.\tPASS\t.\tGT".encode())
                vcf.write(line.tobytes() + b"\n")


def read_vcf(path: PathLike, rsids: Collection[str]) -> GenotypeMatrix:
    """Read the variants that have one of ``rsids`` as their ID; further columns of other lines are not looked at.

    A variant without an ID (``.``) has the id ``chrom:pos:ref:alt``; alleles are read in capitals. Where nobody has
    another allele than the reference's, ``alt`` may be ``.``.

    Parameters
    ----------
    path
        VCF, plain, gzip or bgzip; phased or not, missing genotypes (``./.``) allowed, any order.
    rsids
        Variant ids to read.

    Returns
    -------
    GenotypeMatrix in the order of the file, with no variants if it has none of them

    Raises
    ------
    InputError
        If one of these variants is not biallelic or a genotype is not diploid; the message names file and line.
    """
    wanted, numbered = set(rsids), lines(path)
    samples = header_samples(numbered, path)
    rows = [
        parse_row(line, len(samples), f"{path}: line {number}", ref_only=True)
        for number, line in numbered
        if _id(line) in wanted
    ]
    dosages = np.array([_row_dosages(row, samples) for row in rows], dtype=np.int8).reshape(len(rows), len(samples))
    return GenotypeMatrix(variants_of([row.variant for row in rows]), np.array(samples, dtype=object), dosages)


def _id(line: bytes) -> str:
    fields = [*line.split(b"\t", 5), b"", b"", b"", b""]  # a line cut short has an id, too
    chrom, pos, rsid, ref, alt = (field.decode(errors="replace") for field in fields[:5])
    return variant_id(rsid, chrom, pos, allele(ref), allele(alt))


def _row_dosages(row: Row, samples: list[str]) -> list[int]:
    calls = row.calls.decode(errors="replace").replace("|", "/").split("\t")
    if len(calls) != len(samples):
        raise InputError(f"{row.where}: {len(calls)} genotypes, expected {len(samples)} as in the header")
    try:
        return [MISSING if call == _NO_CALL else _DOSAGES[call] for call in calls]
    except KeyError as error:
        sample = samples[calls.index(error.args[0])]
        raise InputError(
            f"{row.where}: variant {row.variant[2]}, sample {sample!r}: genotype {error.args[0]!r}, expected two of "
            "0 and 1, such as 0/1, or ./. for missing"
        ) from None
