"""What a scoring file says before its rows: its own particulars, the separator, and what each column is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gtl.errors import InputError
from gtl.spelling import listed

_KEY = re.compile(r"#\s*(\w+)\s*=(.*)")
_ALLELE = re.compile(r"[A-Za-z-]+|[0-9]")

NAMES: Mapping[str, tuple[str, ...]] = {
    "rsid": ("rsid", "snp", "id", "snpid", "variant_id", "marker", "markername", "variant"),
    "chrom": ("chr_name", "chr", "chrom", "chromosome"),
    "pos": ("chr_position", "pos", "bp", "position", "base_pair_location"),
    "effect": ("effect_allele", "a1", "ea", "effectallele", "allele", "nt1"),
    "other": ("other_allele", "a2", "oa", "nea", "noneffect_allele", "non_effect_allele", "omitted", "a0", "nt2"),
    "weight": ("effect_weight", "beta", "weight", "score"),
    "frequency": ("allelefrequency_effect", "effect_allele_frequency", "eaf", "a1_freq", "a1freq", "freq"),
    **{name: (name,) for name in ("dosage_0_weight", "dosage_1_weight", "dosage_2_weight", "effect_type")},
    **{name: (name,) for name in ("is_dominant", "is_recessive", "is_haplotype", "is_diplotype", "is_interaction")},
    **{name.lower(): (name.lower(),) for name in ("hm_chr", "hm_pos", "hm_rsID", "hm_inferOtherAllele")},
    "variant_type": ("variant_type",),
}
"""What we call a column → how files call it, in small letters: the PGS Catalog's names first."""

_BY_PLACE = ("rsid", "effect", "weight")
_PRS_CS = ("chrom", "rsid", "pos", "effect", "other", "weight")


@dataclass(frozen=True)
class ScoringHeader:
    """What stands before the rows.

    Attributes
    ----------
    metadata : the lines ``#key=value``, keys as they are; a value may hold ``=``
    separator : tab, comma, or a pattern for white space
    columns : what each column is (:data:`NAMES`), or "" where it is not needed
    lines : lines before the first row
    """

    metadata: Mapping[str, str]
    separator: str
    columns: tuple[str, ...]
    lines: int


def read_header(lines: Sequence[str], path: object, weight: str | None = None) -> ScoringHeader:
    """Particulars and columns of the file that begins with ``lines``.

    A first line with a known name for the effect allele is a header. Without one, the first three columns are variant,
    allele and weight, as ``plink --score`` has them, or the six of PRS-CS.

    Parameters
    ----------
    weight
        Column of weights, where several scores are in the file or its name says nothing.

    Raises
    ------
    InputError
        If nothing follows the particulars, or it is not clear which column is what.
    """
    metadata: dict[str, str] = {}
    for number, line in enumerate(lines):
        found = _KEY.match(line)
        if found:
            metadata[found[1]] = found[2].strip()
        elif line.strip() and not line.startswith("##"):
            return _with_columns(metadata, line.removeprefix("#"), number, f"{path}: line {number + 1}", weight)
    raise InputError(f"{path}: no columns and no rows, only particulars; download or copy the whole file again")


def _with_columns(metadata: dict[str, str], line: str, number: int, where: str, weight: str | None) -> ScoringHeader:
    separator = next((mark for mark in "\t,;" if mark in line), r"\s+")
    fields = [field.strip(' "') for field in (line.split() if separator == r"\s+" else line.split(separator))]
    names = [_known(field) for field in fields]
    if "effect" in names:
        return ScoringHeader(metadata, separator, _once(_weighted(names, fields, where, weight)), number + 1)
    places = _by_place(fields)
    if not places:
        raise InputError(
            f"{where}: no column is named as the effect allele (columns: {listed(fields, 6)}); name it effect_allele "
            "or A1, or give a table without a header: variant, allele, weight"
        )
    return ScoringHeader(metadata, separator, (*places, *[""] * (len(fields) - len(places))), number)


def _known(field: str) -> str:
    return next((name for name, spellings in NAMES.items() if field.casefold() in spellings), "")


def _weighted(names: list[str], fields: list[str], where: str, weight: str | None) -> list[str]:
    """The columns with one of them the weights: the one asked for, the one named so, or the only one left."""
    if weight is not None:
        if weight not in fields:
            raise InputError(f"{where}: no column {weight!r} of weights; there are {listed(fields)}")
        return [
            "weight" if field == weight else name * (name != "weight")
            for name, field in zip(names, fields, strict=True)
        ]
    if "weight" in names or "dosage_1_weight" in names:
        return names
    left = [field for name, field in zip(names, fields, strict=True) if not name]
    if len(left) != 1 or left[0].casefold() in ("or", "hr"):
        raise InputError(
            f"{where}: no column is named as the weight of the effect allele (others: {listed(left) or 'none'}); say "
            "which with --weight; weights add up, so that odds ratios have to be given as their logarithms"
        )
    return ["weight" if field == left[0] else name for name, field in zip(names, fields, strict=True)]


def _once(names: list[str]) -> tuple[str, ...]:
    """The first column of every meaning."""
    return tuple(name if name and name not in names[:place] else "" for place, name in enumerate(names))


def _by_place(fields: list[str]) -> tuple[str, ...]:
    if len(fields) >= 3 and _ALLELE.fullmatch(fields[1]) and _is_number(fields[2]):
        return _BY_PLACE
    six = len(fields) == 6 and _ALLELE.fullmatch(fields[3]) and fields[2].isdigit() and _is_number(fields[5])
    return _PRS_CS if six else ()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
