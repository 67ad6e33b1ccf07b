"""Files of summary statistics as one table of names and figures, every row that they have, good or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.errors import InputError
from gtl.formats.sources.by_chromosome import PLACE, chromosome_files
from gtl.formats.summary_statistics.blocks import first_line, text_blocks
from gtl.formats.summary_statistics.header import Header, read_header
from gtl.formats.summary_statistics.metadata import StatisticsMetadata, metadata_beside
from gtl.formats.summary_statistics.numbers import neg_log10, numbers, whole_numbers
from gtl.formats.summary_statistics.row_names import row_names

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("beta", "odds_ratio", "se", "ci_lower", "ci_upper", "z", "frequency", "n", "cases", "controls")

OTHER_TEST = "of a test other than the additive one"
FAILED = "whose test failed"
DOUBTFUL = "which the file marks as of low confidence"
NOT_HARMONISED = "which the GWAS Catalog could not harmonise"
_COUNTS = ("n", "cases", "controls")
_CATALOG = "GWAS"
"""How names of the GWAS Catalog's formats begin."""

_ADDITIVE = ("ADD", "ADDITIVE")
_FAILURES = ("TEST_FAIL", "UNFINISHED")
"""regenie's word in EXTRA, and PLINK 2's in ERRCODE for figures that it prints and does not stand by."""

_HM_LOST = ("9", "14", "15", "16", "17", "18")
"""Palindromic and dropped, incomplete, absent from the reference, ambiguous there, or of unknown strand."""

_RULED_OUT = (
    ("hm_code", _HM_LOST, NOT_HARMONISED),
    ("failure", _FAILURES, FAILED),
    ("converged", ("0", "FALSE"), FAILED),
    ("doubtful", ("TRUE", "1"), DOUBTFUL),
)
"""Meaning of a column, words in it that rule a row out, and why."""

_ABOVE_ONE = 0.01


@dataclass(frozen=True, eq=False)
class StatisticsTable:
    """All rows.

    Attributes
    ----------
    location : the file, or pattern of files
    header : of the (first) file
    metadata : of the YAML beside it, or None
    rows : DataFrame with text ``chrom, rsid, ref, alt`` (``alt`` = effect allele; "" = missing), int64 ``pos`` (0 =
        missing), ``reason`` (why the file itself rules a row out, or ""), float64 :data:`COLUMNS` and ``neg_log10_p``
    uneven : lines with another number of fields than the header
    placed : the file has chromosomes and positions
    """

    location: str
    header: Header
    metadata: StatisticsMetadata | None
    rows: pd.DataFrame
    uneven: int
    placed: bool


def read_table(location: str, columns: Mapping[str, str] | None = None) -> StatisticsTable:
    """Read one file, or with ``{chrom}`` in its name one a chromosome; plain, gzip, bgzip or zstd.

    Text is held a block at a time; what stays is names and some ten numbers a row.

    Parameters
    ----------
    columns
        Meaning → column, for what the header does not say (:data:`gtl.formats.summary_statistics.header.ROLES`).

    Raises
    ------
    InputError
        If files are missing, damaged, without rows, or headed unlike each other, or a column is missing or of values
        that it cannot have.
    """
    files = statistics_files(location)
    header = _common_header(list(files.values()), columns or {})
    metadata = metadata_beside(next(iter(files.values())))
    lines = _Uneven()
    parts = [part for chrom, path in files.items() for part in _parts(path, chrom, header, lines)]
    if not parts:
        raise InputError(f"{location}: a header and no rows below it; the download is incomplete, or the file a stub")
    rows = pd.concat(parts, ignore_index=True)
    _check_p(rows, header, location)
    placed = bool((rows["pos"] > 0).any())
    if metadata is not None and metadata.zero_based:
        rows["pos"] += (rows["pos"] > 0).astype(np.int64)
    return StatisticsTable(location, header, metadata, rows, lines.count, placed)


def statistics_files(location: str) -> dict[str, Path]:
    """Chromosome → its file; of one file for all, "" → that."""
    return chromosome_files(location) if PLACE in location else {"": Path(location)}


class _Uneven:
    count = 0

    def add(self, lines: int) -> None:
        self.count += lines


def _common_header(paths: list[Path], given: Mapping[str, str]) -> Header:
    header = read_header(first_line(paths[0]), given, str(paths[0]))
    for path in paths[1:]:
        own = first_line(path)
        lacks = [name for name in header.columns.values() if name not in own]
        if lacks:
            raise InputError(f"{path}: no column {lacks[0]!r}, which {paths[0].name} has; give files of one format")
    return header


def _parts(path: Path, chrom: str, header: Header, lines: _Uneven) -> Iterator[pd.DataFrame]:
    wanted = list(dict.fromkeys(header.columns.values()))
    for table in text_blocks(path, wanted, lines.add):
        yield _part(table, header, chrom)


def _part(table: "pa.Table", header: Header, chrom: str) -> pd.DataFrame:
    names = {role: table.column(name) for role, name in header.columns.items()}
    if "chromosome" in names and header.format.startswith(_CATALOG):
        names["chromosome"] = _mitochondrial(names["chromosome"])
    rows = row_names(names, chrom)
    rows["reason"] = _reasons(names, len(rows))
    for figure in COLUMNS:
        read = whole_numbers if figure in _COUNTS else numbers
        rows[figure] = read(names[figure]) if figure in names else np.nan
    if "minor_allele" in names:
        of_other = (_capitals(names["minor_allele"]) != rows["alt"]).to_numpy()
        rows["frequency"] = np.where(of_other, 1 - rows["frequency"], rows["frequency"])
    rows["neg_log10_p"] = _logarithms(names, len(rows))
    rows["p_above_one"] = numbers(names["p"]) > 1 if "p" in names else False
    return rows


def _mitochondrial(chromosomes: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """In the catalog's standard 25 is MT, where PLINK has the pseudo-autosomal part of X."""
    import pyarrow.compute as pc

    return pc.if_else(pc.equal(chromosomes, "25"), "MT", chromosomes)


def _logarithms(names: "Mapping[str, pa.ChunkedArray]", length: int) -> npt.NDArray[np.float64]:
    p = neg_log10(names["p"]) if "p" in names else np.full(length, np.nan)
    if "neg_log10_p" not in names:
        return p
    logarithms = numbers(names["neg_log10_p"])
    unsigned = (logarithms < 0).any()  # they are turned later, with all of the file's
    return np.where(np.isnan(logarithms) & ~unsigned, p, logarithms)


def _reasons(names: "Mapping[str, pa.ChunkedArray]", length: int) -> npt.NDArray[np.object_]:
    reasons = np.full(length, "", dtype=object)
    for role, words, reason in _RULED_OUT:
        if role in names:
            reasons[_capitals(names[role]).isin(words)] = reason
    if "test" in names:
        reasons[~_capitals(names["test"]).isin(_ADDITIVE)] = OTHER_TEST
    return reasons


def _capitals(texts: "pa.ChunkedArray") -> "pd.Series[str]":
    return pd.Series(texts.to_pandas(), dtype="str").str.strip().str.upper()


def _check_p(rows: pd.DataFrame, header: Header, where: str) -> None:
    above = float(rows.pop("p_above_one").mean())
    if above > _ABOVE_ONE:
        name = header.columns["p"]
        raise InputError(
            f"{where}: {above:.0%} of the p-values in column {name!r} are above 1; they are -log10 of p-values, most "
            f"likely: name the column --columns neg_log10_p={name}"
        )
    known = rows["neg_log10_p"].dropna()
    if len(known) and (known < 0).mean() > _ABOVE_ONE:
        if (known > 0).any():
            raise InputError(
                f"{where}: -log10 of p-values are below 0 and above 0; none can be below 0, name the column"
            )
        rows["neg_log10_p"] *= -1
