"""The floor and the ceiling between which every method's figures lie: the majority class, and the truth itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from gtl.errors import InputError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.methods.base import Candidate, MethodContext
from gtl.methods.training_people import TrainingPeople, candidate_of

NO_SUBSET = 0
"""Number in tables of a model that comes from no sub-dataset."""

_LOGIT_PER_PROBIT = 1.702
"""The logistic curve of this slope is within 0.01 of the normal one (Camilli 1994, J Educ Behav Stat 19:293)."""

_MOST_EXPLAINED = 0.99
"""Share of the liability's variance beyond which probabilities get no steeper: they stay finite."""


@dataclass(frozen=True)
class Majority:
    """Floor: everybody is what most of the small population's training people are; no SNP is looked at."""

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate without SNPs, whose probability is the training people's share of cases."""
        rows = np.empty(0, dtype=np.intp)
        people = TrainingPeople.of(rows, context.small)
        # Half a person of each kind more, so that the log odds of an all-control group are finite.
        share = (people.case.sum() + 0.5) / (len(people.case) + 1)
        predictor = LinearPredictor(np.empty(0), float(logit(share)), people.means)
        yield candidate_of(context, self.name, "Majority", NO_SUBSET, rows, predictor, people)


@dataclass(frozen=True)
class Oracle:
    """Ceiling: the causal SNPs and their effects in the small population, known and not learned.

    The best rule under the liability threshold model (Falconer 1965, Ann Hum Genet 29:51): a case where the expected
    liability lies above the threshold. What it reaches on average is :func:`gtl.evaluate.ceiling.best_accuracy`.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate: the true model."""
        truth = context.causal
        if truth is None:
            raise InputError(f"{self.name}: the context holds no causal SNPs; pass apply_method the phenotype")
        people = TrainingPeople.of(truth.rows, context.small)
        values = people.centred(people.dosages) @ truth.effects
        rest = 1 - min(float(values.var()), _MOST_EXPLAINED)
        expected = -2 * truth.frequencies @ truth.effects - context.config.phenotypes.threshold
        slope = _LOGIT_PER_PROBIT / np.sqrt(rest)
        predictor = LinearPredictor(slope * truth.effects, float(slope * expected), people.means)
        yield candidate_of(context, self.name, "Truth", NO_SUBSET, truth.rows, predictor, people)
