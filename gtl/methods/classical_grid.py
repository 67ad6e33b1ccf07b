"""Every classical model on every sub-dataset: what no transfer and SNP transfer have in common."""

from collections.abc import Iterator

from gtl.learn import classical
from gtl.learn.model_card import training_hash
from gtl.learn.predictors import ClassicalPredictor, fill_missing, mean_dosages
from gtl.methods.base import Candidate, LearningData, MethodContext, SubDatasets
from gtl.random_streams import stream_integer


def classical_grid(
    method: str, context: MethodContext, subsets: SubDatasets, trained_on: LearningData
) -> Iterator[Candidate]:
    """Fit the configured models to the training people of ``trained_on``; predict the small population.

    Each fit has a seed of its own, from the names of the method, phenotype, model and sub-dataset.
    """
    small = context.small
    for subset, rows in subsets.items():
        dosages, case = trained_on.take(rows, trained_on.split.train), trained_on.case[trained_on.split.train]
        means, digest = mean_dosages(dosages), training_hash(dosages, case)
        filled = fill_missing(dosages, means)
        validation, test = small.take(rows, small.split.validation), small.take(rows, small.split.test)
        for model in context.config.classical.models:
            seed = stream_integer(context.config.seed, method, context.code, model, subset)
            predictor = ClassicalPredictor(classical.fit(model, filled, case, seed), means)
            yield Candidate(
                method, model.value, subset, rows, -1, predictor.probabilities(validation),
                predictor.probabilities(test), predictor, digest, len(case),
            )  # fmt: skip
