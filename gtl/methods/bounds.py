"""The floor and the ceiling between which every method's figures lie: no SNP at all, and the truth itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.methods.base import NO_SUBSET, Candidate, CausalEffects, MethodContext
from gtl.methods.training_people import TrainingPeople, at_level_of, candidate_of

_LOGIT_PER_PROBIT = 1.702
"""The logistic curve of this slope is within 0.01 of the normal one (Camilli 1994, J Educ Behav Stat 19:293)."""

_MOST_EXPLAINED = 0.99
"""Share of the liability's variance beyond which probabilities get no steeper: they stay finite."""


@dataclass(frozen=True)
class Majority:
    """Floor: everybody is what most of the small population's training people are; no SNP is looked at.

    For a quantitative trait, everybody has their mean.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate without SNPs: the training people's share of cases, or their mean."""
        rows = np.empty(0, dtype=np.intp)
        people = TrainingPeople.of(rows, context.small)
        if context.kind is TraitKind.QUANTITATIVE:
            algorithm, level = "Mean", float(people.value.mean())
        else:
            # Half a person of each kind more, so that the log odds of an all-control group are finite.
            algorithm, level = "Majority", float(logit((people.value.sum() + 0.5) / (people.n + 1)))
        predictor = LinearPredictor(np.empty(0), level, people.means, trait_kind=context.kind)
        yield candidate_of(context, self.name, algorithm, NO_SUBSET, rows, predictor, people)


@dataclass(frozen=True)
class Oracle:
    """Ceiling: the causal SNPs and their effects in the small population, known and not learned.

    The best rule under the liability threshold model (Falconer 1965, Ann Hum Genet 29:51): a case where the expected
    liability lies above the threshold. What it reaches on average is the ceiling of the causal SNPs
    (:mod:`gtl.evaluate.ceiling`).
    A quantitative trait is the sum of the effects, at the level of the small population's training people.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate: the true model."""
        truth = context.causal
        if truth is None:
            raise InputError(f"{self.name}: the context holds no causal SNPs; pass apply_method the phenotype")
        people = TrainingPeople.of(truth.rows, context.small)
        found = _sum(truth, people) if context.kind is TraitKind.QUANTITATIVE else _rule(truth, people, context)
        yield candidate_of(context, self.name, "Truth", NO_SUBSET, truth.rows, found, people)


def _sum(truth: CausalEffects, people: TrainingPeople) -> LinearPredictor:
    predictor = LinearPredictor(truth.effects, 0.0, people.means, trait_kind=TraitKind.QUANTITATIVE)
    return at_level_of(predictor, people)


def _rule(truth: CausalEffects, people: TrainingPeople, context: MethodContext) -> LinearPredictor:
    values = people.centred(people.dosages) @ truth.effects
    rest = 1 - min(float(values.var()), _MOST_EXPLAINED)
    expected = -2 * truth.frequencies @ truth.effects - context.config.phenotypes.threshold
    slope = _LOGIT_PER_PROBIT / np.sqrt(rest)
    return LinearPredictor(slope * truth.effects, float(slope * expected), people.means)
