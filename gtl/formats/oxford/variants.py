"""Variants as legends and .gen files name them: rs id, position, two alleles."""

import re

import numpy as np

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike
from gtl.formats.variant_fields import allele, position, variant_id

_LIST = re.compile("[,|/]")
"""What several alleles in one column are separated by."""


def variants_of_rows(rows: list[list[str]], chromosome: str, path: PathLike, first_line: int) -> Variants:
    """Variants of text rows ``rsid, position, allele A, allele B``; allele B is the counted one.

    Alleles are read in capitals; a variant without an id (``.``) is named ``chrom:pos:A:B``.

    Raises
    ------
    InputError
        If a position is no position or lower than the one before, an allele column names several, or both alleles are
        the same; the message names ``path`` and the line (the first row is line ``first_line``).
    """
    named = [
        _named(fields, chromosome, f"{path}: line {number}") for number, fields in enumerate(rows, start=first_line)
    ]
    rsid, positions, ref, alt = (np.array(column, dtype=object) for column in zip(*named, strict=True))
    pos = positions.astype(np.int64)
    for row in np.flatnonzero(np.diff(pos) < 0)[:1]:
        raise InputError(
            f"{path}: line {row + 1 + first_line}: position {pos[row + 1]} comes after {pos[row]}; sort by position"
        )
    for row in np.flatnonzero([not _is_allele(a) or not _is_allele(b) for a, b in zip(ref, alt, strict=True)])[:1]:
        raise InputError(
            f"{path}: line {row + first_line}: {rsid[row]} has alleles {ref[row]!r} and {alt[row]!r}, expected one in "
            "each column; write a line for each alternate allele, or leave the line out"
        )
    for row in np.flatnonzero(ref == alt)[:1]:
        raise InputError(f"{path}: line {row + first_line}: {rsid[row]} has the same allele twice ({ref[row]})")
    return Variants(np.full(len(pos), chromosome, dtype=object), pos, rsid, ref, alt)


def _is_allele(text: str) -> bool:
    """Whether a column holds one allele: neither a list (``G,T``), nor VCF's mark of an allele that was deleted."""
    return not _LIST.search(text) and text not in ("*", "<*>", "<X>", "<NON_REF>")


def _named(fields: list[str], chromosome: str, where: str) -> tuple[str, int, str, str]:
    rsid, pos_text, *letters = fields
    pos, (ref, alt) = position(pos_text, where), map(allele, letters)
    return variant_id(rsid, chromosome, pos, ref, alt), pos, ref, alt
