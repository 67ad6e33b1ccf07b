"""Summary statistics that a study can use, of whatever file they come in, and why the other rows cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import Variants, position_id
from gtl.domain.summary_stats import SummaryStats, effective_n
from gtl.errors import InputError
from gtl.formats.summary_statistics.effects import Effects, effects_of
from gtl.formats.summary_statistics.header import Header
from gtl.formats.summary_statistics.metadata import StatisticsMetadata
from gtl.formats.summary_statistics.reader import StatisticsTable, read_table
from gtl.prepare.variant_quality import DUPLICATE, check_names

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]

UNEVEN = "with another number of fields than the header"
CONTRADICTED = "repeats of another variant with other figures"
NAMELESS = "without an id or a position"
NO_EFFECT = "without an effect"
NO_ERROR = "without a standard error above 0"
NO_P = "without a p-value within 0 and 1"
FREQUENCY = "with a frequency outside 0 and 1"

_BUILD_OF_HARMONISED = "GRCh38"


@dataclass(frozen=True)
class People:
    """How many people a study had, where its file does not say it variant by variant.

    Attributes
    ----------
    n, cases, controls
        None = not given.
    """

    n: float | None = None
    cases: float | None = None
    controls: float | None = None

    def __post_init__(self) -> None:
        if (self.cases is None) != (self.controls is None):
            raise InputError("people of a study: give --cases and --controls together, or --n alone")
        for name in ("n", "cases", "controls"):
            value = getattr(self, name)
            if value is not None and not (np.isfinite(value) and value > 0):
                raise InputError(f"people of a study: {name} is {value:g}, expected a number above 0")


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
    n, of_cases, note = _people(table, people or People())
    effects = effects_of(rows.assign(n=n), location)
    reasons = _reasons(table, effects)
    kept = reasons == ""
    lost = _counted(reasons, table.uneven)
    if not kept.any():
        listed = ", ".join(f"{count:,} {reason}" for reason, count in lost.items())
        raise InputError(
            f"{location}: none of {len(rows):,} rows can be used: {listed}; look at the columns that were taken "
            f"({_taken(table.header)}), and name others by --columns"
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


def _people(table: StatisticsTable, given: People) -> tuple[Array, bool, str]:
    """(n_rows,) people, effective ones if cases are known; whether they are; and where the number is from."""
    rows, said = table.rows, table.metadata
    n = rows["n"].where(rows["n"] > 0).to_numpy(np.float64)
    if given.cases is not None and given.controls is not None:
        return _of_cases(n, given.cases, given.controls), True, ""
    by_variant = effective_n(rows["cases"].to_numpy(), rows["controls"].to_numpy())
    if not np.isnan(by_variant).all():
        return by_variant, True, "N is the effective number of people, from cases and controls of each variant"
    if said is not None and said.cases and said.controls:
        return _of_cases(n, said.cases, said.controls), True, f"cases and controls are those of {said.path.name}"
    if not np.isnan(n).all() or (given.n is None and (said is None or not said.n)):
        return n, False, ""
    if given.n is not None:
        return np.full(len(rows), float(given.n)), False, ""
    return np.full(len(rows), said.n if said else np.nan), False, f"N is that of {said.path.name if said else ''}"


def _of_cases(n: Array, cases: float, controls: float) -> Array:
    """Effective numbers: of all people, or of the ``n`` that a variant has, at the study's share of cases."""
    share = cases / (cases + controls)
    people = np.where(np.isnan(n), cases + controls, n)
    return effective_n(people * share, people * (1 - share))


def _reasons(table: StatisticsTable, effects: Effects) -> Labels:
    rows = table.rows
    reasons = rows["reason"].to_numpy(object).copy()
    frequency = rows["frequency"]
    tests = {
        NO_EFFECT: ~np.isfinite(effects.beta),
        NO_ERROR: ~(np.isfinite(effects.se) & (effects.se > 0)),
        NO_P: ~(np.isfinite(effects.neg_log10_p) & (effects.neg_log10_p >= 0)),
        FREQUENCY: ((frequency < 0) | (frequency > 1)).to_numpy(bool),
    }
    for reason, applies in tests.items():
        _lose(reasons, applies, reason)
    left = np.flatnonzero(reasons == "")
    reasons[left] = _by_name(rows.iloc[left], table.placed, np.column_stack([effects.beta, effects.se])[left])
    return reasons


def _by_name(rows: pd.DataFrame, placed: bool, figures: Array) -> Labels:
    """Reasons of names alone: those of genotypes; of repeats the first stays if the others say the same."""
    ids = rows["rsid"].where(rows["rsid"] != "", rows["chrom"] + ":" + rows["pos"].astype(str))
    codes, _ = pd.factorize(ids)
    names = rows[["chrom", "pos", "ref", "alt"]]
    if not placed:
        names = names.assign(chrom="1", pos=codes + 1)
    reasons = check_names(names).reasons.copy()
    if not placed:
        _lose(reasons, (rows["rsid"] == "").to_numpy(bool), NAMELESS)
    if (reasons == DUPLICATE).any():
        reasons[_contradicted(names, reasons, figures)] = CONTRADICTED
    return reasons


def _contradicted(names: pd.DataFrame, reasons: Labels, figures: Array) -> Flags:
    """Whether rows of one place and alleles have other figures: none of them can be trusted."""
    swapped = (names["ref"] > names["alt"]).to_numpy(bool)
    pair = names["ref"].where(~swapped, names["alt"]) + "/" + names["alt"].where(~swapped, names["ref"])
    turned = np.where(swapped, -1.0, 1.0) * figures[:, 0]
    keys = pd.DataFrame(
        {"chrom": names["chrom"], "pos": names["pos"], "pair": pair, "beta": turned, "se": figures[:, 1]}
    )
    of_place = keys.groupby(["chrom", "pos", "pair"], sort=False)[["beta", "se"]].transform("nunique").max(axis=1)
    return np.asarray((of_place > 1).to_numpy(bool) & np.isin(reasons, ("", DUPLICATE)))


def _lose(reasons: Labels, applies: Flags, reason: str) -> None:
    reasons[applies & (reasons == "")] = reason


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
    return [note for note in (of_people, "positions are counted from 0: 1 was added" if shifted else "") if note]


def _build(table: StatisticsTable) -> str | None:
    if table.metadata is not None and table.metadata.build:
        return table.metadata.build
    return _BUILD_OF_HARMONISED if "harmonised" in table.header.format else None


def _taken(header: Header) -> str:
    return ", ".join(f"{role}={name}" for role, name in header.columns.items())
