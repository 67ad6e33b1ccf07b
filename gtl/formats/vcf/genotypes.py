"""People's genotypes written as VCF; :mod:`gtl.formats.sources.vcf` reads them."""

import numpy as np

from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.text_file import Sink, writable

_COLUMNS = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
_CALLS = np.array([b"\t0/0", b"\t0/1", b"\t1/1", b"\t./."])
"""What a line says of dosage 0, 1, 2 and (index -1) of a missing genotype."""

_ROWS_AT_ONCE = 1024


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
