"""Averaged score: what three ways of borrowing say, each counted the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from gtl.learn.gblup import large_gblup, own_gblup, transfer_gblup
from gtl.methods.base import Candidate, MethodContext
from gtl.methods.effect_transfer import moved_effects
from gtl.methods.genome_score import drawn_people, genome_rows, learning_population, score_predictor
from gtl.methods.stacked_score import fold_numbers
from gtl.methods.training_people import TrainingPeople, nested_candidate
from gtl.random_streams import stream


@dataclass(frozen=True)
class AveragedScore:
    """Mean of the effects of own GBLUP, transfer GBLUP and effect transfer.

    None of them needs a choice, and their mean makes none: combining forecasts by the plain mean is hard to beat where
    few cases would have to teach the weights (Clemen 1989, Int J Forecast 5:559). Own GBLUP is the one that a large
    population of other effects cannot mislead.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where there is no SNP."""
        rows = genome_rows(context)
        if not len(rows):
            return
        large, small = (learning_population(context, data, rows) for data in (context.large, context.small))
        folds = fold_numbers(small.value, stream(context.config.seed, self.name, str(context.code)))
        moved, _ = moved_effects(large_gblup(large).effects, small, folds)
        effects = (own_gblup(small).effects + transfer_gblup(large, small).effects + moved) / 3
        predictor = score_predictor(effects, rows, context.small, effects_of=context.small)
        title = "Mean of own, transfer and moved effects" + drawn_people(context.large, context.small)
        people = TrainingPeople.learning(rows, context.large, context.small)
        yield nested_candidate(context, self.name, title, rows, predictor, people)
