"""What the sources of a study say of one trait: their statistics at the shared variants, and weights of variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config import StudyConfig
from gtl.config.sources import WEIGHT, SourceConfig
from gtl.domain.cohort import Cohort
from gtl.domain.genotypes import Variants
from gtl.domain.trait import Trait, TraitKind
from gtl.errors import InputError
from gtl.formats.chain_file import ChainFile
from gtl.formats.scoring_file import read_scoring_file
from gtl.models.score_weights import score_weights
from gtl.prepare.lifted_files import lift_score, lift_statistics
from gtl.prepare.rs_ids import no_common_names
from gtl.prepare.statistics_alignment import AlignedStatistics, align_statistics
from gtl.prepare.statistics_checks import Check
from gtl.prepare.statistics_people import People
from gtl.prepare.summary_statistics import read_statistics
from gtl.report.source_text import Lines, check_lines, score_lines, statistics_line
from gtl.schema import SOURCE_STATISTICS, SOURCE_WEIGHTS, VARIANTS
from gtl.steps.frequencies import counted_frequency
from gtl.steps.references import Reference
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.source_effects import LdOf, effects_by_sources
from gtl.steps.source_messages import about_source, with_settings
from gtl.store import Artifact, ArtifactWriter

COLUMNS, WEIGHTS, SAID, LOG_ODDS = "columns.json", "weights.parquet", "said.json", "log_odds.json"
PUBLISHED = "published"
_SOME = 20
"""Common variants from which two sources are known to be the same GWAS."""


Array = npt.NDArray[np.float64]


def statistics_file(source: str) -> str:
    """Name of a source's table SOURCE_STATISTICS."""
    return f"statistics_{source}.parquet"


def write_source_trait(
    out: ArtifactWriter,
    config: StudyConfig,
    trait: str,
    shared: SharedGenotypes,
    references: Mapping[str, Reference],
    ld_of: LdOf,
) -> None:
    """Read every source's file of a trait, check it, and make weights of variants from all of them.

    Parameters
    ----------
    trait
        As its column is called.
    references
        Name of a source with statistics → its people.
    ld_of
        Opens the LD of some of them.

    Raises
    ------
    InputError
        If no source has the trait, a file cannot be read, or checks say that results would be wrong.
    """
    files = {name: location for name, own in config.in_order.items() if (location := own.file_of(trait)) is not None}
    if not files:
        raise InputError(
            f"sources: none has a file for the trait {trait!r}; name one under its column's name, such as "
            f"sources.{next(iter(config.in_order))}.statistics: {{{trait}: FILE}}"
        )
    variants = shared.variants
    said: dict[str, Lines] = {}
    read: dict[str, _Read] = {}
    found: dict[tuple[str, str], Array] = {}
    for name, location in files.items():
        source = config.sources[name]
        if source.statistics is None:
            with about_source(name):
                weights, said[name] = _published(source, location, variants, counted_frequency(shared, Cohort.SMALL))
            found[name, PUBLISHED] = weights
        else:
            read[name] = _statistics(name, source, location, variants, references[name])
            out.write_table(statistics_file(name), _table(variants, read[name].aligned), SOURCE_STATISTICS)
    _check_different(read, files)
    made = effects_by_sources(
        {name: own.aligned for name, own in read.items()}, shared, ld_of, config.populations.small_name
    )
    for name, check in made.checks.items():
        _stop_where_wrong(name, files[name], [check])
        said[name] = [read[name].line, *check_lines([*read[name].aligned.checks, check])]
    found |= made.weights
    out.write_json(COLUMNS, [{"source": source, "family": family} for source, family in found])
    out.write_json(SAID, [[name, said[name]] for name in files])  # pairs: their order is kept
    out.write_json(LOG_ODDS, [name for name, own in read.items() if own.log_odds])
    table = _names(variants).assign(weights=list(np.column_stack(list(found.values()))))
    out.write_table(WEIGHTS, table, SOURCE_WEIGHTS)


def check_scales(config: StudyConfig, sources: Artifact, trait: Trait) -> None:
    """Raise :class:`InputError` where a source's effects are log odds and the trait is a measurement."""
    odds = [name for name in sources.read_json(LOG_ODDS) if not config.sources[name].other_scale]
    if odds and trait.kind is TraitKind.QUANTITATIVE:
        raise InputError(
            f"sources.{odds[0]}: its effects are log odds of a disease, and the trait {trait.slug!r} is a measurement; "
            f"name statistics of the same trait, or set sources.{odds[0]}.other_scale to true if people with more of "
            "the one have more of the other"
        )


@dataclass(frozen=True, eq=False)
class _Read:
    """Statistics of one source, what is said of them, and whether effects are log odds, so far as the file tells."""

    aligned: AlignedStatistics
    line: str
    log_odds: bool


def _statistics(name: str, source: SourceConfig, location: str, variants: Variants, reference: Reference) -> _Read:
    with about_source(name):
        people = People(source.n, source.cases, source.controls)
        found = read_statistics(location, source.columns, people)
        if source.chain is not None:
            found = lift_statistics(found, ChainFile.read(source.chain))
        aligned = align_statistics(found, variants, reference.frequency, trait_sd=source.trait_sd)
        checks = [*aligned.checks]
        if reference.groups is not None:
            checks.append(reference.groups.check(found, reference.files.people["sample"].tolist()))
    aligned = replace(aligned, checks=with_settings(checks, name))
    _stop_where_wrong(name, location, aligned.checks)
    if not np.isfinite(aligned.n[aligned.known]).any():
        raise InputError(
            f"sources.{name}: {location} does not say of how many people it is; give sources.{name}.n, or cases and "
            "controls"
        )
    return _Read(aligned, statistics_line(found, aligned), found.log_odds)


def _check_different(read: Mapping[str, _Read], files: Mapping[str, str]) -> None:
    """Raise :class:`InputError` if two sources are one GWAS, whose people would count twice."""
    for one, other in combinations(read, 2):
        z, again = read[one].aligned.z, read[other].aligned.z
        both = np.isfinite(z) & np.isfinite(again)
        if both.sum() >= _SOME and np.array_equal(z[both], again[both]):
            raise InputError(
                f"sources.{other}: {files[other]} has the effects of sources.{one}, {files[one]}, at {both.sum():,} "
                "common variants: it is one GWAS, and its people would count twice; name it once"
            )


def _stop_where_wrong(name: str, location: str, checks: Sequence[Check]) -> None:
    if wrong := [check for check in checks if check.wrong]:
        advice = "\n".join(f"  {check.name}: {check.text}; {check.advice}" for check in wrong)
        raise InputError(f"sources.{name}: {location}: results would be wrong:\n{advice}")


def _published(source: SourceConfig, location: str, variants: Variants, frequency: Array) -> tuple[Array, Lines]:
    score = read_scoring_file(Path(location), source.columns.get(WEIGHT))
    if source.chain is not None:
        score = lift_score(score, ChainFile.read(source.chain))
    made = score_weights(score, variants, frequency)
    if not made.used:
        lost = "; ".join(f"{count:,} {reason}" for reason, count in made.lost.items())
        why = "is the genome build the same, and do the small population's files hold these variants?"
        if score.by_ids_alone:
            why = no_common_names("the score", score.rows["rsid"], pd.Series(variants.rsid, dtype="str"))
        raise InputError(
            f"{location}: none of the score's {len(score):,} rows is at a variant of this study ({lost}); {why}"
        )
    return made.weights, score_lines(score, made)


def _names(variants: Variants) -> pd.DataFrame:
    return pd.DataFrame({name: getattr(variants, name) for name in VARIANTS.names})


def _table(variants: Variants, own: AlignedStatistics) -> pd.DataFrame:
    columns = {name: getattr(own, name) for name in ("beta", "se", "neg_log10_p", "n", "frequency")}
    return _names(variants).assign(**columns)
