"""Recombination maps: HAPGEN2's ``position COMBINED_rate(cM/Mb) Genetic_Map(cM)``, ``pos chr cM``, PLINK's ``.map``."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from gtl.domain.genetic_map import GeneticMap
from gtl.errors import InputError
from gtl.formats.text_file import PathLike, Sink, as_text, lines, words, writable
from gtl.formats.variant_fields import chromosome as usual_name
from gtl.formats.variant_fields import position

_LAYOUTS = "expected `position COMBINED_rate(cM/Mb) Genetic_Map(cM)` or `pos chr cM`"


@dataclass(frozen=True)
class _Columns:
    """Where a file keeps what is needed; ``chrom`` is None in a file of one chromosome."""

    count: int
    pos: int
    cm: int
    chrom: int | None


_PLINK = _Columns(count=4, pos=3, cm=2, chrom=0)


def read_genetic_map(path: PathLike, chromosome: str) -> GeneticMap:
    """Read the map of one chromosome (plain or gzip; columns split by blanks or tabs, found by the header).

    Parameters
    ----------
    path
        HAPGEN2's / IMPUTE2's three columns, HapMap's four (``Chromosome Position(bp) Rate(cM/Mb) Map(cM)``),
        ``pos chr cM``, or PLINK's and Beagle's without a header: chromosome, id, cM, position.
    chromosome
        Rows of other chromosomes are left out where the file has a chromosome column (``21`` and ``chr21`` are the
        same, and so are ``X`` and ``23``); a file without that column is taken to be of this chromosome.

    Raises
    ------
    InputError
        If there is no header, a line has another number of columns, a value is not a finite number, a column
        decreases, or the chromosome is absent; the message names file and line. So do the map's own errors name the
        file.
    """
    columns, numbered = _opened(path)
    rows: list[tuple[int, float]] = []
    others: set[str] = set()
    for number, line in numbered:
        where = f"{path}: line {number}"
        fields = words(as_text(line, where))
        if len(fields) != columns.count:
            raise InputError(f"{where}: {len(fields)} columns, expected {columns.count} as in the header")
        if columns.chrom is not None and usual_name(fields[columns.chrom]) != usual_name(chromosome):
            others.add(fields[columns.chrom])
            continue
        rows.append(_parse(fields, columns, where))
        _check_ascends(rows, where)
    if not rows:
        found = f"; it has {', '.join(sorted(others))}" if others else ""
        raise InputError(f"{path}: no rows of chromosome {chromosome}{found}; set panel.chromosome or give its map")
    pos, cm = zip(*rows, strict=True)
    return GeneticMap(np.array(pos, dtype=np.int64), np.array(cm, dtype=np.float64), f"{path}: genetic map")


def write_genetic_map(genetic_map: GeneticMap, file: Sink) -> None:
    """Write a map as HAPGEN2 reads it; the rate of a row is that of the stretch after it, 0 in the last one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.diff(genetic_map.cm) / np.diff(genetic_map.pos) * 1e6
    rates = [*np.where(np.isfinite(rate), rate, 0).tolist(), 0.0]
    rows = zip(genetic_map.pos.tolist(), rates, genetic_map.cm.tolist(), strict=True)
    with writable(file) as opened:
        opened.write(b"position COMBINED_rate(cM/Mb) Genetic_Map(cM)\n")
        opened.write("".join(f"{pos} {rate:.10g} {cm:.10g}\n" for pos, rate, cm in rows).encode())


def _opened(path: PathLike) -> tuple[_Columns, Iterator[tuple[int, bytes]]]:
    """Where the columns are, and the lines below the header, where there is one."""
    numbered = lines(path)
    first = next(numbered)
    fields = words(as_text(first[1], f"{path}: line 1"))
    if len(fields) == _PLINK.count and fields[_PLINK.pos].isdigit():
        return _PLINK, chain([first], numbered)
    return _find_columns(fields, f"{path}: line 1"), numbered


def _find_columns(header: list[str], where: str) -> _Columns:
    names = [name.lower() for name in header]
    pos = [i for i, name in enumerate(names) if name.startswith("pos")]
    cm = [i for i, name in enumerate(names) if name == "cm" or name.startswith(("genetic_map", "map"))]
    chrom = [i for i, name in enumerate(names) if name.startswith("chr")]
    if len(pos) != 1 or len(cm) != 1 or len(chrom) > 1:
        raise InputError(f"{where}: header {' '.join(header)!r} is not that of a genetic map; {_LAYOUTS}")
    return _Columns(len(header), pos[0], cm[0], chrom[0] if chrom else None)


def _parse(fields: list[str], columns: _Columns, where: str) -> tuple[int, float]:
    text = fields[columns.cm]
    try:
        cm = float(text)
    except ValueError:
        raise InputError(f"{where}: centimorgans {text!r} are not a number; {_LAYOUTS}") from None
    if not math.isfinite(cm):
        raise InputError(f"{where}: centimorgans are {text}, expected a finite number; leave the line out")
    return position(fields[columns.pos], where), cm


def _check_ascends(rows: list[tuple[int, float]], where: str) -> None:
    if len(rows) > 1 and (rows[-1][0] < rows[-2][0] or rows[-1][1] < rows[-2][1]):
        raise InputError(
            f"{where}: position {rows[-1][0]} at {rows[-1][1]} cM comes after {rows[-2][0]} at {rows[-2][1]} cM; "
            "both must ascend: sort the map"
        )
