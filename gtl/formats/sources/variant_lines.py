"""Text files that name the variants of binary genotypes, a line each: PLINK's .bim and .pvar.

Neither is held as a whole: one pass finds where each chromosome is, later ones read blocks of lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text, lines
from gtl.formats.variant_fields import chromosome, variants_of_columns

_BIM = ("#CHROM", "ID", "CM", "POS", "ALT", "REF")
_NEEDED = ("#CHROM", "POS", "ID", "REF", "ALT")


@dataclass(frozen=True)
class VariantLines:
    """Where the variants of a .bim or .pvar file are.

    Attributes
    ----------
    path : the file
    columns : its columns' names
    header : number of lines before the first variant
    runs : a chromosome's usual name → first and last + 1 row of each run of its variants
    n_variants : number of variants
    multiallelic : row of a variant with several alternate alleles → their number
    """

    path: PathLike
    columns: tuple[str, ...]
    header: int
    runs: dict[str, list[tuple[int, int]]]
    n_variants: int
    multiallelic: dict[int, int]

    def read(self, chrom: str, n_rows: int) -> Iterator[tuple[int, Variants]]:
        """First row and variants of the blocks of a chromosome, ``n_rows`` at most each."""
        for start, stop in self.runs[chrom]:
            numbered = islice(lines(self.path), self.header + start, self.header + stop)
            for first in range(start, stop, n_rows):
                yield first, self._variants([line for _, line in islice(numbered, n_rows)], first)

    def _variants(self, rows: list[bytes], first: int) -> Variants:
        def where(row: int) -> str:
            return f"{self.path}: line {self.header + first + row + 1}"

        fields = [line.split() for line in as_text(b"\n".join(rows), where(0)).split("\n")]
        for row, found in enumerate(fields):
            if len(found) != len(self.columns):
                raise InputError(f"{where(row)}: {len(found)} columns, expected {len(self.columns)}")
        table = dict(zip(self.columns, zip(*fields, strict=True), strict=True))
        chrom, pos, rsid, ref, alt = (table[name] for name in _NEEDED)
        return variants_of_columns(chrom, pos, rsid, ref, alt, where)


def find_variants(path: PathLike) -> VariantLines:
    """Read a .bim or .pvar file once; a .pvar without a header has the columns of a .bim.

    Raises
    ------
    InputError
        If the file cannot be read, a header lacks one of `#CHROM POS ID REF ALT`, or a line is blank.
    """
    columns, header = _header(path)
    alt, runs, multiallelic, row = columns.index("ALT"), dict[str, list[tuple[int, int]]](), dict[int, int](), 0
    texts = (line for _, line in islice(lines(path), header, None))
    for name, run in groupby(texts, key=lambda line: line.split(None, 1)[:1]):
        start = row
        for line in run:
            if b"," in line and (commas := _field(line, alt).count(b",")):
                multiallelic[row] = commas + 1
            row += 1
        runs.setdefault(_chromosome(name, f"{path}: line {header + start + 1}"), []).append((start, row))
    return VariantLines(path, columns, header, runs, row, multiallelic)


def _header(path: PathLike) -> tuple[tuple[str, ...], int]:
    """Names of the columns, and the number of lines before the first variant."""
    for number, line in lines(path):
        if line.startswith(b"##"):
            continue
        if not line.startswith(b"#"):
            return _BIM[:2] + _BIM[3:] if len(line.split()) == 5 else _BIM, number - 1
        columns = tuple(as_text(line, f"{path}: line {number}").split())
        if not {*_NEEDED} <= {*columns}:
            raise InputError(f"{path}: line {number}: columns are {' '.join(columns)}, expected {' '.join(_NEEDED)}")
        return columns, number
    raise InputError(f"{path}: no variants, only comments; give the file that belongs to the genotypes")


def _field(line: bytes, column: int) -> bytes:
    return b"".join(line.split(None, column + 1)[column : column + 1])


def _chromosome(name: list[bytes], where: str) -> str:
    if not name:
        raise InputError(f"{where}: blank, expected a variant; delete the line if no variant is missing")
    return chromosome(as_text(name[0], where))
