"""What ``gtl check`` says of a study's files: a paragraph for variants, people and each trait, then the methods."""

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Population
from gtl.domain.trait import TraitKind
from gtl.methods.registry import METHODS, MethodInfo, finds_sources, lacking_source, why_not
from gtl.prepare.frequencies import FrequencyCheck, Likeness
from gtl.prepare.funnel import funnel_text
from gtl.report.source_text import source_lines
from gtl.spelling import listed
from gtl.study_check import CheckedTrait, StudyCheck

_EXAMPLES = 3
_FAR = 10
"""Distance from the median, in interquartile ranges, at which a value is hardly one: 13 standard deviations."""

_PARTS = {"train": "train", "validation": "tune", "test": "choose"}
_OTHER_PERSON = re.compile(r" \([^()]*\)$")


def check_text(check: StudyCheck, config: StudyConfig) -> str:
    """Everything that was found, for the terminal.

    Parameters
    ----------
    check
        What :func:`gtl.study_check.check_study` found.
    config
        The study's settings.
    """
    paragraphs = [
        ["variants", *funnel_text(check.funnel).splitlines(), *_frequency_lines(check.frequencies, config)],
        ["people", *_people_lines(check), *([check.relatives] if check.relatives else [])],
        *([f"trait {found.trait.slug}", *_trait_lines(found)] for found in check.traits),
        *_method_paragraphs(check, config),
    ]
    return "\n\n".join("\n  ".join(lines) for lines in paragraphs)


def simulated_text(config: StudyConfig) -> str:
    """The same for a simulated study, whose people and traits are made when it runs."""
    codes, sizes = config.codes(), config.cohorts
    small = f"each of {' and '.join(config.populations.small_names)}" if config.several else "the small one"
    lines = [
        "simulated study: settings are right; people and traits are made when it runs",
        f"people: {sizes.large:,} of the large population, {sizes.small:,} of {small} and {sizes.final:,} sealed"
        + (f", {config.phenotypes.iterations} times" if sizes.fresh else ""),
        f"phenotypes: {len(codes)}, {listed(codes, _EXAMPLES)}",
    ]
    has_covariates = bool(config.traits.covariates or config.traits.components)
    methods = _methods(config, TraitKind.BINARY, covariates=has_covariates)
    return "\n\n".join(["\n".join(lines), "\n  ".join(["methods", *methods])])


def _frequency_lines(check: FrequencyCheck, config: StudyConfig) -> list[str]:
    """What frequencies say of both files; nothing where published scores alone stand for the large population."""
    return [_frequency_line(check, config)] if config.files.large.genotypes is not None else []


def _frequency_line(check: FrequencyCheck, config: StudyConfig) -> str:
    if check.likeness is Likeness.UNKNOWN:
        return f"allele frequencies: {check.verdict}"
    figures = f"allele frequencies correlate at {check.correlation:.2f} over {check.n:,} variants"
    if not check.wrong:
        return f"{figures}: {check.verdict}"
    if config.files.large.genotypes == config.files.small.genotypes:
        return f"{figures}; alleles are those of one file, so the populations are far from each other"
    return f"WARNING: {figures}; most likely {check.verdict}"


def _people_lines(check: StudyCheck) -> Iterator[str]:
    roles = check.roles[check.roles["repeat"] == 1]["role"].value_counts()
    for population in Population:
        own = check.people[check.people["population"] == population]
        if own.empty:
            continue
        line = f"{population}: {len(own):,} with genotypes and in tables, {int(own['kept'].sum()):,} take part"
        if population is Population.SMALL:
            idle = int(own["kept"].sum()) - int(roles.sum())
            without = f", {idle:,} whom roles.column gives neither" if idle else ""
            line += f" ({roles.get('learning', 0):,} learning, {roles.get('final', 0):,} sealed{without})"
        yield line
    audit = check.audit.assign(reason=check.audit["reason"].str.replace(_OTHER_PERSON, "", regex=True))
    for (name, action, reason), rows in audit.groupby(["population", "action", "reason"], sort=False):
        yield f"{len(rows):,} {name} {action}: {reason} ({listed(rows['sample'], _EXAMPLES)})"


def _trait_lines(found: CheckedTrait) -> Iterator[str]:
    yield f"{found.coding}, column {found.column!r}"
    yield from source_lines(found.sources)
    for population in _with_people(found):
        own = found.split[found.split["population"] == population]
        parts = own["part"].value_counts()
        counts = ", ".join(f"{parts.get(part, 0):,} {name}" for part, name in _PARTS.items())
        sealed = f", {found.sealed:,} sealed" if population is Population.SMALL else ""
        yield f"{population}: {len(own):,} learning ({counts}){_cases(own, found.trait.kind)}{sealed}"
        lost = found.lost[found.lost["population"] == population]
        for reason, rows in lost.groupby("reason", sort=False):
            yield f"  {len(rows):,} lost: {reason} ({listed(rows['sample'], _EXAMPLES)})"
        if found.trait.kind is TraitKind.QUANTITATIVE:
            yield from _far_away(own)
    if found.trait.kind is TraitKind.QUANTITATIVE and not found.sources:
        yield from _other_units(found.split)
    yield f"covariates: {', '.join(found.covariates) or 'none'}"
    yield from (f"  {note}" for note in found.notes)


def _with_people(found: CheckedTrait) -> list[Population]:
    """Those whose people's trait is known: of the large one it is not where sources stand for them."""
    return [Population.SMALL] if found.sources else list(Population)


def _far_away(people: pd.DataFrame) -> Iterator[str]:
    """A warning of learning people's values that are likely none: mistyped, or a code of missing ones such as -999."""
    values = people["value"]
    low, middle, high = values.quantile([0.25, 0.5, 0.75])
    far = people[(values - middle).abs() > _FAR * (high - low)]
    if high > low and len(far):
        shown = ", ".join(
            f"{row.sample!r} {row.value:g}" for row in far.head(_EXAMPLES)[["sample", "value"]].itertuples()
        )
        yield (
            f"  WARNING: {len(far):,} value{'s' if len(far) > 1 else ''} far from all others ({shown}; half of all are "
            f"from {low:g} to {high:g}): correct them, or write NA if they stand for missing"
        )


def _other_units(people: pd.DataFrame) -> Iterator[str]:
    """A warning where the two populations' values lie so far apart that they are likely measured in other units."""
    quartiles = people.groupby("population")["value"].quantile(np.array([0.25, 0.5, 0.75])).unstack()
    widest, medians = (quartiles[0.75] - quartiles[0.25]).max(), quartiles[0.5]
    if widest > 0 and medians.max() - medians.min() > _FAR * widest:
        said = " and ".join(f"{value:g} of the {name} people" for name, value in medians.items())
        yield f"WARNING: half of all values are below {said}: write both in the same units"


def _cases(people: pd.DataFrame, kind: TraitKind) -> str:
    if kind is not TraitKind.BINARY:
        return ""
    cases = int(people["value"].sum())
    return f", {cases:,} cases and {len(people) - cases:,} controls"


def _method_paragraphs(check: StudyCheck, config: StudyConfig) -> Iterator[list[str]]:
    """The methods for each kind of trait that the study has."""
    for kind in dict.fromkeys(found.trait.kind for found in check.traits):
        own = [found for found in check.traits if found.trait.kind is kind]
        covariates = any(found.covariates for found in own)
        yield [f"methods for {kind} traits", *_methods(config, kind, covariates=covariates)]


def _methods(config: StudyConfig, kind: TraitKind, *, covariates: bool) -> list[str]:
    reasons = {name: _why_not(config, METHODS[name], kind, covariates) for name in config.transfer.methods}
    run = [name for name, reason in reasons.items() if not reason]
    return [
        f"would run: {', '.join(run) or 'none'}",
        *(f"would not run: {name}: {reason}" for name, reason in reasons.items() if reason),
    ]


def _why_not(config: StudyConfig, info: MethodInfo, kind: TraitKind, covariates: bool) -> str:
    of_sources = not config.has_large_people
    reason = why_not(info, kind, truth=config.is_simulated, covariates=covariates, sources=of_sources)
    if reason or not of_sources:
        return reason
    statistics = sum(source.statistics is not None for source in config.sources.values())
    return "" if finds_sources(info, statistics, len(config.sources) - statistics) else lacking_source(info)
