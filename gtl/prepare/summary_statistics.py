"""Summary statistics that a study can use, of whatever file they come in, and why the other rows cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import Variants, position_id
from gtl.domain.summary_stats import SummaryStats
from gtl.errors import InputError
from gtl.formats.summary_statistics.effects import effects_of
from gtl.formats.summary_statistics.header import Header
from gtl.formats.summary_statistics.metadata import StatisticsMetadata
from gtl.formats.summary_statistics.reader import StatisticsTable, read_table
from gtl.prepare.statistics_people import People, people_of
from gtl.prepare.statistics_rows import UNEVEN, reasons_of

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

_BUILD_OF_HARMONISED = "GRCh38"


@dataclass(frozen=True, eq=False)
class UsableStatistics:
    """What was read.

    Attributes
    ----------
    stats : the rows that can be used
    location, header, metadata : as of :class:`gtl.formats.summary_statistics.reader.StatisticsTable`
    build : genome build that the file or its metadata say; None if neither does
    rows : rows of the file
    lost : reason → rows, the commonest first
    placed : variants have positions, not ids alone
    log_odds : effects are log odds, so far as the file tells
    notes : what was made of the file's columns, in words
    """

    stats: SummaryStats
    location: str
    header: Header
    metadata: StatisticsMetadata | None
    build: str | None
    rows: int
    lost: dict[str, int]
    placed: bool
    log_odds: bool
    notes: tuple[str, ...]


def read_statistics(
    location: str, columns: Mapping[str, str] | None = None, people: People | None = None
) -> UsableStatistics:
    """Read summary statistics and leave out the rows that cannot be used, each for one reason, which is counted.

    Parameters
    ----------
    location
        A file, or a path with ``{chrom}`` in its name.
    columns
        Meaning → column, where the header does not tell.
    people
        Where the file does not tell: cases and controls come before a column of N, one number for all after it.

    Raises
    ------
    InputError
        If the file cannot be read, or no row can be used.
    """
    table = read_table(location, columns)
    rows = table.rows
    n, of_cases, note = people_of(table, people or People())
    effects = effects_of(rows.assign(n=n), location)
    reasons = reasons_of(table, effects)
    kept = reasons == ""
    lost = _counted(reasons, table.uneven)
    if not kept.any():
        listed = ", ".join(f"{count:,} {reason}" for reason, count in lost.items())
        raise InputError(
            f"{location}: none of {len(rows):,} rows can be used: {listed}; look at the columns that were taken "
            f"({_taken(table.header)}), and name others by --columns{_row_names(table)}"
        )
    stats = SummaryStats(
        _variants(rows, kept),
        beta=effects.beta[kept],
        se=effects.se[kept],
        neg_log10_p=effects.neg_log10_p[kept],
        n=n[kept],
        frequency=rows["frequency"].to_numpy(np.float64)[kept],
        per_allele=effects.per_allele,
    )
    return UsableStatistics(
        stats,
        location,
        table.header,
        table.metadata,
        _build(table),
        len(rows) + table.uneven,
        lost,
        table.placed,
        effects.log_odds or of_cases,
        (*effects.notes, *_notes(table, note)),
    )


def _row_names(table: StatisticsTable) -> str:
    """What lines that are all of another width than the header most likely have."""
    return "" if len(table.rows) else "; R's write.table needs row.names = FALSE"


def _counted(reasons: Labels, uneven: int) -> dict[str, int]:
    counts = pd.Series(reasons[reasons != ""], dtype=object).value_counts()
    lost = {str(reason): int(count) for reason, count in counts.items()} | ({UNEVEN: uneven} if uneven else {})
    return dict(sorted(lost.items(), key=lambda item: -item[1]))


def _variants(rows: pd.DataFrame, kept: Flags) -> Variants:
    rows = rows[kept]
    columns = {name: rows[name].to_numpy(object) for name in ("chrom", "ref", "alt")}
    found = Variants(pos=rows["pos"].to_numpy(np.int64), rsid=rows["rsid"].to_numpy(object).copy(), **columns)
    nameless = found.rsid == ""
    found.rsid[nameless] = _place_ids(found.take(nameless))
    return found


def _place_ids(variants: Variants) -> Labels:
    columns = zip(variants.chrom, variants.pos.tolist(), variants.ref, variants.alt, strict=True)
    return np.array([position_id(*names) for names in columns], dtype=object)


def _notes(table: StatisticsTable, of_people: str) -> list[str]:
    shifted = table.metadata is not None and table.metadata.zero_based
    notes = {
        of_people: True,
        "positions are counted from 0: 1 was added": shifted,
        "the file names no other alleles: they are the reference's, where one variant there has the effect allele (a "
        "column of them is named by --columns other_allele=NAME)": table.header.one_allele
        and bool((table.rows["ref"] == "").any()),
    }
    return [note for note, applies in notes.items() if note and applies]


def _build(table: StatisticsTable) -> str | None:
    if table.metadata is not None and table.metadata.build:
        return table.metadata.build
    return _BUILD_OF_HARMONISED if "harmonised" in table.header.format else None


def _taken(header: Header) -> str:
    return ", ".join(f"{role}={name}" for role, name in header.columns.items())
