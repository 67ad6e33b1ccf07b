"""All checks of summary statistics, of themselves and beside a reference's people."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.formats.genotype_source import GenotypeSource
from gtl.prepare.ancestry_mixture import ancestry_check, group_frequencies, group_labels
from gtl.prepare.heritability import Heritability, heritability_check, heritability_of
from gtl.prepare.ld_scores import ld_scores
from gtl.prepare.statistics_alignment import AlignedStatistics, align_statistics
from gtl.prepare.statistics_checks import Check, check_figures
from gtl.prepare.statistics_reference import reference_variants
from gtl.prepare.summary_statistics import UsableStatistics

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Beside:
    """Statistics beside a reference.

    Attributes
    ----------
    aligned : at the reference's variants
    frequency : (n_variants,) of ``alt`` in the reference
    scores : (n_variants,) LD scores, empty if heritability was not asked for
    heritability : None if it was not asked for, or cannot be told
    """

    aligned: AlignedStatistics
    frequency: Array
    scores: Array
    heritability: Heritability | None


@dataclass(frozen=True, eq=False)
class Examined:
    """What was found; ``beside`` is None without a reference."""

    found: UsableStatistics
    checks: list[Check]
    beside: Beside | None


def examine(
    found: UsableStatistics,
    source: GenotypeSource | None,
    *,
    groups: str | None = None,
    heritability: bool = False,
    trait_sd: float | None = None,
) -> Examined:
    """Check statistics; with a reference its people are read once, and once more for each of the next two.

    Parameters
    ----------
    source
        Genotypes of people like those of the statistics.
    groups
        ``TABLE:COLUMN`` of the reference's people, for the ancestry of the statistics.
    heritability
        Whether to regress on LD scores.

    Raises
    ------
    InputError
        If the reference or the table cannot be used.
    """
    if source is None:
        return Examined(found, check_figures(found.stats, log_odds=found.log_odds, trait_sd=trait_sd), None)
    chroms = {*found.stats.variants.chrom} if found.placed else {*source.chromosomes()}
    variants, frequency = reference_variants(source, chroms)
    aligned = align_statistics(found, variants, frequency, trait_sd=trait_sd)
    checks = list(aligned.checks)
    if groups:
        labels = group_labels(source, groups)
        checks.append(ancestry_check(aligned.frequency, *group_frequencies(source, chroms, labels), labels))
    if not heritability:
        return Examined(found, checks, Beside(aligned, frequency, np.empty(0), None))
    scores = ld_scores(source, chroms)
    checks.append(heritability_check(aligned.z, aligned.n, scores))
    of = heritability_of(aligned.z, aligned.n, scores)
    return Examined(found, checks, Beside(aligned, frequency, scores, of))
