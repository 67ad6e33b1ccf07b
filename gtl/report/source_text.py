"""What a study's sources hold, in lines for ``gtl check`` and the report."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from gtl.formats.scoring_file import ScoringFile
from gtl.models.score_weights import ScoreWeights
from gtl.prepare.statistics_alignment import AlignedStatistics
from gtl.prepare.statistics_checks import Check
from gtl.prepare.summary_statistics import UsableStatistics

Lines = list[str]


def statistics_line(found: UsableStatistics, aligned: AlignedStatistics) -> str:
    """Format, people and variants of summary statistics."""
    known = int(aligned.known.sum())
    return (
        f"statistics ({found.header.format}) of {_people(aligned)}: {found.rows:,} rows, {len(found.stats):,} usable"
        f"{_lost(found.lost)}, {known:,} at variants of this study"
    )


def check_lines(checks: Sequence[Check]) -> Lines:
    """The figures of those that are well, and a line with what to do for each other one."""
    well = [f"{check.name} ({check.text})" for check in checks if not check.advice and not np.isnan(check.value)]
    looked = [f"look at {_checked(check)}" for check in checks if check.advice]
    untold = [f"{check.name}: {check.text}" for check in checks if not check.advice and np.isnan(check.value)]
    return [*([f"checks without remark: {'; '.join(well)}"] if well else []), *looked, *untold]


def score_lines(score: ScoringFile, made: ScoreWeights) -> Lines:
    """Name and rows of a published score."""
    return [f"published score, {score.title()}: {made.used:,} used{_lost(made.lost)}"]


def sources_text(traits: Mapping[str, Mapping[str, Lines]]) -> str:
    """Trait → source → lines, as a paragraph; what all traits have in common stands once."""
    return "\n".join(_paragraphs(traits))


def _paragraphs(traits: Mapping[str, Mapping[str, Lines]]) -> Iterator[str]:
    by_text: dict[str, list[str]] = {}
    for trait, sources in traits.items():
        by_text.setdefault("\n".join(source_lines(sources)), []).append(trait)
    for text, names in by_text.items():
        if len(by_text) > 1:
            yield f"{', '.join(names)}:"
        yield text


def source_lines(sources: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What each source says of a trait; the first line of one begins with its name.

    >>> [*source_lines({"EUR": ["statistics of 5 people", "look at N"]})]
    ['EUR: statistics of 5 people', '  look at N']
    """
    for name, lines in sources.items():
        yield f"{name}: {lines[0]}"
        yield from (f"  {line}" for line in lines[1:])


def _people(aligned: AlignedStatistics) -> str:
    n = aligned.n[np.isfinite(aligned.n)]
    return f"{np.median(n):,.0f} people" if len(n) else "an unknown number of people"


def _lost(lost: Mapping[str, int]) -> str:
    words = ", ".join(f"{count:,} {reason}" for reason, count in lost.items())
    return f" ({words})" if words else ""


def _checked(check: Check) -> str:
    return f"{check.name}: {check.text}; {check.advice}"
