"""A person's genotypes as laboratories give them: a line a variant, its id, chromosome, position and two letters.

=================  ============  =======================================================================
laboratory         separator     particulars
=================  ============  =======================================================================
23andMe            tabs          one letter of a man's X, of Y and MT; ``--`` = not called; D and I
AncestryDNA        tabs          the letters in two columns; 23 to 26 for X, Y, PAR and MT; 0 = not called
MyHeritage, FTDNA  commas        quotation marks; a header without ``#``
=================  ============  =======================================================================

D and I stand for the shorter and the longer allele of an insertion or deletion.
"""

import csv
from collections.abc import Iterator

from gtl.domain.genotypes import MISSING
from gtl.errors import InputError
from gtl.formats.genotype_file import complements
from gtl.formats.text_file import PathLike, as_text, lines
from gtl.formats.variant_fields import chromosome, position

_LAST_COLUMN = ("genotype", "result", "allele2")
"""Name of the last column, by which a header without ``#`` is known."""

_NOT_CALLED = frozenset("-0.?")
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
    if _NOT_CALLED.issuperset(genotype):
        return ref, alt, MISSING
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
    header, names = True, dict[str, str]()
    for number, line in lines(path):
        if line.startswith(b"#"):  # comments may be in any encoding
            continue
        where = f"{path}: line {number}"
        fields = _fields(as_text(line, where))
        if header and fields[-1].casefold() in _LAST_COLUMN:
            continue
        header = False
        if len(fields) not in (4, 5):
            raise InputError(f"{where}: {len(fields)} columns, expected rsid, chromosome, position, genotype (tabs)")
        rsid, chrom, pos, *letters = fields
        usual = names.get(chrom) or names.setdefault(chrom, chromosome(chrom))
        yield rsid, usual, position(pos, where), _letters(letters)


def _fields(text: str) -> list[str]:
    separator = "\t" if "\t" in text else ","
    fields = next(csv.reader([text], delimiter=separator)) if '"' in text else text.split(separator)
    return [field.strip(' "') for field in fields]


def _letters(columns: list[str]) -> str:
    """The two alleles, from one or two columns."""
    texts = [text.upper().replace(" ", "") for text in columns]
    return ("" if all(len(text) <= 1 for text in texts) else "/").join(texts)
