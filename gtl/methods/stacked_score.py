"""Stacked score: the small population's own score and the large one's, weighed by how well they predict together."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from gtl.learn.gblup import FEWEST_PEOPLE, Population, large_gblup, own_gblup
from gtl.learn.relationship import CentredDosages
from gtl.methods.base import Candidate, MethodContext
from gtl.methods.genome_score import drawn_people, genome_rows, learning_population, score_predictor
from gtl.methods.training_people import TrainingPeople, nested_candidate
from gtl.random_streams import stream

Array = npt.NDArray[np.float64]
Folds = npt.NDArray[np.intp]

EQUAL = 0.5
"""Prior mean of each weight, and its standard deviation: the plain mean of both scores, unless people say otherwise."""

FOLDS = 5
"""Groups of people, each of which is predicted by a score of the others'."""


@dataclass(frozen=True)
class StackedScore:
    """Own and large GBLUP score, added with weights of 0 or more (Breiman 1996, Mach Learn 24:49).

    The small population's people judge: the large score as it is, the own one by predictions of people it was not
    learned from. Both are compared within each fold alone, because a mean that somebody is not part of runs against
    his value; and no weight is negative, because that would only repair the same. Weights are shrunk towards the plain
    mean of both, the more the less people can tell: where few judge, learned weights are noise (Clemen 1989, Int J
    Forecast 5:559).
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where there is no SNP."""
        rows = genome_rows(context)
        if not len(rows):
            return
        large, small = (learning_population(context, data, rows) for data in (context.large, context.small))
        own, other = own_gblup(small).effects, large_gblup(large).effects
        folds = fold_numbers(small.value, stream(context.config.seed, self.name, str(context.code)))
        weights = stacking_weights(small, other, folds)
        predictor = score_predictor(weights[0] * own + weights[1] * other, rows, context.small, context.small)
        people = TrainingPeople.learning(rows, context.large, context.small)
        title = f"Own score × {weights[0]:.2f} + large score × {weights[1]:.2f}"
        title += drawn_people(context.large, context.small)
        yield nested_candidate(context, self.name, title, rows, predictor, people)


def stacking_weights(small: Population, large_effects: Array, folds: Folds) -> Array:
    """(2,) weights of the own and of the large score: non-negative, of least squares among ``small`` people.

    They are the most likely ones if each is normal around :data:`EQUAL` beforehand and errors have the variance that
    least squares without it leaves.

    Parameters
    ----------
    folds
        (n_people,) number of each person's fold.
    """
    scores = np.column_stack([out_of_fold(small, folds), small.people.scores(large_effects)])
    columns = within_folds(np.column_stack([scores, small.value]), folds)
    scores, value = columns[:, :2], columns[:, 2]
    _, error = nnls(scores, value)
    penalty = error / np.sqrt(len(value)) / EQUAL
    weights, _ = nnls(np.vstack([scores, penalty * np.eye(2)]), np.append(value, np.full(2, penalty * EQUAL)))
    return np.asarray(weights, dtype=np.float64)


def fold_numbers(value: Array, random: np.random.Generator) -> Folds:
    """Folds that are alike in the trait: each takes one of every :data:`FOLDS` people who follow each other in it."""
    ranked = np.lexsort((random.random(len(value)), value))
    folds = np.empty(len(value), dtype=np.intp)
    for start in range(0, len(value), FOLDS):
        people = ranked[start : start + FOLDS]
        folds[people] = random.permutation(FOLDS)[: len(people)]
    return folds


def out_of_fold(small: Population, folds: Folds) -> Array:
    """(n_people,) own scores, each learned from the other folds; 0 where those cannot teach anything."""
    scores = np.zeros(len(small.value))
    dosages = small.people.dosages
    for fold in np.unique(folds):
        held_out = folds == fold
        value = small.value[~held_out]
        if len(value) < FEWEST_PEOPLE or np.ptp(value) == 0:
            continue
        own = own_gblup(Population(CentredDosages(dosages[~held_out]), value))
        scores[held_out] = CentredDosages(dosages[held_out]).scores(own.effects)
    return scores


def within_folds(columns: Array, folds: Folds) -> Array:
    """Columns minus each fold's mean of them."""
    counts = np.bincount(folds)
    means = np.column_stack([np.bincount(folds, column) for column in columns.T]) / np.maximum(counts, 1)[:, None]
    return np.asarray(columns - means[folds])
