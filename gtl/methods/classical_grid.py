"""Every classical model on every sub-dataset: what no transfer, SNP transfer and pooling have in common."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gtl.config.learning import ClassicalModel
from gtl.domain.trait import TraitKind
from gtl.learn import classical
from gtl.learn.predictors import ClassicalPredictor, fill_missing
from gtl.learn.standard import Standard
from gtl.methods.base import Candidate, LearningData, MethodContext, SubDatasets
from gtl.methods.training_people import TrainingPeople, at_level_of, candidate_of
from gtl.random_streams import stream_integer

Array = npt.NDArray[np.float64]


def classical_grid(
    method: str, context: MethodContext, subsets: SubDatasets, *trained_on: LearningData
) -> Iterator[Candidate]:
    """Fit the configured models to the training people of all of ``trained_on``; predict the small population.

    Each fit has a seed of its own, from the names of the method, phenotype, model and sub-dataset. Models that cannot
    predict the trait's kind are left out (:func:`gtl.learn.classical.why_not`). A model whose cost grows with the
    square of people learns from some of many (:func:`gtl.learn.classical.drawn_people`), which its title says.

    The level belongs to the small population: quantitative values are fitted as deviations from each population's own
    training mean, and where others than the small population's people were trained on, predictions are moved until
    their mean is right for its training people (:func:`gtl.methods.training_people.at_level_of`).
    """
    others = any(data is not context.small for data in trained_on)
    for subset, rows in subsets.items():
        people = TrainingPeople.of(rows, *trained_on)
        for model in context.config.classical.models:
            if classical.why_not(model, context.kind):
                continue
            seed = stream_integer(context.config.seed, method, context.code, model, subset)
            drawn = classical.drawn_people(model, people.n, seed)
            learners = people if len(drawn) == people.n else people.take(drawn)
            predictor = _fitted(model, learners, _deviations(trained_on)[drawn], seed)
            if others:
                predictor = at_level_of(predictor, TrainingPeople.of(rows, context.small))
            title = model.value if learners is people else f"{model.value}, {learners.n} of {people.n} people"
            yield candidate_of(context, method, title, subset, rows, predictor, learners)


def _fitted(model: ClassicalModel, people: TrainingPeople, deviations: Array, seed: int) -> ClassicalPredictor:
    filled = fill_missing(people.dosages, people.means)
    if people.kind is TraitKind.BINARY:
        return ClassicalPredictor(classical.fit(model, filled, people.case, seed), people.means)
    standard = Standard.of(people.value, model.value, deviations)
    fitted = classical.fit_values(model, filled, deviations / standard.scale, seed)
    return ClassicalPredictor(fitted, people.means, trait_kind=people.kind, shift=standard.mean, scale=standard.scale)


def _deviations(populations: tuple[LearningData, ...]) -> Array:
    values = [data.value[data.split.train] for data in populations]
    return np.concatenate([own - own.mean() for own in values])
