"""Variants as legends and .gen files name them: rs id, position, two alleles."""

import numpy as np

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike


def variants_of_rows(rows: list[list[str]], chromosome: str, path: PathLike, first_line: int) -> Variants:
    """Variants of text rows ``rsid, position, allele A, allele B``; allele B is the counted one.

    Raises
    ------
    InputError
        If a position is not a whole number or lower than the one before, or both alleles are the same; the message
        names ``path`` and the line (the first row is line ``first_line``).
    """
    rsid, pos_text, ref, alt = (np.array(column, dtype=object) for column in zip(*rows, strict=True))
    pos = np.array([int(text) if text.isdigit() else -1 for text in pos_text], dtype=np.int64)
    for row in np.flatnonzero(pos < 0)[:1]:
        raise InputError(f"{path}: line {row + first_line}: position {pos_text[row]!r} is not a whole number")
    for row in np.flatnonzero(np.diff(pos) < 0)[:1]:
        raise InputError(
            f"{path}: line {row + 1 + first_line}: position {pos[row + 1]} comes after {pos[row]}; sort by position"
        )
    for row in np.flatnonzero(ref == alt)[:1]:
        raise InputError(f"{path}: line {row + first_line}: {rsid[row]} has the same allele twice ({ref[row]})")
    return Variants(np.full(len(pos), chromosome, dtype=object), pos, rsid, ref, alt)
