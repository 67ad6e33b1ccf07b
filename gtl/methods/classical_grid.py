"""Every classical model on every sub-dataset: what no transfer, SNP transfer and pooling have in common."""

from collections.abc import Iterator

from gtl.learn import classical
from gtl.learn.predictors import ClassicalPredictor, fill_missing
from gtl.methods.base import Candidate, LearningData, MethodContext, SubDatasets
from gtl.methods.training_people import TrainingPeople, candidate_of
from gtl.random_streams import stream_integer


def classical_grid(
    method: str, context: MethodContext, subsets: SubDatasets, *trained_on: LearningData
) -> Iterator[Candidate]:
    """Fit the configured models to the training people of all of ``trained_on``; predict the small population.

    Each fit has a seed of its own, from the names of the method, phenotype, model and sub-dataset.
    """
    for subset, rows in subsets.items():
        people = TrainingPeople.of(rows, *trained_on)
        filled = fill_missing(people.dosages, people.means)
        for model in context.config.classical.models:
            seed = stream_integer(context.config.seed, method, context.code, model, subset)
            predictor = ClassicalPredictor(classical.fit(model, filled, people.case, seed), people.means)
            yield candidate_of(context, method, model.value, subset, rows, predictor, people)
