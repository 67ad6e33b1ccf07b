"""Polygenic score: clumping and thresholding in the large population, centred on the small one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from gtl.association.chi_squared import allelic_chi_squared
from gtl.association.counts import CaseControlCounts
from gtl.domain.trait import TraitKind
from gtl.learn.clumping import clump
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.marginal import marginal_effects, slope_of
from gtl.learn.ridge import loss, ridge
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.training_people import TrainingPeople, at_level_of, candidate_of

Array = npt.NDArray[np.float64]

R2 = (0.1, 0.2, 0.5)
"""Largest squared correlations left between SNPs of a score that are tried."""

JOINT_PENALTIES = (0.1, 0.01, 0.001)
"""Ridge penalties that are tried for the joint fit; small ones, for clumped SNPs are few and hardly correlated."""

SLOPE_PEOPLE = 100
"""People of the small population whose slope of trait on score would count as much as the large population's."""


@dataclass(frozen=True, eq=False)
class _Score:
    """A score as learned in the large population: weights per effect allele, and their intercept at mean dosages."""

    subset: int
    rows: Rows
    weights: Array
    intercept: float


@dataclass(frozen=True)
class PolygenicScore:
    """Sum of effects over independent associated SNPs.

    Source: International Schizophrenia Consortium 2009, Nature 460:748.

    Thresholding: each sub-dataset of the large population holds the SNPs below one threshold. Clumping: of correlated
    SNPs the strongest stays (:mod:`gtl.learn.clumping`). Two weightings are the method's two candidates: each SNP by
    itself (``C+T``), and all together by logistic or linear regression (``Clumped logistic``, ``Clumped linear``).
    Sub-dataset, r² and penalty are the best by log loss (or squared error) on the large population's validation people,
    who are many; the small one's test people have to choose between two models only. (AUC chooses worse: it forgives
    the noise of long scores.)

    Scores are centred on the small population's training people: allele frequencies differ between populations, which
    would shift everybody to one side of the threshold (Martin et al. 2017, Am J Hum Genet 100:635). Their level is
    those people's share of cases, or mean.

    A sum of single SNPs' effects on a quantitative trait is too wide, for SNPs share what they explain: it is scaled
    by the slope of trait on score in the large population's validation people, and then by the mean of 1 and the slope
    in the small population's training people, weighted by :data:`SLOPE_PEOPLE` and by their number.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each weighting."""
        clumps = list(_clumps(context))
        joint = "Clumped linear" if context.kind is TraitKind.QUANTITATIVE else "Clumped logistic"
        for algorithm, weigh in (("C+T", _single), (joint, _joint)):
            scores = (_scaled(context, found) for subset, rows in clumps for found in weigh(context, subset, rows))
            chosen = min(scores, key=lambda found: _validation_loss(context, found))
            large = TrainingPeople.of(chosen.rows, context.large)
            yield candidate_of(
                context, self.name, algorithm, chosen.subset, chosen.rows, _recentred(context, chosen), large
            )


def _clumps(context: MethodContext) -> Iterator[tuple[int, Rows]]:
    for subset, rows in context.subsets_large.items():
        large = TrainingPeople.of(rows, context.large)
        _, p_values = _marginal(large)
        for r2 in R2:
            yield subset, rows[clump(large.centred(large.dosages), p_values, context.large.variants.take(rows), r2)]


def _single(context: MethodContext, subset: int, rows: Rows) -> Iterator[_Score]:
    """Each SNP's own effect."""
    large = TrainingPeople.of(rows, context.large)
    yield _Score(subset, rows, _marginal(large)[0], _level(large))


def _joint(context: MethodContext, subset: int, rows: Rows) -> Iterator[_Score]:
    """All SNPs' effects together."""
    large = TrainingPeople.of(rows, context.large)
    for fit in ridge(large.centred(large.dosages) / large.scale, large.value, large.kind, JOINT_PENALTIES):
        yield _Score(subset, rows, fit.weights / large.scale, fit.intercept)


def _level(people: TrainingPeople) -> float:
    mean = float(people.value.mean())
    return mean if people.kind is TraitKind.QUANTITATIVE else float(logit(mean))


def _marginal(people: TrainingPeople) -> tuple[Array, Array]:
    """Each SNP's effect by itself, and its p-value.

    Hard calls of cases and controls: allelic log odds ratio, half an allele added to each count so that all are finite
    (Haldane 1956), and allelic test. Otherwise the slope; of case status, in log odds at the mean.
    """
    if people.kind is TraitKind.BINARY and people.dosages.dtype == np.int8:
        alleles = CaseControlCounts.of(np.ascontiguousarray(people.dosages.T), people.case).alleles
        (case_alt, case_ref), (control_alt, control_ref) = np.moveaxis(alleles + 0.5, 0, -1)
        return np.log(case_alt * control_ref / (case_ref * control_alt)), allelic_chi_squared(alleles)
    slope, p_values = marginal_effects(people.centred(people.dosages), people.value)
    mean = float(people.value.mean())
    return slope if people.kind is TraitKind.QUANTITATIVE else slope / (mean * (1 - mean)), p_values


def _scaled(context: MethodContext, found: _Score) -> _Score:
    """A quantitative trait's score in the trait's units, as the large population's validation people have them."""
    if context.kind is TraitKind.BINARY:
        return found
    score, value = _validation(context, found)
    slope = slope_of(score, value)
    return replace(found, weights=found.weights * max(slope, 0.0)) if np.isfinite(slope) else found


def _validation_loss(context: MethodContext, found: _Score) -> float:
    score, value = _validation(context, found)
    return loss(score + found.intercept, value, context.kind)


def _validation(context: MethodContext, found: _Score) -> tuple[Array, Array]:
    """Scores, without intercept, and values of the large population's validation people."""
    data, large = context.large, TrainingPeople.of(found.rows, context.large)
    people = data.split.validation
    return large.centred(data.take(found.rows, people)) @ found.weights, data.value[people]


def _recentred(context: MethodContext, found: _Score) -> LinearPredictor:
    small = TrainingPeople.of(found.rows, context.small)
    weights, ones = found.weights * _stretch(small, found.weights), np.ones(len(found.rows))
    predictor = LinearPredictor.standardised(weights, 0.0, small.means, ones, small.means, context.kind)
    return at_level_of(predictor, small)


def _stretch(small: TrainingPeople, weights: Array) -> float:
    """What the small population's training people multiply a quantitative trait's score by."""
    slope = slope_of(small.centred(small.dosages) @ weights, small.value)
    if small.kind is TraitKind.BINARY or np.isnan(slope):
        return 1.0
    return (small.n * slope + SLOPE_PEOPLE) / (small.n + SLOPE_PEOPLE)
