"""Summary statistics at a study's variants: signed for the counted allele, checked, and what was lost on the way."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.genotypes import Variants
from gtl.domain.summary_stats import SummaryStats
from gtl.prepare.funnel import KEPT, MATCHED, READ, USABLE
from gtl.prepare.statistics_checks import Check, check_figures
from gtl.prepare.statistics_reference import ReferenceMatch, compare_with_reference
from gtl.prepare.summary_statistics import UsableStatistics

Array = npt.NDArray[np.float64]

SOURCE = "statistics"
"""Name of the source in the funnel."""


@dataclass(frozen=True, eq=False)
class AlignedStatistics:
    """Statistics in the order of a study's variants; NaN where they lack the variant.

    Attributes
    ----------
    beta, se : (n_variants,) float64
        Effect of one more ``alt`` allele and its standard error: in units of the trait, or log odds. Effects of
        genotypes scaled to variance 1 were divided by the genotypes' standard deviation by ``frequency``.
    z : (n_variants,) float64, ``beta / se``
    neg_log10_p : (n_variants,) float64, -log10 of the p-value
    n : (n_variants,) float64, (effective) people; NaN also where they are not known
    frequency : (n_variants,) float64
        Of ``alt`` among the people of the statistics; NaN also where it is not known.
    compared : DataFrame
        Columns ``large`` and ``small``, frequencies of the effect allele in the reference and in the statistics, and
        ``ambiguous``: what the correlation among the checks is of, for a picture.
    funnel : DataFrame, :data:`gtl.schema.FUNNEL`, source "statistics": what was lost from the file to here
    checks : one a question, the same as of ``gtl statistics``
    """

    beta: Array
    se: Array
    z: Array
    neg_log10_p: Array
    n: Array
    frequency: Array
    compared: pd.DataFrame
    funnel: pd.DataFrame
    checks: tuple[Check, ...]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """(n_variants,) whether the statistics have the variant."""
        return np.isfinite(self.z)

    @property
    def wrong(self) -> tuple[Check, ...]:
        """Checks that say that a study of these statistics would be wrong, not only worse."""
        return tuple(check for check in self.checks if check.wrong)


def align_statistics(
    found: UsableStatistics,
    variants: Variants,
    frequency: Array,
    *,
    trait_sd: float | None = None,
    same_strand: bool = False,
) -> AlignedStatistics:
    """Bring statistics to the variants of a study, or of any reference, and check them against its frequencies.

    Variants are matched by position and alleles, swapped and on either strand, and what is left by rs id; by id alone
    where the statistics have no positions. A/T and C/G are decided by frequencies on both sides, else left out.

    Parameters
    ----------
    found
        As :func:`gtl.prepare.summary_statistics.read_statistics` gives them.
    variants
        ``alt`` is the counted allele.
    frequency
        (n_variants,) of ``alt`` among people like those of the statistics; NaN = not known.
    trait_sd
        Standard deviation of a quantitative trait in the units of the effects, near 1 by default; only for the checks.
    same_strand
        Statistics and variants are of one strand for certain: A/T and C/G are trusted as they stand.

    Returns
    -------
    AlignedStatistics
        Nothing is raised for what the checks find wrong: ``wrong`` lists it.
    """
    match = compare_with_reference(found.stats, variants, frequency, same_strand=same_strand)
    own = check_figures(found.stats, log_odds=found.log_odds, frequency=match.frequency, trait_sd=trait_sd)
    stats, rows = _signed(found.stats, match)
    divisor = np.ones(len(stats)) if stats.per_allele else _deviations(frequency[rows])
    aligned = {
        "beta": stats.beta / divisor,
        "se": stats.se / divisor,
        "z": np.where(np.isnan(divisor), np.nan, stats.z),
        "neg_log10_p": stats.neg_log10_p,
        "n": stats.n,
        "frequency": stats.frequency,
    }
    columns = {name: _at(values, rows, len(variants)) for name, values in aligned.items()}
    checks = (*match.checks, *own)
    return AlignedStatistics(**columns, compared=match.compared, funnel=_funnel(found, match), checks=checks)


def usable_funnel(found: UsableStatistics) -> pd.DataFrame:
    """The funnel of the file alone: its rows, and those that can be used."""
    lost = [(USABLE, reason, count) for reason, count in found.lost.items()]
    return _steps([(READ, "", found.rows), *lost, (USABLE, "", len(found.stats))])


def _signed(stats: SummaryStats, match: ReferenceMatch) -> tuple[SummaryStats, npt.NDArray[np.int64]]:
    """The statistics that are in the reference, of its ``alt``, and their rows there."""
    there = np.flatnonzero(match.row >= 0)
    stats, flip = stats.take(there), match.flip[there]
    signed = SummaryStats(
        stats.variants,
        np.where(flip, -stats.beta, stats.beta),
        stats.se,
        stats.neg_log10_p,
        stats.n,
        np.where(flip, 1 - stats.frequency, stats.frequency),
        stats.per_allele,
    )
    return signed, match.row[there]


def _deviations(frequency: Array) -> Array:
    """Standard deviation of genotypes in Hardy-Weinberg proportions; NaN for those that do not vary."""
    variance = 2 * frequency * (1 - frequency)
    return np.sqrt(np.where(variance > 0, variance, np.nan))


def _at(values: Array, rows: npt.NDArray[np.int64], length: int) -> Array:
    column = np.full(length, np.nan)
    column[rows] = values
    return column


def _funnel(found: UsableStatistics, match: ReferenceMatch) -> pd.DataFrame:
    parts, left = [usable_funnel(found)], len(found.stats)
    for step, reasons in ((MATCHED, match.absent), (KEPT, match.unclear)):
        counts = pd.Series(reasons[reasons != ""], dtype=object).value_counts()
        lost = {str(reason): int(count) for reason, count in counts.items()}
        left -= sum(lost.values())
        parts.append(_steps([*((step, *row) for row in lost.items()), (step, "", left)]))
    return pd.concat(parts, ignore_index=True)


def _steps(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame([(SOURCE, *row) for row in rows], columns=["source", "step", "reason", "variants"])
