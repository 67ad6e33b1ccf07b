"""Effect transfer: the large population's effects, moved by the small one's people in three ways, and their mean."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.learn.gblup import Population, large_gblup
from gtl.learn.prior_effects.averaging import LearningPeople, averaged_effects
from gtl.learn.prior_effects.descent import descent_path
from gtl.learn.prior_effects.mixture import mixture_effects
from gtl.learn.prior_effects.penalised import penalised_path, penalties_of
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.genome_score import drawn_people, genome_rows, learning_population, score_predictor
from gtl.methods.source_scores import leading_column
from gtl.methods.stacked_score import fold_numbers
from gtl.methods.training_people import TrainingPeople, nested_candidate
from gtl.random_streams import stream

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class EffectTransfer:
    """The large population's GBLUP effects as prior effects of the small one (Wu & de los Campos 2026, Nat Commun).

    Gradient descent with early stop, regression penalised towards the prior effects and the Bayesian mixture of them
    and zero (:mod:`gtl.learn.prior_effects`) see the small population's learning people alone. Stops and penalties are
    averaged by cross-validation among these, and the three estimators count the same: choosing costs more than it
    brings where few people judge.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where there is no SNP."""
        rows = genome_rows(context)
        if not len(rows):
            return
        small = learning_population(context, context.small, rows)
        folds = fold_numbers(small.value, stream(context.config.seed, self.name, str(context.code)))
        effects, share = moved_effects(_prior(context, rows, small), small, folds)
        predictor = score_predictor(effects, rows, context.small, effects_of=context.small)
        title = f"Mean of three transfers of effects, share {share:.2f}" + drawn_people(*context.populations)
        people = TrainingPeople.learning(rows, *context.populations)
        yield nested_candidate(context, self.name, title, rows, predictor, people)


def _prior(context: MethodContext, rows: Rows, small: Population) -> Array:
    """(len(rows),) effects of the large population, on the trait's values: by its people, or by sources.

    Those of sources may be on any scale: the small population's people give it.
    """
    if context.sources is None:
        return large_gblup(learning_population(context, context.large, rows)).effects
    effects = context.sources.weights[leading_column(context.sources)][rows]
    scores = small.people.scores(effects)
    along = float(scores @ (small.value - small.value.mean()))
    return np.asarray(effects * max(along, 0.0) / max(float(scores @ scores), np.finfo(np.float64).tiny))


def moved_effects(prior: Array, small: Population, folds: npt.NDArray[np.intp]) -> tuple[Array, float]:
    """(n_snps,) mean of the three estimators' effects, and the mixture's share that follows ``prior`` (n_snps,)."""
    learning = LearningPeople(small.people, small.value, folds)
    penalties = penalties_of(learning.evidence)
    descent, penalised = averaged_effects(
        learning,
        [lambda evidence: descent_path(evidence, prior), lambda evidence: penalised_path(evidence, prior, penalties)],
    )
    mixture = mixture_effects(learning.evidence, prior)
    return (descent + penalised + mixture.effects) / 3, mixture.share
