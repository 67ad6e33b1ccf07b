"""GBLUP of all SNPs: of the small population, of the large one, of both pooled, and of both as far as they are alike.

All of them are nested: whatever is chosen or averaged over, the learning people's likelihood decides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from gtl.learn.gblup import Gblup, large_gblup, own_gblup, transfer_gblup
from gtl.methods.base import Candidate, LearningData, MethodContext, Rows
from gtl.methods.genome_score import drawn_people, genome_rows, learning_population, score_predictor
from gtl.methods.training_people import TrainingPeople, nested_candidate

Uses = Literal["own", "large", "pooled", "transfer"]

_Fit = tuple[Gblup, tuple[LearningData, ...]]


@dataclass(frozen=True)
class GblupScore:
    """One score of all SNPs, its intercept the small population's.

    ``own`` learns from the small population alone, ``large`` from the large one alone, ``pooled`` from both as if their
    effects were the same up to scale, ``transfer`` from both, averaged over genetic correlations of 0 to 1
    (:mod:`gtl.learn.borrowing`): what the two have in common is asked of the small population's people.
    """

    name: str
    uses: Uses

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where there is no SNP."""
        rows = genome_rows(context)
        if not len(rows):
            return
        fit, learned_from = _FITS[self.uses](context, rows)
        predictor = score_predictor(fit.effects, rows, context.small, effects_of=learned_from[-1])
        people = TrainingPeople.learning(rows, *learned_from)
        title = _title(self.uses, fit) + drawn_people(*learned_from)
        yield nested_candidate(context, self.name, title, rows, predictor, people)


def _own(context: MethodContext, rows: Rows) -> _Fit:
    return own_gblup(learning_population(context, context.small, rows)), (context.small,)


def _large(context: MethodContext, rows: Rows) -> _Fit:
    return large_gblup(learning_population(context, context.large, rows)), (context.large,)


def _pooled(context: MethodContext, rows: Rows) -> _Fit:
    large, small = (learning_population(context, data, rows) for data in (context.large, context.small))
    return transfer_gblup(large, small, correlations=(1.0,)), (context.large, context.small)


def _transfer(context: MethodContext, rows: Rows) -> _Fit:
    large, small = (learning_population(context, data, rows) for data in (context.large, context.small))
    return transfer_gblup(large, small), (context.large, context.small)


_FITS: dict[Uses, Callable[[MethodContext, Rows], _Fit]] = {
    "own": _own, "large": _large, "pooled": _pooled, "transfer": _transfer,
}  # fmt: skip


def _title(uses: Uses, fit: Gblup) -> str:
    title = f"GBLUP, heritability {fit.heritability:.2f}"
    return f"{title}, genetic correlation {fit.correlation:.2f}" if uses == "transfer" else title
