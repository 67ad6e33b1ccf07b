"""Whether the figures of summary statistics fit each other: p-values, standard errors, numbers of people, frequencies.

What is compared with people's genotypes is in :mod:`gtl.prepare.statistics_reference`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.association.inflation import lambda_gc
from gtl.domain.summary_stats import SummaryStats
from gtl.formats.summary_statistics.effects import z_of_neg_log10

Array = npt.NDArray[np.float64]

_FEWEST = 20
"""Variants below which a median says little."""

_LAMBDA = (0.9, 1.2)
_RATIO = (0.95, 1.05)
_TOO_FEW = "not told: too few variants"
_INFORMATIVE = 0.1
"""Z below which rounding in the file decides its ratio to another."""

_OF_LARGEST = 1.5
"""LDSC's munge_sumstats drops variants of N below the 90th percentile over this."""

_FEW = 0.01
_COMMON = 0.01
_SD_RATIO = 1.5
_SD_CORRELATION = 0.95
_SCALE = (0.6, 1.6)
_CASE_CONTROL_SD = 2.0


@dataclass(frozen=True)
class Check:
    """One figure, and what to do if it is off.

    Attributes
    ----------
    name : what was checked
    value : the figure; NaN = it could not be told
    text : the figure in words
    advice : what most likely is wrong and what to do; "" = all is well
    wrong : results would be wrong, not only worse
    """

    name: str
    value: float
    text: str
    advice: str = ""
    wrong: bool = False


def check_figures(
    stats: SummaryStats, *, log_odds: bool = False, frequency: Array | None = None, trait_sd: float | None = None
) -> list[Check]:
    """Checks that need nothing but the statistics.

    Parameters
    ----------
    log_odds
        Effects are log odds: with effective numbers of people, errors are those of a trait of standard deviation 2.
    frequency
        (n_variants,) of the effect allele, where the statistics have none.
    trait_sd
        Standard deviation of a quantitative trait in the units of the effects; by default it should be near 1.
    """
    ratio = _errors_against_p(stats)
    used = np.where(np.isnan(stats.frequency), np.nan if frequency is None else frequency, stats.frequency)
    expected = _CASE_CONTROL_SD if log_odds else trait_sd or 1.0
    return [_inflation(stats), ratio, _people(stats), *_deviations(stats, used, expected, bool(ratio.advice))]


def implied_deviations(beta: Array, se: Array, n: Array, frequency: Array) -> tuple[Array, Array]:
    """Standard deviation of each genotype over the trait's, by its standard error, and the genotype's by its frequency.

    1 / sqrt(N SE^2 + beta^2), and sqrt(2 f (1 - f)) (Prive et al. 2022, HGG Advances 3:100136). Variants whose N or
    frequency is unknown, and rare ones, are left out.
    """
    told = np.isfinite(n) & (np.minimum(frequency, 1 - frequency) >= _COMMON)
    by_error = 1 / np.sqrt(n[told] * se[told] ** 2 + beta[told] ** 2)
    by_frequency: Array = np.sqrt(2 * frequency[told] * (1 - frequency[told]))
    return by_error, by_frequency


def _inflation(stats: SummaryStats) -> Check:
    value = lambda_gc(np.power(10.0, -stats.neg_log10_p))
    advice = ""
    if len(stats) < _FEWEST:
        value = float("nan")
    elif value < _LAMBDA[0]:
        advice = "p-values are larger than chance has them: corrected twice by genomic control, or errors too large"
    elif value > _LAMBDA[1]:
        advice = (
            "p-values are smaller than chance has them: many causal variants and people do that, and so do structure "
            "and relatives that were not corrected for; only the intercept of LD score regression tells them apart"
        )
    text = f"{value:.3f} over {len(stats):,} variants"
    return Check("lambda GC", value, _TOO_FEW if np.isnan(value) else text, advice)


def _errors_against_p(stats: SummaryStats) -> Check:
    of_p, z = z_of_neg_log10(stats.neg_log10_p), np.abs(stats.z)
    told = (of_p > _INFORMATIVE) & (z > 0)
    value = float(np.median(z[told] / of_p[told])) if told.sum() >= _FEWEST else float("nan")
    advice = ""
    if not np.isnan(value) and not _RATIO[0] <= value <= _RATIO[1]:
        advice = (
            f"standard errors are {1 / value:.2g} times what effects and p-values say; the column is of another scale, "
            "or not a standard error at all: name the right one, as in --columns se=NAME, or leave it to the p-values"
        )
    text = _TOO_FEW if np.isnan(value) else f"{value:.3f} (median)"
    return Check("|effect| / SE over Z of p", value, text, advice, wrong=bool(advice))


def _people(stats: SummaryStats) -> Check:
    known = stats.n[np.isfinite(stats.n)]
    if not len(known):
        return Check(
            "N",
            float("nan"),
            "not known",
            "give --n, or --cases and --controls; most methods need it",
        )
    least, middle, most = known.min(), float(np.median(known)), known.max()
    off = (known < np.quantile(known, 0.9) / _OF_LARGEST) | (known > middle * _OF_LARGEST)
    share = float(off.mean())
    text = f"{least:,.0f} to {most:,.0f}, median {middle:,.0f}; {share:.1%} far from the others"
    advice = ""
    if share > _FEW:
        advice = (
            "variants have very different numbers of people, as in a meta-analysis of unequal studies, or some N are "
            "wrong; methods that take one N for all are off there: leave those variants out"
        )
    return Check("N", share, text, advice)


def _deviations(stats: SummaryStats, frequency: Array, expected: float, errors_off: bool) -> list[Check]:
    name = "sd by SE against sd by frequency"
    if not stats.per_allele:
        return []
    by_error, by_frequency = implied_deviations(stats.beta, stats.se, stats.n, frequency)
    if len(by_error) < 2 or by_frequency.std() == 0 or by_error.std() == 0:
        return [Check(name, float("nan"), "not told: N or frequencies are not known")]
    value = float(np.corrcoef(by_error, by_frequency)[0, 1])
    ratios = by_frequency / by_error
    scale = float(np.median(ratios))
    apart = float(np.mean((ratios > scale * _SD_RATIO) | (ratios < scale / _SD_RATIO)))
    advice = ""
    if value < _SD_CORRELATION or apart > _FEW:
        advice = (
            "standard errors, N and frequencies of some variants do not belong together: N of other people, "
            "frequencies of another population, or variants imputed badly; leave those variants out, or correct N"
        )
    text = f"r {value:.5f} over {len(by_error):,} variants; {apart:.1%} apart"
    return [Check(name, value, text, advice), _scale(scale, expected, errors_off)]


def _scale(scale: float, expected: float, errors_off: bool) -> Check:
    advice, off = "", scale / expected
    if not _SCALE[0] <= off <= _SCALE[1]:
        size = f"{max(off, 1 / off) ** 2:.2g} times too {'large' if off > 1 else 'small'}"
        errors = f"standard errors {max(off, 1 / off):.2g} times too {'large' if off > 1 else 'small'}"
        likely = f"{errors}, or N is {size}" if errors_off else f"N is {size}, or {errors}"
        advice = (
            f"expected about {expected:g}: {likely}; or the trait has other units (then give its standard deviation, "
            "--trait-sd), or N is that of all people of a case-control study (then give cases and controls)"
        )
    return Check("sd of the trait by SE, N and frequency", scale, f"{scale:.3g}", advice)
