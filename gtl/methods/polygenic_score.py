"""Polygenic score: clumping and thresholding in the large population, centred on the small one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from gtl.association.chi_squared import allelic_chi_squared
from gtl.association.counts import CaseControlCounts
from gtl.learn.clumping import clump
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.ridge_logistic import log_loss, ridge_logistic
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.training_people import TrainingPeople, candidate_of

Array = npt.NDArray[np.float64]

R2 = (0.1, 0.2, 0.5)
"""Largest squared correlations left between SNPs of a score that are tried."""

JOINT_PENALTIES = (0.1, 0.01, 0.001)
"""Ridge penalties that are tried for the joint fit; small ones, for clumped SNPs are few and hardly correlated."""


@dataclass(frozen=True, eq=False)
class _Score:
    """A score as learned in the large population: log odds per effect allele, and their intercept at mean dosages."""

    subset: int
    rows: Rows
    weights: Array
    intercept: float


@dataclass(frozen=True)
class PolygenicScore:
    """Sum of log odds ratios over independent associated SNPs.

    Source: International Schizophrenia Consortium 2009, Nature 460:748.

    Thresholding: each sub-dataset of the large population holds the SNPs below one threshold. Clumping: of correlated
    SNPs the strongest stays (:mod:`gtl.learn.clumping`). Two weightings are the method's two candidates: each SNP by
    itself (``C+T``), and all together by logistic regression (``Clumped logistic``). Sub-dataset, r² and penalty are
    the best by log loss on the large population's validation people, who are many; the small one's test people have
    to choose between two models only. (AUC chooses worse: it forgives the noise of long scores.)

    Scores are centred on the small population's training people, unlabelled: allele frequencies differ between
    populations, which would shift everybody to one side of the threshold (Martin et al. 2017, Am J Hum Genet 100:635).
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each weighting."""
        clumps = list(_clumps(context))
        for algorithm, weigh in (("C+T", _single), ("Clumped logistic", _joint)):
            chosen = min(
                (found for subset, rows in clumps for found in weigh(context, subset, rows)),
                key=lambda found: _validation_loss(context, found),
            )
            large = TrainingPeople.of(chosen.rows, context.large)
            yield candidate_of(
                context, self.name, algorithm, chosen.subset, chosen.rows, _recentred(context, chosen), large
            )


def _clumps(context: MethodContext) -> Iterator[tuple[int, Rows]]:
    for subset, rows in context.subsets_large.items():
        large = TrainingPeople.of(rows, context.large)
        p_values = allelic_chi_squared(_counts(large).alleles())
        for r2 in R2:
            yield subset, rows[clump(large.centred(large.dosages), p_values, context.large.variants.take(rows), r2)]


def _single(context: MethodContext, subset: int, rows: Rows) -> Iterator[_Score]:
    """Each SNP's allelic log odds ratio, half an allele added to each count so that all are finite (Haldane 1956)."""
    large = TrainingPeople.of(rows, context.large)
    (case_alt, case_ref), (control_alt, control_ref) = np.moveaxis(_counts(large).alleles() + 0.5, 0, -1)
    weights = np.log(case_alt * control_ref / (case_ref * control_alt))
    yield _Score(subset, rows, weights, float(logit(large.case.mean())))


def _joint(context: MethodContext, subset: int, rows: Rows) -> Iterator[_Score]:
    """All SNPs' log odds ratios together."""
    large = TrainingPeople.of(rows, context.large)
    for fit in ridge_logistic(large.centred(large.dosages) / large.scale, large.case, JOINT_PENALTIES):
        yield _Score(subset, rows, fit.weights / large.scale, fit.intercept)


def _counts(people: TrainingPeople) -> CaseControlCounts:
    return CaseControlCounts.of(np.ascontiguousarray(people.dosages.T), people.case)


def _validation_loss(context: MethodContext, found: _Score) -> float:
    data, large = context.large, TrainingPeople.of(found.rows, context.large)
    validation = data.split.validation
    logits = large.centred(data.take(found.rows, validation)) @ found.weights + found.intercept
    return log_loss(logits, data.case[validation])


def _recentred(context: MethodContext, found: _Score) -> LinearPredictor:
    means = TrainingPeople.of(found.rows, context.small).means
    scale = np.ones(len(found.rows))
    return LinearPredictor.standardised(found.weights, found.intercept, means, scale, means)
