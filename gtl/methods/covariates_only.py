"""Covariates alone: what age, sex or ancestry predict without any variant; every other method is judged on top."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from gtl.domain.trait import TraitKind
from gtl.learn.linear_predictor import LinearPredictor
from gtl.methods.base import NO_ROWS, Candidate, MethodContext
from gtl.methods.training_people import TrainingPeople, nested_candidate


@dataclass(frozen=True)
class CovariatesOnly:
    """A genetic prediction that is the same for everybody: what is left is what the covariates say.

    The covariates themselves are fitted, and put on top, by the step that calls every method
    (:mod:`gtl.learn.covariates`).
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate without variants: the learning people's mean, or their share of cases."""
        people = TrainingPeople.learning(NO_ROWS, context.small)
        mean = float(people.value.mean())
        if people.kind is TraitKind.BINARY:
            # Half a person of each kind more, so that the log odds of an all-control group are finite.
            mean = float(logit((people.value.sum() + 0.5) / (people.n + 1)))
        predictor = LinearPredictor(np.empty(0), mean, people.means, trait_kind=people.kind)
        yield nested_candidate(context, self.name, "Covariates", NO_ROWS, predictor, people)
