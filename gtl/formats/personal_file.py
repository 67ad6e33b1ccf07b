"""A person's genotypes as laboratories give them: a line a variant, its id, chromosome, position and two letters.

=================  ============  =======================================================================
laboratory         separator     particulars
=================  ============  =======================================================================
23andMe            tabs          one letter of a man's X, of Y and MT; ``--`` = not called; D and I
AncestryDNA        tabs          the letters in two columns; 23 to 26 for X, Y, PAR and MT; 0 = not called
MyHeritage, FTDNA  commas        quotation marks; a header without ``#``, in FTDNA's once more before X
=================  ============  =======================================================================

A header that names the columns otherwise, or in another order, is gone by. D and I stand for the shorter and the longer
allele of an insertion or deletion.
"""

import csv
from collections.abc import Iterator

from gtl.domain.genotypes import MISSING
from gtl.errors import InputError
from gtl.formats.genotype_file import complements
from gtl.formats.table_lines import folded
from gtl.formats.text_file import PathLike, as_text, lines
from gtl.formats.variant_fields import chromosome, position

_COLUMNS = {
    "rsid": ("rsid", "rs_id", "snp", "snp_name", "name", "snpid", "marker", "id"),
    "chromosome": ("chromosome", "chrom", "chr"),
    "position": ("position", "pos", "bp", "location", "mapinfo"),
    "letters": ("genotype", "result", "alleles", "yourcode", "call"),
    "first": ("allele1", "allele_1", "allele1_forward", "allele1_plus"),
    "second": ("allele2", "allele_2", "allele2_forward", "allele2_plus"),
}
"""Meaning → names of columns, as :func:`gtl.formats.table_lines.folded` has them."""

_NO_CALLS = ("NC", "NN", "NA", "N/A", "N/N", "NOCALL", "NO_CALL", "FAILED", "UNDETERMINED")
_NOT_CALLED = frozenset("-0.?")
_NO_POSITION = ("", "NA", ".", "-")
_NOTHING = b" \t\x1a"
"""Of a line: blanks, and the mark with which DOS ends a file."""
_LENGTHS = frozenset("DI")


def read_person(path: PathLike) -> Iterator[tuple[str, str, int, str]]:
    """Id, chromosome, position and genotype of every line of one person's file.

    Chromosomes have their usual names, and a genotype is in capitals: one or two letters (or ``--``), or two longer
    alleles with a ``/`` between them.

    Raises
    ------
    InputError
        If there are only comments, a line has another number of columns, or a position is none.
    """
    rows = _rows(path)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{path}: no genotypes, only comments; expected lines `rsid chromosome position genotype`")
    yield first
    yield from rows


def call(genotype: str, ref: str, alt: str) -> tuple[str, str, int]:
    """Alleles that a person's genotype is of, and the dosage of the second: ``ref`` and ``alt``, or what they have.

    A single letter, of a man's X say, counts twice, as in PLINK. The letters may be of either strand.

    >>> call("AG", "A", "G"), call("C", "A", "G"), call("DI", "AT", "A"), call("AT", "A", "G"), call("--", "A", "G")
    (('A', 'G', 1), ('T', 'C', 2), ('AT', 'A', 1), ('A', 'T', -1), ('A', 'G', -1))
    """
    if _NOT_CALLED.intersection(genotype) or not genotype or genotype in _NO_CALLS:
        return ref, alt, MISSING  # also half a call, as in every other reader
    genotype = genotype * 2 if len(genotype) == 1 else genotype
    if len(ref) != len(alt) and len(genotype) == 2 and _LENGTHS.issuperset(genotype):
        return ref, alt, genotype.count("I" if len(alt) > len(ref) else "D")
    for first, second in ((ref, alt), complements(ref, alt)):
        dosage = _spelled(first, second).get(genotype.replace("/", ""))
        if dosage is not None:
            return first, second, dosage
    return genotype[0], genotype[1:].removeprefix("/"), MISSING


def _spelled(ref: str, alt: str) -> dict[str, int]:
    """How the two alleles of a person are written one after the other → the dosage of ``alt``."""
    return {ref + ref: 0, ref + alt: 1, alt + ref: 1, alt + alt: 2}


def _rows(path: PathLike) -> Iterator[tuple[str, str, int, str]]:
    places, names = None, dict[str, str]()
    for number, line in lines(path):
        if line.startswith(b"#CHROM\t"):
            raise InputError(f"{path}: a VCF; give its name the ending .vcf or .vcf.gz")
        if line.lstrip(b"\"' ").startswith(b"#") or not line.strip(_NOTHING):  # comments may be in any encoding
            continue
        where = f"{path}: line {number}"
        fields = _fields(as_text(line, where))
        if not (len(fields) > 2 and fields[2].isdigit()) and (header := _header(fields)):
            places = header
            continue
        rsid, chrom, pos, *letters = _chosen(fields, places, where)
        usual = names.get(chrom) or names.setdefault(chrom, chromosome(chrom))
        yield rsid, usual, 0 if pos in _NO_POSITION else position(pos, where), _letters(letters)


def _header(fields: list[str]) -> list[int]:
    """Places of id, chromosome, position and letters in a line that names the columns; none of another line."""
    known_as = [folded(field) for field in fields]
    found = {role: [known_as.index(name) for name in names if name in known_as] for role, names in _COLUMNS.items()}
    letters = ["letters"] if found["letters"] else ["first", "second"]
    wanted = [found[role] for role in ("rsid", "chromosome", "position", *letters)]
    return [places[0] for places in wanted] if all(wanted) else []


def _chosen(fields: list[str], places: list[int] | None, where: str) -> list[str]:
    """Id, chromosome, position and letters of a line, by the header's places, or in 23andMe's order."""
    if places and len(fields) > max(places):
        return [fields[place] for place in places]
    if places or len(fields) not in (4, 5):
        raise InputError(
            f"{where}: {len(fields)} columns, expected rsid, chromosome, position, genotype, separated by tabs, "
            "commas, semicolons or blanks"
        )
    return fields


def _fields(text: str) -> list[str]:
    separator = "\t" if "\t" in text else next((sign for sign in ",;" if sign in text), None)
    quoted = separator is not None and '"' in text
    fields = next(csv.reader([text], delimiter=separator or " ")) if quoted else text.split(separator)
    if len(fields) == 1 and separator is not None and separator in fields[0]:
        fields = fields[0].split(separator)  # a spreadsheet put the whole line into quotes
    return [field.strip().strip("'\"").strip() for field in fields]


def _letters(columns: list[str]) -> str:
    """The two alleles, from one or two columns."""
    texts = [text.upper().replace(" ", "").replace("|", "/") for text in columns]
    return ("" if all(len(text) <= 1 for text in texts) else "/").join(texts)
