"""Scores from statistics or published weights: as one family of them says, and all combined.

The weights are there before the small population's people are looked at; what these give is level and scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn.gblup import Gblup, Population, own_gblup
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.log_odds import balanced_intercept, per_log_odds
from gtl.learn.relationship import CentredDosages
from gtl.learn.summary.combine import combine
from gtl.methods.base import Candidate, LearningData, MethodContext, Rows, SourceWeights
from gtl.methods.genome_score import drawn_people, learning_population
from gtl.methods.training_people import TrainingPeople, nested_candidate

Array = npt.NDArray[np.float64]

NOTHING_LEFT = 0.5
"""Prior probability that what sources leave of a trait is not heritable."""

_PRIOR = ("joint", "spike_slab", "published")
"""The first column of the first of these families that there is is what a combination is drawn to."""


@dataclass(frozen=True)
class SourceScore:
    """The score of one family: of the large population, which is the first source; of published ones the best.

    Level and scale are the small population's: what its learning people say of them, drawn to no effect where they are
    few (:func:`gtl.learn.summary.combine.combine`). Which of several published scores is the best they say, too.
    """

    name: str
    family: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where no source has such weights."""
        sources = _sources(context)
        own = [number for number, (_, family) in enumerate(sources.columns) if family == self.family]
        scores = _Scores(context.small, sources.weights, own if self.family == "published" else own[:1])
        if scores.vary:
            best = scores.best()
            source, family = sources.columns[best]
            title = " ".join(filter(None, (source, family.replace("_", " "))))
            alone = scores if len(scores.numbers) == 1 else _Scores(context.small, sources.weights, [best])
            yield _candidate(context, self.name, title, alone, 0)


@dataclass(frozen=True)
class CombinedScore:
    """All columns of all sources, with weights drawn to the joint score alone, and what the people say beyond them.

    That is GBLUP of what the columns leave of the people's values. No weight of it is learned: its size follows
    from how heritable what is left is, which is averaged over, not at all (:data:`NOTHING_LEFT`) among it.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate; none where no source has any weight."""
        sources = _sources(context)
        scores = _Scores(context.small, sources.weights, range(len(sources.columns)))
        if scores.vary:
            title = f"{len(sources.columns)} scores and what people say beyond them" + drawn_people(context.small)
            yield _candidate(context, self.name, title, scores, leading_column(sources), beyond=True)


def leading_column(sources: SourceWeights) -> int:
    """Number of the column that is what all sources say together, as far as they do."""
    families = [family for _, family in sources.columns]
    return next((families.index(family) for family in _PRIOR if family in families), 0)


@dataclass(frozen=True, eq=False)
class _Scores:
    """Some columns of weights, and the scores of the small population's learning people by them."""

    small: LearningData
    weights: Array
    numbers: Sequence[int]

    @property
    def _chosen(self) -> npt.NDArray[np.intp]:
        return np.array(self.numbers, dtype=np.intp)

    @cached_property
    def rows(self) -> Rows:
        """Variants that have a weight in any of the columns."""
        return np.flatnonzero((self.weights[self._chosen] != 0).any(axis=0))

    @cached_property
    def effects(self) -> Array:
        """(n_columns, n_rows)."""
        return np.asarray(self.weights[np.ix_(self._chosen, self.rows)])

    @cached_property
    def people(self) -> CentredDosages:
        return CentredDosages(self.small.take(self.rows, self.small.split.learning))

    @cached_property
    def columns(self) -> Array:
        """(n_people, n_columns) scores."""
        return np.column_stack([self.people.scores(own) for own in self.effects])

    @property
    def value(self) -> Array:
        return self.small.value[self.small.split.learning]

    @property
    def vary(self) -> bool:
        """Whether there is a score by which people differ."""
        return bool(len(self.rows)) and bool((np.ptp(self.columns, axis=0) > 0).any())

    def best(self) -> int:
        """Number of the column that goes with the trait best."""
        centred = self.columns - self.columns.mean(axis=0)
        length = np.sqrt((centred**2).sum(axis=0))
        along = np.divide(self.value @ centred, length, out=np.full(len(length), -np.inf), where=length > 0)
        return self.numbers[int(np.argmax(along))]


def _sources(context: MethodContext) -> SourceWeights:
    if context.sources is None:
        raise InputError(f"{context.code}: a score from sources was asked for in a study without sources")
    return context.sources


def _candidate(
    context: MethodContext, method: str, title: str, scores: _Scores, prior: int, *, beyond: bool = False
) -> Candidate:
    """The model of ``scores`` combined; ``prior`` is the number among them of the one they are drawn to."""
    known = np.zeros(len(scores.numbers))
    known[prior] = 1.0
    small = context.small
    found = combine(scores.columns, scores.value, known, binary=small.kind is TraitKind.BINARY)
    effects, intercept, means = found.weights @ scores.effects, found.intercept, scores.people.means
    if beyond:
        effects, intercept = _with_what_is_left(context, scores, effects, intercept)
    predictor = LinearPredictor.standardised(effects, intercept, means, np.ones(len(effects)), means, small.kind)
    people = TrainingPeople.learning(scores.rows, small)
    return nested_candidate(context, method, title, scores.rows, predictor, people)


def _with_what_is_left(
    context: MethodContext, scores: _Scores, effects: Array, intercept: float
) -> tuple[Array, float]:
    """``effects`` and what the learning people say beyond them, with the intercept of both together."""
    people = learning_population(context, context.small, scores.rows)
    said = people.people.scores(effects) + intercept
    if context.small.kind is TraitKind.QUANTITATIVE:
        return effects + _left(people, said).effects, intercept
    share = float(scores.value.mean())
    both = effects + _left(people, expit(said)).effects * per_log_odds(share)
    return both, balanced_intercept(scores.people.scores(both), share)


def _left(people: Population, said: Array) -> Gblup:
    """GBLUP of what ``said`` (n_people,) leaves of the people's values."""
    return own_gblup(replace(people, value=people.value - said), NOTHING_LEFT)
