"""Columns that every variant file has: chromosome, position, alleles, and an id, which a file may leave out."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from gtl.domain.genotypes import Variants, position_id
from gtl.errors import InputError

MAX_POSITION = 2**31 - 1
"""Whole numbers of VCF, and positions of PLINK, have 32 bits."""

_NO_ID = ("", ".")

USUAL_CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y", "MT")
"""Those of people, in order."""

_CHROMOSOMES = {
    "23": "X", "24": "Y", "25": "X", "XY": "X", "PAR1": "X", "PAR2": "X", "26": "MT", "M": "MT", "MITO": "MT",
    "0X": "X", "0Y": "Y", "0M": "MT", "J01415.2": "MT",
}  # fmt: skip
"""Other names of the same chromosomes; the pseudo-autosomal regions are X, where PLINK counts them apart."""

_REGION_OF_X = re.compile(r"X[_.]?(?:NON)?_?PAR[12]?", re.IGNORECASE)
"""Files of X are often split into its regions."""

_UNKNOWN = ("", "NA", ".", "---")
"""How Oxford files write that a variant's chromosome is not known."""

_PREFIX = re.compile(r"chr(?:om(?:osome)?)?[_ ]?(?=.)", re.IGNORECASE)
_REFSEQ = re.compile(r"NC_0000(0[1-9]|1\d|2[0-4])\.\d+")
"""Accessions of the human chromosomes, whichever build they are of."""

_GENBANK = re.compile(r"CM0006(6[3-9]|7\d|8[0-6])\.[12]")
"""The same of GenBank, which begin with CM000663 for chromosome 1."""

_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?e\+?(\d{1,2})", re.ASCII)
_OF_EXCEL = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII)
_NEGATIVE = re.compile(r"-\d+", re.ASCII)


@lru_cache(maxsize=1024)
def chromosome(text: str) -> str:
    """The usual name of a chromosome: no ``chr``, no leading zero, letters for PLINK's numbers above 22.

    Numbers that pandas or R turned into ``21.0`` are whole again; human accessions of RefSeq or GenBank and the regions
    of X are the chromosome.

    >>> [chromosome(text) for text in ("chr21", "Chr9", "01", "23", "chrM", "XY", "scaffold_7")]
    ['21', '9', '1', 'X', 'MT', 'X', 'scaffold_7']
    >>> [chromosome(text) for text in ("21.0", "chromosome21", "NC_000023.11", "CM000683.2", "X_nonPAR")]
    ['21', '21', 'X', '21', 'X']
    """
    name = text[prefix.end() :] if (prefix := _PREFIX.match(text)) else text
    if accession := _REFSEQ.fullmatch(name):
        name = accession[1]
    elif accession := _GENBANK.fullmatch(name):
        name = str(int(accession[1]) - 62)
    elif name.startswith("NC_012920."):
        name = "MT"
    elif _REGION_OF_X.fullmatch(name):
        name = "X"
    elif number := _FLOAT.fullmatch(name):
        name = number[1]
    short = name.lstrip("0") if name.isdigit() else name
    capitals = short.upper()
    return _CHROMOSOMES.get(capitals, capitals if capitals in USUAL_CHROMOSOMES else short) or "0"


def is_unknown(text: str) -> bool:
    """Whether a file says in place of a chromosome that it does not name it.

    >>> is_unknown("NA"), is_unknown("21")
    (True, False)
    """
    return text in _UNKNOWN


def variants_of_columns(
    chrom: Sequence[str],
    pos: Sequence[str],
    rsid: Sequence[str],
    ref: Sequence[str],
    alt: Sequence[str],
    where: Callable[[int], str],
) -> Variants:
    """Variants of text columns: usual chromosome names, alleles in capitals, and an id for those without one.

    Parameters
    ----------
    where
        File and line of the row with this number, for messages.

    Raises
    ------
    InputError
        If a position is none. One below 0 stands for none, as PLINK ignores such variants: it becomes 0.

    Examples
    --------
    >>> found = variants_of_columns(["chr2"], ["7"], ["."], ["a"], ["G"], lambda row: f"x.bim: line {row + 1}")
    >>> found.rsid.tolist(), found.pos.tolist()
    (['2:7:A:G'], [7])
    """
    names = {text: chromosome(text) for text in {*chrom}}
    chroms = [names[text] for text in chrom] if len(names) > 1 else [*names.values()] * len(chrom)
    refs, alts = _capital_alleles(ref, alt)
    places, ids = _positions(pos, rsid, where), list(rsid)
    if any(name in rsid for name in _NO_ID):
        for row in [row for row, name in enumerate(ids) if name in _NO_ID]:
            ids[row] = position_id(chroms[row], places[row], refs[row], alts[row])
    found, ids_found, refs_found, alts_found = (np.array(column, dtype=object) for column in (chroms, ids, refs, alts))
    return Variants(found, np.array(places, dtype=np.int64), ids_found, refs_found, alts_found)


def _capital_alleles(ref: Sequence[str], alt: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Both columns with :func:`_alleles`; as they are where nothing changes, which is most often."""
    changed = {pair: found for pair in {*zip(ref, alt, strict=True)} if (found := _alleles(*pair)) != pair}
    if not changed:
        return ref, alt
    pairs = [changed.get(pair, pair) for pair in zip(ref, alt, strict=True)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _alleles(ref: str, alt: str) -> tuple[str, str]:
    """Both in capitals, unless only the case tells them apart: some files write D and d."""
    capitals = allele(ref), allele(alt)
    return (ref, alt) if capitals[0] == capitals[1] else capitals


def _positions(texts: Sequence[str], rsid: Sequence[str], where: Callable[[int], str]) -> list[int]:
    joined = "".join(texts)
    if joined.isascii() and joined.isdigit() and all(texts):
        places = [int(text) for text in texts]
        if max(places) <= MAX_POSITION:
            return places
    return [
        0 if _NEGATIVE.fullmatch(text) else position(text, f"{where(row)}: {rsid[row]}")
        for row, text in enumerate(texts)
    ]


def position(text: str, where: str) -> int:
    """A position in base pairs; :class:`InputError` naming ``where`` if it is none.

    R writes 100000 as ``1e+05``, and pandas a column with gaps as ``100000.0``: both say the number to the last digit.

    >>> position("14305409", "x.legend: line 2"), position("1e+05", "x.bim: line 1"), position("600.0", "x.bim: line 1")
    (14305409, 100000, 600)
    """
    text = _in_digits(text)
    if not (text.isascii() and text.isdigit()):
        excel = " (Excel wrote it so, and its last digits are lost)" if _OF_EXCEL.fullmatch(text) else ""
        raise InputError(
            f"{where}: position {_short(text)} is not a whole number{excel}; expected base pairs, such as 14305409"
        )
    digits = text.lstrip("0") or "0"
    if len(digits) > len(str(MAX_POSITION)) or int(digits) > MAX_POSITION:
        raise InputError(
            f"{where}: position {_short(text)} is above {MAX_POSITION}, the largest that VCF and PLINK know; "
            "expected base pairs on one chromosome, correct it or leave the line out"
        )
    return int(digits)


def _in_digits(text: str) -> str:
    """A whole number that R or pandas wrote in another way in digits; any other text as it is."""
    if whole := _FLOAT.fullmatch(text):
        return whole[1]
    if found := _EXPONENT.fullmatch(text):
        digits, zeros = f"{found[1]}{found[2] or ''}", int(found[3]) - len(found[2] or "")
        return digits + "0" * zeros if zeros >= 0 else text
    return text


def allele(text: str) -> str:
    """An allele in capitals, so that ``a`` and ``A`` are one; symbols such as ``<DEL>`` as they are.

    R takes a column of nothing but T for its logical value, and writes TRUE.

    >>> allele("acG"), allele("<Del>"), allele("TRUE")
    ('ACG', '<Del>', 'T')
    """
    capitals = text.upper() if text.isalpha() else text
    return "T" if capitals == "TRUE" else capitals


def variant_id(rsid: str, chrom: str, pos: object, ref: str, alt: str) -> str:
    """``rsid``, or :func:`~gtl.domain.genotypes.position_id` where the file names no id.

    >>> variant_id("rs1", "21", 100, "A", "G"), variant_id(".", "21", 100, "A", "G")
    ('rs1', '21:100:A:G')
    """
    return position_id(chrom, pos, ref, alt) if rsid in _NO_ID else rsid


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else f"{text[:20]}...")
