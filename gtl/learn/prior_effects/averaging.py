"""Settings of a path weighed by cross-validation: few people cannot tell which is best, so all of them count.

The weight of a setting is its likelihood of held-out people's values (pseudo-BMA: Geisser & Eddy 1979, JASA 74:153; Yao
et al. 2018, Bayesian Anal 13:917), normal with a variance of its own. Choosing the best one costs accuracy where a
hundred people or fewer judge.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.learn.prior_effects.evidence import Evidence
from gtl.learn.prior_effects.paths import EffectPath
from gtl.learn.relationship import CentredDosages, relationship_between

Array = npt.NDArray[np.float64]
Folds = npt.NDArray[np.intp]

PathOf = Callable[[Evidence], EffectPath]
"""Makes an estimator's path, at the same settings whatever the evidence."""

FEWEST_PEOPLE = 3
"""In the folds that teach."""


@dataclass(frozen=True, eq=False)
class LearningPeople:
    """Individuals with values of the trait (n_people,) and the number of each one's fold."""

    people: CentredDosages
    value: Array
    folds: Folds

    @property
    def evidence(self) -> Evidence:
        """Of all of them."""
        return Evidence.of_people(self.people, self.value)

    def centred(self, values: Array) -> Array:
        """``values`` (n_people, ...) minus each fold's mean: a mean that somebody is not part of runs against him."""
        result = np.array(values, dtype=np.float64)
        for fold in np.unique(self.folds):
            result[self.folds == fold] -= result[self.folds == fold].mean(axis=0)
        return result


def averaged_effects(learning: LearningPeople, paths: list[PathOf]) -> list[Array]:
    """(n_variants,) effects of each of ``paths``, its settings weighed by cross-validation within ``learning``."""
    scores = _out_of_fold(learning, paths)
    evidence = learning.evidence
    return [path(evidence).effects(setting_weights(learning, s)) for path, s in zip(paths, scores, strict=True)]


def setting_weights(learning: LearningPeople, scores: Array) -> Array:
    """(n_settings,) weights that sum to 1, from each person's ``scores`` (n_people, n_settings) out of fold.

    >>> learning = LearningPeople(CentredDosages(np.zeros((4, 1), np.int8)), np.array([0.0, 1, 2, 3]), np.zeros(4, int))
    >>> setting_weights(learning, np.array([[3.0, 0.0], [2, 1], [1, 2], [0, 2]])).round(2).tolist()
    [0.0, 1.0]
    """
    errors = (learning.centred(learning.value)[:, None] - learning.centred(scores)) ** 2
    # An error of 0 would be infinitely likely; rounding of the trait's own spread is as good as none.
    spread = np.maximum(errors.sum(axis=0), 1e-12 * np.square(learning.value - learning.value.mean()).sum())
    log_weights = -0.5 * len(learning.value) * np.log(spread / spread.min())
    weights = np.exp(log_weights)
    return np.asarray(weights / weights.sum())


def _out_of_fold(learning: LearningPeople, paths: list[PathOf]) -> list[Array]:
    """(n_people, n_settings) of each path: scores of people by those of the other folds."""
    parts = [_of_fold(learning, learning.folds == fold, paths) for fold in np.unique(learning.folds)]
    order = np.concatenate([np.flatnonzero(learning.folds == fold) for fold in np.unique(learning.folds)])
    back = np.argsort(order)
    return [np.concatenate(scores)[back] for scores in zip(*parts, strict=True)]


def _of_fold(learning: LearningPeople, held_out: npt.NDArray[np.bool_], paths: list[PathOf]) -> list[Array]:
    dosages, value = learning.people.dosages, learning.value
    others = CentredDosages(dosages[held_out])
    if (~held_out).sum() < FEWEST_PEOPLE:
        made = [path(learning.evidence) for path in paths]
        return [np.zeros((others.n_people, len(path.settings))) for path in made]
    people = CentredDosages(dosages[~held_out])
    evidence = Evidence.of_people(people, value[~held_out])
    made = [path(evidence) for path in paths]
    relationship = relationship_between(others, people)
    return [path.scores(others.scores(path.prior), relationship) for path in made]
