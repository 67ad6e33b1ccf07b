"""Lines of a VCF: the header's samples, and one biallelic variant a line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text
from gtl.formats.variant_fields import allele, chromosome, position, variant_id

_FIXED = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT"]
_UNSEEN = ("<NON_REF>", "<*>", "<X>", "*")


@dataclass(frozen=True)
class Row:
    """One variant line: where it is, its variant, and the genotypes of every person joined by tabs."""

    where: str
    variant: tuple[str, int, str, str, str]
    calls: bytes


def header_samples(numbered: Iterator[tuple[int, bytes]], path: PathLike) -> list[str]:
    """Sample ids of the header line, up to which ``numbered`` is read; :class:`InputError` if it names none."""
    for number, line in numbered:
        if line.startswith(b"##"):
            continue
        where = f"{path}: line {number}"
        fields = as_text(line, where).split("\t")
        if fields in (_FIXED[:8], _FIXED):
            raise InputError(f"{where}: the header names no samples; give a VCF with genotypes after FORMAT")
        if fields[:9] != _FIXED:
            raise InputError(f"{where}: expected the header line `#CHROM POS ... FORMAT` with samples, split by tabs")
        samples = fields[9:]
        for sample, count in Counter(samples).items():
            if count > 1:
                raise InputError(f"{where}: sample {sample!r} is in the header {count} times; ids must be unique")
        return samples
    raise InputError(f"{path}: no header line `#CHROM POS ...`; this is not a VCF file")


def parse_row(line: bytes, n_samples: int, where: str) -> Row:
    """One variant line: chromosome by its usual name, alleles in capitals, and for want of an ID ``chrom:pos:ref:alt``.

    Raises
    ------
    InputError
        If the line is not biallelic, has no genotypes, or its position is none.
    """
    fields = line.split(b"\t", 9)
    if len(fields) < 10:
        raise InputError(f"{where}: {len(fields)} columns split by tabs, expected {9 + n_samples}")
    chrom, pos_text, rsid, *letters = (as_text(field, where) for field in fields[:5])
    chrom, pos, (ref, alt) = chromosome(chrom), position(pos_text, where), map(allele, letters)
    alt = _without_unseen(alt)
    rsid = variant_id(rsid, chrom, pos, ref, alt)
    _check_alleles(f"{where}: variant {rsid}", ref, alt)
    calls = fields[9] if fields[8] == b"GT" else _first_fields(fields[9], fields[8], rsid, where)
    return Row(where, (chrom, pos, rsid, ref, alt), calls)


def variants_of(rows: Sequence[tuple[str, int, str, str, str]]) -> Variants:
    """Variants from `chrom, pos, rsid, ref, alt` of each row."""
    table = np.array(rows, dtype=object).reshape(-1, 5)
    chrom, pos, rsid, ref, alt = table.T
    return Variants(chrom, pos.astype(np.int64), rsid, ref, alt)


def _check_alleles(where: str, ref: str, alt: str) -> None:
    if "," in alt or alt in (".", *_UNSEEN):
        raise InputError(
            f"{where} has alternate alleles {alt!r}, expected exactly one; make a line of each "
            '(bcftools norm -m -any) and leave out those with none (bcftools view -e \'ALT="." || ALT="*"\')'
        )
    if ref == alt:
        raise InputError(f"{where} has the same allele twice ({ref}); correct REF or ALT, or leave it out")


def _without_unseen(alt: str) -> str:
    """The alternate alleles without those at the end that only stand for whatever else there could be (gVCF).

    A haplotype that has one is refused with its genotype; one before another would change the others' numbers.
    """
    found = alt.split(",")
    while len(found) > 1 and found[-1] in _UNSEEN:
        found.pop()
    return ",".join(found)


def _first_fields(calls: bytes, formats: bytes, rsid: str, where: str) -> bytes:
    """Genotypes of a line that has more than them; GT is first wherever there is one (VCF 4.2, section 1.4.2)."""
    if not formats.startswith(b"GT:"):
        raise InputError(
            f"{where}: variant {rsid}: FORMAT {as_text(formats, where)!r} has no GT; give a VCF with genotypes"
        )
    return b"\t".join(call.split(b":", 1)[0] for call in calls.split(b"\t"))
