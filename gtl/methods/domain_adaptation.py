"""Domain adaptation: labels of the large population, genotypes of the small one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages
from gtl.domain.trait import TraitKind
from gtl.learn.adaptation import align_correlations, transfer_components
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.ridge import best_fit, penalties_of, ridge
from gtl.learn.ridge_logistic import RidgeFit
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.training_people import TrainingPeople, at_level_of, candidate_of

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DomainAdaptation:
    """Regression on the large population's people after CORAL or TCA has made them like the small one's.

    Logistic or linear, as the trait asks for. Both adapt to the small population's training people without their case
    status or values; see :mod:`gtl.learn.adaptation` for the sources. Of those, only the mean is used: the level of
    the predictions is the small population's. The ridge penalty is the best by log loss (or squared error) on the
    large population's validation people.
    """

    name: str
    adaptation: Literal["coral", "tca"]

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each sub-dataset of the large population."""
        adapt, name = {"coral": (_coral, "CORAL"), "tca": (_tca, "TCA")}[self.adaptation]
        algorithm = f"{name} {'linear' if context.kind is TraitKind.QUANTITATIVE else 'logistic'}"
        for subset, rows in context.subsets_large.items():
            large, small = TrainingPeople.of(rows, context.large), TrainingPeople.of(rows, context.small)
            predictor = at_level_of(adapt(context, rows, large, small), small)
            yield candidate_of(context, self.name, algorithm, subset, rows, predictor, large)


def _coral(context: MethodContext, rows: Rows, large: TrainingPeople, small: TrainingPeople) -> LinearPredictor:
    """Second moments are aligned by CORAL, first ones by centring each population on its own means."""
    source, validation = (
        large.centred(dosages) / large.scale for dosages in (large.dosages, _validation(context, rows))
    )
    to_small, own = align_correlations(source, small.centred(small.dosages) / large.scale)
    fit = _fit(context, source @ to_small, validation @ to_small, large)
    return LinearPredictor.standardised(own @ fit.weights, 0.0, small.means, large.scale, small.means, large.kind)


def _tca(context: MethodContext, rows: Rows, large: TrainingPeople, small: TrainingPeople) -> LinearPredictor:
    """Both populations are centred on the large one's means: TCA looks for directions without a difference in means."""
    source, target, validation = (
        large.centred(dosages) / large.scale for dosages in (large.dosages, small.dosages, _validation(context, rows))
    )
    components = transfer_components(source, target)
    fit = _fit(context, source @ components, validation @ components, large)
    weights = components @ fit.weights
    return LinearPredictor.standardised(weights, 0.0, large.means, large.scale, small.means, large.kind)


def _fit(context: MethodContext, x: Array, validation: Array, large: TrainingPeople) -> RidgeFit:
    value = context.large.value[context.large.split.validation]
    return best_fit(ridge(x, large.value, large.kind, penalties_of(large.kind)[1:]), validation, value, large.kind)


def _validation(context: MethodContext, rows: Rows) -> Dosages:
    return context.large.take(rows, context.large.split.validation)
