"""Weights of variants by the statistics of a trait's sources and linkage disequilibrium, a chromosome at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gtl.learn.summary.chromosome_ld import ChromosomeLd
from gtl.learn.summary.effects import JOINT, effects_of_sources
from gtl.learn.summary.fit import LdFit, ld_fit
from gtl.learn.summary.sources import SourceStatistics
from gtl.prepare.statistics_alignment import AlignedStatistics
from gtl.prepare.statistics_checks import Check
from gtl.steps.shared_genotypes import SharedGenotypes

Array = npt.NDArray[np.float64]
LdOf = Callable[[list[str], str], AbstractContextManager[list[ChromosomeLd]]]
"""Names of sources and a chromosome → their LD."""

_LEAST_SLOPE, _MOST_DISBELIEF = 0.3, 0.5
"""Where effects given LD would be noise: slope of Z on what LD says of it, and part of LD that Z contradicts."""


@dataclass(frozen=True, eq=False)
class SourceEffects:
    """What statistics and LD say together.

    Attributes
    ----------
    weights : (source, family) → (n_shared,) of one counted allele; the joint family's source is ""
    checks : source → whether its statistics fit the LD of its reference
    """

    weights: dict[tuple[str, str], Array]
    checks: dict[str, Check]


def effects_by_sources(
    aligned: Mapping[str, AlignedStatistics], shared: SharedGenotypes, ld_of: LdOf, target: str
) -> SourceEffects:
    """Weights of the shared variants, of each source and of all together.

    Parameters
    ----------
    aligned
        Source → its statistics at the shared variants.
    target
        The small population: joint effects are its own where a source is called so, else the first source's.
    """
    usable = {name: _Usable(name, own) for name, own in aligned.items()}
    if not usable:
        return SourceEffects({}, {})
    total = int(np.logical_or.reduce([own.known for own in aligned.values()]).sum())
    wanted = target if target in usable else None
    found: dict[str, Array] = {}
    fits = dict.fromkeys(usable, LdFit(0, 0.0, 0.0, 0.0))
    for chromosome, rows in shared.places.items():
        sources = [own.at(rows) for own in usable.values()]
        with ld_of(list(usable), chromosome) as ld:
            effects = effects_of_sources(sources, ld, total, wanted)
            for own, reference in zip(sources, ld, strict=True):
                fits[own.name] += ld_fit(own, reference)
        for column, values in effects.items():
            found.setdefault(column, np.zeros(len(shared.table)))[rows] = values
    scales = {name: own.scale for name, own in usable.items()}
    scales[""] = _first_known([*([scales[wanted]] if wanted else []), *scales.values()])
    weights = {key: np.nan_to_num(values * scales[key[0]]) for key, values in _by_family(found)}
    return SourceEffects(weights, {name: _fit_check(name, fit) for name, fit in fits.items()})


def _fit_check(name: str, fit: LdFit) -> Check:
    if np.isnan(fit.slope):
        return Check("Z against LD of the reference", fit.slope, "not told: variants are hardly in LD")
    advice = ""
    if not fit.fits:
        advice = (
            f"neighbours do not say of each other what the reference's LD says that they should: give sources.{name}"
            ".reference people of the GWAS's ancestry, and look at build and alleles"
        )
    text = f"slope {fit.slope:.2f} over {fit.variants:,} variants, {fit.disbelief:.0%} of LD contradicted"
    wrong = fit.slope < _LEAST_SLOPE or fit.disbelief > _MOST_DISBELIEF
    return Check("Z against LD of the reference", fit.slope, text, advice, wrong)


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
