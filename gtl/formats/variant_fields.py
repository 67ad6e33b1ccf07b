"""Columns that every variant file has: position, alleles, and an id, which a file may leave out."""

from gtl.domain.genotypes import position_id
from gtl.errors import InputError

MAX_POSITION = 2**31 - 1
"""Whole numbers of VCF, and positions of PLINK, have 32 bits."""

_NO_ID = ("", ".")


def position(text: str, where: str) -> int:
    """A position in base pairs; :class:`InputError` naming ``where`` if it is none.

    >>> position("14305409", "x.legend: line 2")
    14305409
    """
    if not (text.isascii() and text.isdigit()):
        raise InputError(
            f"{where}: position {_short(text)} is not a whole number; expected base pairs, such as 14305409"
        )
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(MAX_POSITION)) or int(digits) > MAX_POSITION:
        raise InputError(
            f"{where}: position {_short(text)} is above {MAX_POSITION}, the largest that VCF and PLINK know; "
            "expected base pairs on one chromosome, correct it or leave the line out"
        )
    return int(digits)


def allele(text: str) -> str:
    """An allele in capitals, so that ``a`` and ``A`` are one; symbols such as ``<DEL>`` as they are.

    >>> allele("acG"), allele("<Del>")
    ('ACG', '<Del>')
    """
    return text.upper() if text.isalpha() else text


def variant_id(rsid: str, chrom: str, pos: object, ref: str, alt: str) -> str:
    """``rsid``, or :func:`~gtl.domain.genotypes.position_id` where the file names no id.

    >>> variant_id("rs1", "21", 100, "A", "G"), variant_id(".", "21", 100, "A", "G")
    ('rs1', '21:100:A:G')
    """
    return position_id(chrom, pos, ref, alt) if rsid in _NO_ID else rsid


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:20]}...")
