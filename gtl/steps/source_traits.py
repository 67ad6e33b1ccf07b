"""What the sources of a study say of one trait: their statistics at the shared variants, and weights of variants."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.config import StudyConfig
from gtl.config.sources import SourceConfig
from gtl.domain.cohort import Cohort
from gtl.domain.genotypes import Variants
from gtl.domain.trait import Trait, TraitKind
from gtl.errors import InputError
from gtl.formats.scoring_file import read_scoring_file
from gtl.learn.summary.chromosome_ld import ChromosomeLd
from gtl.learn.summary.effects import JOINT, effects_of_sources
from gtl.learn.summary.sources import SourceStatistics
from gtl.models.score_weights import score_weights
from gtl.prepare.statistics_alignment import AlignedStatistics, align_statistics
from gtl.prepare.statistics_people import People
from gtl.prepare.summary_statistics import read_statistics
from gtl.report.source_text import Lines, score_lines, statistics_lines
from gtl.schema import SOURCE_STATISTICS, SOURCE_WEIGHTS, VARIANTS
from gtl.steps.frequencies import counted_frequency
from gtl.steps.references import Reference
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactWriter

COLUMNS, WEIGHTS, SAID, LOG_ODDS = "columns.json", "weights.parquet", "said.json", "log_odds.json"
PUBLISHED = "published"

Array = npt.NDArray[np.float64]
LdOf = Callable[[list[str], str], AbstractContextManager[list[ChromosomeLd]]]
"""Names of sources and a chromosome → their LD."""


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
            weights, said[name] = _published(location, variants, counted_frequency(shared, Cohort.SMALL))
            found[name, PUBLISHED] = weights
        else:
            read[name] = _statistics(name, source, location, variants, references[name].frequency)
            said[name] = read[name].lines
            out.write_table(statistics_file(name), _table(variants, read[name].aligned), SOURCE_STATISTICS)
    aligned = {name: own.aligned for name, own in read.items()}
    found |= _weights(aligned, shared, ld_of, config.populations.small_name)
    out.write_json(COLUMNS, [{"source": source, "family": family} for source, family in found])
    out.write_json(SAID, said)
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
    lines: Lines
    log_odds: bool


def _statistics(name: str, source: SourceConfig, location: str, variants: Variants, frequency: Array) -> _Read:
    people = People(source.n, source.cases, source.controls)
    found = read_statistics(location, source.columns, people)
    aligned = align_statistics(found, variants, frequency, trait_sd=source.trait_sd)
    if wrong := aligned.wrong:
        advice = "\n".join(f"  {check.name}: {check.text}; {check.advice}" for check in wrong)
        raise InputError(f"sources.{name}: {location}: results would be wrong:\n{advice}")
    if not np.isfinite(aligned.n[aligned.known]).any():
        raise InputError(
            f"sources.{name}: {location} does not say of how many people it is; give sources.{name}.n, or cases and "
            "controls"
        )
    return _Read(aligned, statistics_lines(found, aligned), found.log_odds)


def _published(location: str, variants: Variants, frequency: Array) -> tuple[Array, Lines]:
    score = read_scoring_file(Path(location))
    made = score_weights(score, variants, frequency)
    if not made.used:
        lost = "; ".join(f"{count:,} {reason}" for reason, count in made.lost.items())
        raise InputError(
            f"{location}: none of the score's {len(score):,} rows is at a variant of this study ({lost}); is the "
            "genome build the same, and do the small population's files hold these variants?"
        )
    return made.weights, score_lines(score, made)


@dataclass(frozen=True, eq=False)
class _Usable:
    """Statistics of a source as methods take them."""

    name: str
    aligned: AlignedStatistics

    @cached_property
    def n(self) -> Array:
        """People, the median where a variant's are not known; NaN where there are no statistics."""
        known = self.aligned.known
        usual = float(np.nanmedian(self.aligned.n[known]))
        return np.where(known, np.where(np.isnan(self.aligned.n), usual, self.aligned.n), np.nan)

    @property
    def scale(self) -> Array:
        """Effect of one allele for one standardised effect: standard deviations of trait over genotype, by se √n."""
        return np.asarray(self.aligned.se * np.sqrt(self.n))

    def at(self, rows: npt.NDArray[np.intp]) -> SourceStatistics:
        return SourceStatistics(self.name, self.aligned.z[rows], self.n[rows])


def _weights(
    aligned: Mapping[str, AlignedStatistics], shared: SharedGenotypes, ld_of: LdOf, target: str
) -> dict[tuple[str, str], Array]:
    """(source, family) → (n_shared,) weights of one counted allele, chromosome by chromosome."""
    usable = {name: _Usable(name, own) for name, own in aligned.items()}
    if not usable:
        return {}
    total = int(np.logical_or.reduce([own.known for own in aligned.values()]).sum())
    wanted = target if target in usable else None
    found: dict[str, Array] = {}
    for chromosome, rows in shared.places.items():
        with ld_of(list(usable), chromosome) as ld:
            effects = effects_of_sources([own.at(rows) for own in usable.values()], ld, total, wanted)
        for column, values in effects.items():
            found.setdefault(column, np.zeros(len(shared.table)))[rows] = values
    scales = {name: own.scale for name, own in usable.items()}
    scales[""] = _first_known([*([scales[wanted]] if wanted else []), *scales.values()])
    return {key: np.nan_to_num(values * scales[key[0]]) for key, values in _by_family(found)}


def _by_family(columns: Mapping[str, Array]) -> Iterator[tuple[tuple[str, str], Array]]:
    for column, values in columns.items():
        source, _, family = column.rpartition(" ")
        yield (("", JOINT) if column == JOINT else (source, family)), values


def _first_known(scales: Sequence[Array]) -> Array:
    """Scale of each variant by the first source that has it."""
    scale = scales[0]
    for other in scales[1:]:
        scale = np.where(np.isnan(scale), other, scale)
    return scale


def _names(variants: Variants) -> pd.DataFrame:
    return pd.DataFrame({name: getattr(variants, name) for name in VARIANTS.names})


def _table(variants: Variants, own: AlignedStatistics) -> pd.DataFrame:
    columns = {name: getattr(own, name) for name in ("beta", "se", "neg_log10_p", "n", "frequency")}
    return _names(variants).assign(**columns)
