"""What scores of the whole genome begin and end with: the SNPs and people they learn from, and a centred model."""

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import is_called
from gtl.domain.trait import TraitKind
from gtl.learn.gblup import MOST_PEOPLE, Population
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.log_odds import balanced_intercept, per_log_odds
from gtl.learn.relationship import CentredDosages
from gtl.methods.base import LearningData, MethodContext, Rows
from gtl.random_streams import stream

Array = npt.NDArray[np.float64]


def genome_rows(context: MethodContext) -> Rows:
    """Rows of the genome at which somebody was called in both populations."""
    rows = context.genome
    for data in context.populations:
        rows = rows[is_called(data.take(rows, data.split.learning)).any(axis=0)]
    return rows


def learning_population(context: MethodContext, data: LearningData, rows: Rows) -> Population:
    """Learning people of one population; of more than :data:`gtl.learn.gblup.MOST_PEOPLE` that many, by chance."""
    people = data.split.learning
    if len(people) > MOST_PEOPLE:
        random = stream(context.config.seed, "gblup", str(context.code))
        people = np.sort(random.choice(people, MOST_PEOPLE, replace=False))
    return Population(CentredDosages(data.take(rows, people)), data.value[people])


def drawn_people(*populations: LearningData) -> str:
    """Says of a model's title that :func:`learning_population` did not take everybody; empty where it did."""
    most = max(len(data.split.learning) for data in populations)
    return f", {MOST_PEOPLE} of {most} people" if most > MOST_PEOPLE else ""


def score_predictor(effects: Array, rows: Rows, small: LearningData, effects_of: LearningData) -> LinearPredictor:
    """The model of ``effects``, centred on the small population's learning people: their mean prediction is their mean.

    Parameters
    ----------
    effects
        (len(rows),) on the trait's values; of a binary trait, on the probability of being a case, which becomes log
        odds at the share of cases among the people that they were learned from.
    effects_of
        The population of those people.
    """
    people = small.split.learning
    centred = CentredDosages(small.take(rows, people))
    mean = float(small.value[people].mean())
    if small.kind is TraitKind.BINARY:
        effects = effects * per_log_odds(float(effects_of.value[effects_of.split.learning].mean()))
        mean = balanced_intercept(centred.scores(effects), mean)
    return LinearPredictor.standardised(effects, mean, centred.means, np.ones(len(rows)), centred.means, small.kind)
