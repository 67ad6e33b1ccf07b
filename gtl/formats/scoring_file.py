"""Published polygenic scores: scoring files of the PGS Catalog (2.0), and tables of PRSice and ``plink --score``.

Format: https://www.pgscatalog.org/downloads/#scoring_files. Harmonised files (columns ``hm_*``) are placed by
``hm_chr`` and ``hm_pos``; alleles and weights stay the author's, as in the catalog.
"""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.scoring_header import ScoringHeader, read_header
from gtl.formats.scoring_rows import applicable
from gtl.formats.text_file import as_text, line_blocks

_TOP = 200
"""Lines among which the columns' names are looked for."""

_LINE = re.compile(r"in line (\d+)")
_REPAIR = "separate all by the same tab, comma or blank, and write numbers with a point"

_RATIOS = ("OR", "HR", "RR")
"""What a file may call its weights, whose logarithms alone add up; the catalog's own calculator adds them, too."""

_AROUND = (b" ", b'"', b"\r")
"""What may stand around a field; a block without any of it, as most are, is taken as it is."""

_BEYOND = "beyond"
"""Column for a field that a line has and the header does not."""


@dataclass(frozen=True, eq=False)
class ScoringFile:
    """A published score.

    Attributes
    ----------
    path : where it lies
    metadata : its lines ``#key=value``
    rows : what can be applied, as :func:`gtl.formats.scoring_rows.applicable` says
    refused : columns line, rsid and reason
    build : genome build of ``rows``, or "" where the file does not say it
    """

    path: Path
    metadata: Mapping[str, str]
    rows: pd.DataFrame
    refused: pd.DataFrame
    build: str

    def __len__(self) -> int:
        return len(self.rows) + len(self.refused)

    @property
    def by_ids_alone(self) -> bool:
        """Whether no row has a position."""
        return bool(len(self.rows)) and not (self.rows["pos"] > 0).any()

    def title(self) -> str:
        """Its id, name and trait, as far as it says them."""
        keys = ("pgs_id", "omicspred_id", "pgs_name", "trait_reported")
        words = list(dict.fromkeys(self.metadata[key] for key in keys if self.metadata.get(key)))
        build = f"positions of {self.build}" if self.build else "of no stated build"
        kind = self.metadata.get("weight_type", "")
        ratios = f", weights that the file calls {kind} and that are added up as they are" if kind in _RATIOS else ""
        return f"{', '.join(words) or self.path.name}: {len(self)} rows, {build}{ratios}"

    def refusals(self) -> str:
        """Why rows are refused, in numbers; "" if none is.

        >>> none = pd.DataFrame({"reason": ["no weight", "no weight"]})
        >>> ScoringFile(Path("x.txt"), {}, none[:0], none, "").refusals()
        '2 rows cannot be applied (2 no weight)'
        """
        if self.refused.empty:
            return ""
        reasons = "; ".join(f"{count} {reason}" for reason, count in Counter(self.refused["reason"]).items())
        return f"{len(self.refused)} rows cannot be applied ({reasons})"


def read_scoring_file(path: Path, weight: str | None = None) -> ScoringFile:
    """Read a scoring file, plain, gzip, bgzip or zstd.

    Parameters
    ----------
    weight
        Column of weights, where the file has several scores.

    Raises
    ------
    InputError
        If it has no rows, or none that can be applied; if a column is unclear, or a number is none.
    """
    header, tables = _tables(path, weight)
    parts = [applicable(table, path) for table in tables]
    if not parts:
        raise InputError(f"{path}: no rows below the columns' names; download or copy the whole file again")
    rows, refused = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    found = ScoringFile(path, header.metadata, rows, refused, _build(header))
    if rows.empty:
        raise InputError(f"{path}: {found.refusals()}; nothing is left of the score")
    return found


def _tables(path: Path, weight: str | None) -> tuple[ScoringHeader, Iterator[pd.DataFrame]]:
    """The header, and the rows of each block of lines: text columns by our names, and ``line``."""
    blocks = line_blocks(path)
    first = next(blocks)
    top = [_top_line(line.rstrip(b"\r"), path) for line in first.rstrip(b"\n").split(b"\n", _TOP)[:_TOP]]
    header = read_header(top, path, weight)
    rest = b"".join(first.splitlines(keepends=True)[header.lines :])
    return header, _rows(itertools.chain([rest], blocks), header, path)


def _top_line(line: bytes, path: Path) -> str:
    """A line as text; what the file says of itself (``#key=value``) may be in any encoding."""
    return line.decode(errors="replace") if line.startswith(b"#") and b"=" in line else as_text(line, str(path))


def _rows(blocks: Iterable[bytes], header: ScoringHeader, path: Path) -> Iterator[pd.DataFrame]:
    before = header.lines
    for block in blocks:
        if block.strip():
            table = _table(block, header, before, path)
            yield table[table["line"] > 0]
        before += block.count(b"\n")


def _table(block: bytes, header: ScoringHeader, before: int, path: Path) -> pd.DataFrame:
    width = len(header.columns)
    names = [name or f"unused {place}" for place, name in enumerate(header.columns)]
    try:
        table = pd.read_csv(
            BytesIO(block), sep=header.separator, header=None, names=[*names, _BEYOND], dtype=object, na_filter=False,
            quoting=csv.QUOTE_MINIMAL if header.separator == "," else csv.QUOTE_NONE, skip_blank_lines=False,
            index_col=False,
        )  # fmt: skip
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        found = _LINE.search(str(error))
        line = before + int(found[1]) if found else before + 1
        raise InputError(f"{path}: line {line}: not {width} fields as in the header, or no text; {_REPAIR}") from None
    beyond = table.pop(_BEYOND).to_numpy()
    longer = [row for row in np.flatnonzero(beyond != "") if beyond[row].strip()]  # tabs at the end are common
    if longer:
        raise InputError(f"{path}: line {before + 1 + longer[0]}: more fields than the {width} columns; {_REPAIR}")
    table = table[[name for name in names if not name.startswith("unused")]]
    if any(mark in block for mark in _AROUND if mark != b" " or header.separator != r"\s+"):
        table = table.map(lambda text: text.strip(' "\r'))
    return table.assign(line=np.where(_blank(table), 0, before + 1 + np.arange(len(table))))


def _blank(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """(n,) lines that have nothing in any column."""
    blank = np.ones(len(table), dtype=np.bool_)
    for name in table:
        blank[blank] = table[name].to_numpy()[blank] == ""
        if not blank.any():
            break
    return blank


def _build(header: ScoringHeader) -> str:
    key = "HmPOS_build" if "hm_pos" in header.columns and "HmPOS_build" in header.metadata else "genome_build"
    build = header.metadata.get(key, "")
    return "" if build.upper() in ("NR", "NA") else build
