"""Text files that name the variants of binary genotypes, a line each: PLINK's .bim and .pvar.

Neither is held as a whole: one pass finds where each chromosome is, later ones read blocks of lines.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby, islice
from operator import itemgetter

import numpy as np

from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, as_text, line_blocks, lines, unquoted
from gtl.formats.variant_fields import chromosome, variants_of_columns

_BIM = ("#CHROM", "ID", "CM", "POS", "ALT", "REF")
_NEEDED = ("#CHROM", "POS", "ID", "REF", "ALT")

_HEADERS = (b"CHR", b"CHROM", b"CHROMOSOME")

_BLOCK_BYTES = 1 << 20
_FEW_LINES = 64


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
            found = chain.from_iterable(_lines_between(self.path, self.header + start, self.header + stop))
            for first in range(start, stop, n_rows):
                yield first, self._variants(list(islice(found, n_rows)), first)

    def read_all(self, n_rows: int) -> Iterator[tuple[int, Variants]]:
        """As :meth:`read`, of every chromosome."""
        for chrom in self.runs:
            yield from self.read(chrom, n_rows)

    def _variants(self, rows: list[bytes], first: int) -> Variants:
        def where(row: int) -> str:
            return f"{self.path}: line {self.header + first + row + 1}"

        joined, n_columns = b"\n".join(rows), len(self.columns)
        text = as_text(joined, where(0))
        if _one_tab_between(joined, len(rows), n_columns):
            fields = text.replace("\n", "\t").split("\t")
        else:
            fields = _checked_fields(text, n_columns, where)
        fields = unquoted(text, fields)
        table = {name: fields[place::n_columns] for place, name in enumerate(self.columns)}
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
    runs, multiallelic, row = dict[str, list[tuple[int, int]]](), dict[int, int](), 0
    counted = _counted(path, header, columns.index("ALT"), multiallelic)
    for name, parts in groupby(counted, key=itemgetter(0)):
        start, row = row, row + sum(length for _, length in parts)
        runs.setdefault(_chromosome(name, f"{path}: line {header + start + 1}"), []).append((start, row))
    return VariantLines(path, columns, header, runs, row, multiallelic)


def _counted(path: PathLike, header: int, alt: int, multiallelic: dict[int, int]) -> Iterator[tuple[bytes, int]]:
    """Runs of lines that begin with the same name; variants with several alternates go into ``multiallelic``."""
    row = 0
    for block in _blocks_after(path, header):
        if b"," in block:
            multiallelic |= _alternates(block, alt, row)
        row += block.count(b"\n")
        yield from _runs(block)


def _blocks_after(path: PathLike, n_lines: int) -> Iterator[bytes]:
    """Blocks of whole lines, without the first ``n_lines``."""
    for block in line_blocks(path, _BLOCK_BYTES):
        rows = block.count(b"\n")
        if n_lines >= rows:
            n_lines -= rows
            continue
        yield block.split(b"\n", n_lines)[n_lines]
        n_lines = 0


def _lines_between(path: PathLike, start: int, stop: int) -> Iterator[list[bytes]]:
    """Lines ``start`` to ``stop`` of a file, from 0, without their ends, many at a time."""
    for block in _blocks_after(path, start):
        rows = block[:-1].split(b"\n")[: stop - start]
        yield [row.removesuffix(b"\r") for row in rows] if b"\r" in block else rows
        start += len(rows)
        if start == stop:
            return


def _runs(block: bytes) -> Iterator[tuple[bytes, int]]:
    """First field of the lines of a block, and how many lines one after the other have it.

    A block of one chromosome is told as a whole; one of several is halved until it is short.
    """
    n_lines = block.count(b"\n")
    name = _first_field(block[: block.index(b"\n")])
    if name and _all_begin_with(block, name):
        yield name, n_lines
    elif n_lines <= _FEW_LINES:
        names = (_first_field(line) for line in block[:-1].split(b"\n"))
        yield from ((found, len([*run])) for found, run in groupby(names))
    else:
        middle = block.index(b"\n", len(block) // 2) + 1
        parts = (block[:middle], block[middle:]) if middle < len(block) else _halves(block)
        for part in parts:
            yield from _runs(part)


def _all_begin_with(lines: bytes, name: bytes) -> bool:
    """Whether every line's first field is ``name``, with nothing before it."""
    codes = np.frombuffer(lines, dtype=np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(codes == ord("\n"))[:-1] + 1])
    if starts[-1] + len(name) >= len(codes):
        return False
    letters = all((codes[starts + place] == letter).all() for place, letter in enumerate(name))
    return bool(letters and np.isin(codes[starts + len(name)], (ord("\t"), ord(" "))).all())


def _halves(block: bytes) -> tuple[bytes, bytes]:
    """The last line, which is longer than all others, apart."""
    last = block.rindex(b"\n", 0, -1) + 1
    return block[:last], block[last:]


def _alternates(block: bytes, column: int, row: int) -> dict[int, int]:
    """Row of each variant with several alternate alleles → their number."""
    commas = {
        number: _field(line, column).count(b",") for number, line in enumerate(block.split(b"\n"), row) if b"," in line
    }
    return {number: count + 1 for number, count in commas.items() if count}


def _one_tab_between(lines: bytes, n_rows: int, n_columns: int) -> bool:
    r"""Whether every line has its fields with one tab between two, and no other white space.

    >>> _one_tab_between(b"1\trs1\n1\trs2", 2, 2), _one_tab_between(b"1\t\n1\trs2", 2, 2)
    (True, False)
    """
    codes = np.frombuffer(lines, dtype=np.uint8)
    marks = np.flatnonzero(codes <= ord(" "))
    if not lines.isascii() or len(marks) != n_rows * n_columns - 1:
        return False
    expected = np.full(n_columns, ord("\t"), dtype=np.uint8)
    expected[-1] = ord("\n")
    as_expected = codes[marks] == np.tile(expected, n_rows)[:-1]
    between = np.diff(marks, prepend=-1, append=len(codes)) > 1
    return bool(as_expected.all() and between.all())


def _checked_fields(text: str, n_columns: int, where: Callable[[int], str]) -> list[str]:
    fields = [line.split() for line in text.split("\n")]
    for row, found in enumerate(fields):
        if len(found) != n_columns:
            raise InputError(f"{where(row)}: {len(found)} columns, expected {n_columns}")
    return [*chain.from_iterable(fields)]


def _header(path: PathLike) -> tuple[tuple[str, ...], int]:
    """Names of the columns, and the number of lines before the first variant."""
    for number, line in lines(path):
        if line.startswith(b"##"):
            continue
        if not line.startswith(b"#"):
            _check_no_header(line, f"{path}: line {number}")
            return _BIM[:2] + _BIM[3:] if len(line.split()) == 5 else _BIM, number - 1
        columns = tuple(as_text(line, f"{path}: line {number}").split())
        if not {*_NEEDED} <= {*columns}:
            raise InputError(f"{path}: line {number}: columns are {' '.join(columns)}, expected {' '.join(_NEEDED)}")
        return columns, number
    raise InputError(f"{path}: no variants, only comments; give the file that belongs to the genotypes")


def _check_no_header(line: bytes, where: str) -> None:
    if _first_field(line).strip(b"'\"").upper() in _HEADERS:
        raise InputError(f"{where}: a header, which a .bim does not have and a .pvar begins with #CHROM; delete it")


def _field(line: bytes, column: int) -> bytes:
    return b"".join(line.split(None, column + 1)[column : column + 1])


def _first_field(line: bytes) -> bytes:
    return b"".join(line.split(None, 1)[:1])


def _chromosome(name: bytes, where: str) -> str:
    if not name:
        raise InputError(f"{where}: blank, expected a variant; delete the line if no variant is missing")
    return chromosome(as_text(name, where).strip("'\""))
