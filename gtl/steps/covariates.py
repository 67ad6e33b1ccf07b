"""Covariates of a study's people: taken out of what methods learn from, and put on top of what they predict."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gtl.domain.cohort import Population
from gtl.domain.trait import TraitKind
from gtl.learn.covariates import CovariateModel
from gtl.methods.base import Candidate, LearningData
from gtl.steps.learning_data import read_covariates
from gtl.steps.preparation import read_split, split_of
from gtl.store import ArtifactRef, Store

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StudyCovariates:
    """The covariates of both populations' people who are not sealed, and what they predict.

    Attributes
    ----------
    names
        Covariates; none in most simulated studies, and then everything is left as it is.
    large, small
        The fitted models; None without covariates.
    values
        (n_people, n_covariates) of the small population, in the order of its learning data.
    """

    names: tuple[str, ...]
    large: CovariateModel | None
    small: CovariateModel | None
    values: dict[Population, Array]

    def freed(self, population: Population, data: LearningData) -> LearningData:
        """The same people with what the covariates explain of a quantitative trait taken out."""
        model = self.small if population is Population.SMALL else self.large
        return data if model is None else replace(data, value=model.freed(self.values[population], data.value))

    def on_top(self, candidate: Candidate, small: LearningData) -> Candidate:
        """The candidate with predictions from covariates and genotypes together."""
        if self.small is None:
            return candidate
        return replace(
            candidate,
            validation=self.predicted(small.split.validation, candidate.validation),
            test=self.predicted(small.split.test, candidate.test),
        )

    def predicted(self, people: npt.NDArray[np.intp], genetic: Array) -> Array:
        """Predictions of some of the small population's people, given the genetic ones."""
        return genetic if self.small is None else self.small.on_top(self.values[Population.SMALL][people], genetic)


def read_study_covariates(store: Store, split: ArtifactRef, kind: TraitKind, *, nested: bool) -> StudyCovariates:
    """Fit the covariates in each population's training people (``nested``: in all who are not sealed)."""
    models: dict[Population, CovariateModel | None] = {}
    values = {}
    names: tuple[str, ...] = ()
    for population in Population:
        names, values[population] = read_covariates(store, split, population)
        table = read_split(store.read(split), population)
        parts = split_of(table)
        people = parts.everyone if nested else parts.train
        if not (names and len(people)):  # without covariates; or statistics stand for these people
            models[population] = None
            continue
        value = table["value"].to_numpy()[people]
        models[population] = CovariateModel.fit(kind, names, values[population][people], value)
    return StudyCovariates(names, models[Population.LARGE], models[Population.SMALL], values)
