"""Domain adaptation: labels of the large population, genotypes alone of the small one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gtl.learn.adaptation import align_correlations, transfer_components
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.ridge_logistic import PENALTIES, LogisticFit, best_fit, ridge_logistic
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.training_people import TrainingPeople, candidate_of

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DomainAdaptation:
    """Logistic regression on the large population's people after CORAL or TCA has made them like the small one's.

    Both adapt to the small population's training people without their case status; see
    :mod:`gtl.learn.adaptation` for the sources. The ridge penalty is the best by log loss on the large population's
    validation people.
    """

    name: str
    adaptation: Literal["coral", "tca"]

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each sub-dataset of the large population."""
        adapt, algorithm = {"coral": (_coral, "CORAL logistic"), "tca": (_tca, "TCA logistic")}[self.adaptation]
        for subset, rows in context.subsets_large.items():
            large, small = TrainingPeople.of(rows, context.large), TrainingPeople.of(rows, context.small)
            predictor = adapt(context, rows, large, small)
            yield candidate_of(context, self.name, algorithm, subset, rows, predictor, large)


def _coral(context: MethodContext, rows: Rows, large: TrainingPeople, small: TrainingPeople) -> LinearPredictor:
    """Second moments are aligned by CORAL, first ones by centring each population on its own means."""
    source, validation = (
        large.centred(dosages) / large.scale for dosages in (large.dosages, _validation(context, rows))
    )
    to_small, own = align_correlations(source, small.centred(small.dosages) / large.scale)
    fit = _fit(context, source @ to_small, validation @ to_small, large.case)
    return LinearPredictor.standardised(own @ fit.weights, fit.intercept, small.means, large.scale, small.means)


def _tca(context: MethodContext, rows: Rows, large: TrainingPeople, small: TrainingPeople) -> LinearPredictor:
    """Both populations are centred on the large one's means: TCA looks for directions without a difference in means."""
    source, target, validation = (
        large.centred(dosages) / large.scale for dosages in (large.dosages, small.dosages, _validation(context, rows))
    )
    components = transfer_components(source, target)
    fit = _fit(context, source @ components, validation @ components, large.case)
    return LinearPredictor.standardised(components @ fit.weights, fit.intercept, large.means, large.scale, small.means)


def _fit(context: MethodContext, x: Array, validation: Array, case: npt.NDArray[np.int8]) -> LogisticFit:
    data = context.large
    return best_fit(ridge_logistic(x, case, PENALTIES[1:]), validation, data.case[data.split.validation])


def _validation(context: MethodContext, rows: Rows) -> npt.NDArray[np.int8]:
    return context.large.take(rows, context.large.split.validation)
