"""The people that a model is trained on, and the candidate that comes of it: what most methods begin and end with."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages, joined
from gtl.domain.trait import TraitKind
from gtl.learn.model_card import training_hash
from gtl.learn.predictors import fill_missing, mean_dosages
from gtl.learn.standard import Standard
from gtl.methods.base import NO_SUBSET, Candidate, LearningData, MethodContext, Rows, case_status

if TYPE_CHECKING:
    from gtl.learn.predictors import Predictor

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrainingPeople:
    """People of one population, or of several together, at one sub-dataset's SNPs.

    Attributes
    ----------
    dosages
        (n_people, n_snps) int8, -1 = missing, or float32, NaN = missing.
    value
        (n_people,) float64: 1.0 = case and 0.0 = control, or the quantitative trait.
    kind
        What ``value`` is.
    """

    dosages: Dosages
    value: Array
    kind: TraitKind

    @classmethod
    def of(cls, rows: Rows, *populations: LearningData) -> Self:
        """Training people of ``populations``, in this order, at the SNPs ``rows``."""
        return cls._at(rows, [(data, data.split.train) for data in populations])

    @classmethod
    def learning(cls, rows: Rows, *populations: LearningData) -> Self:
        """Learning people of ``populations``, in this order: what nested methods train on."""
        return cls._at(rows, [(data, data.split.learning) for data in populations])

    @classmethod
    def _at(cls, rows: Rows, groups: list[tuple[LearningData, npt.NDArray[np.intp]]]) -> Self:
        dosages = joined([data.take(rows, people) for data, people in groups])
        value = np.concatenate([data.value[people] for data, people in groups])
        return cls(dosages, value, groups[0][0].kind)

    def take(self, people: npt.NDArray[np.intp]) -> Self:
        """Those of the rows ``people``."""
        return replace(self, dosages=self.dosages[people], value=self.value[people])

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.value)

    @cached_property
    def case(self) -> npt.NDArray[np.int8]:
        """(n_people,) int8 of a binary trait: 1 = case, 0 = control, -1 = not known."""
        return case_status(self.value, self.kind)

    @cached_property
    def means(self) -> npt.NDArray[np.float32]:
        """(n_snps,) float32, mean dosage of those called."""
        return mean_dosages(self.dosages)

    @cached_property
    def digest(self) -> str:
        """Hash of dosages, and of case status or the trait's values, for the model card."""
        return training_hash(self.dosages, self.case if self.kind is TraitKind.BINARY else self.value)

    @cached_property
    def standard(self) -> Standard:
        """By which networks see the trait; a binary one as it is."""
        return Standard() if self.kind is TraitKind.BINARY else Standard.of(self.value, "networks")

    def network_target(self, value: Array) -> npt.NDArray[np.int8] | Array:
        """(n,) values of anybody as networks learn them: case status, or standardised by these people."""
        if self.kind is TraitKind.BINARY:
            return case_status(value, self.kind)
        return self.standard.standardised(value)

    @cached_property
    def scale(self) -> Array:
        """(n_snps,) float64: standard deviation of each SNP's dosage; 1 for one that does not vary."""
        spread = fill_missing(self.dosages, self.means).std(axis=0, dtype=np.float64)
        return np.where(spread > 0, spread, 1.0)

    def centred(self, dosages: Dosages) -> Array:
        """``dosages`` minus these people's means, (n, n_snps) float64; 0 where missing."""
        return fill_missing(dosages, self.means).astype(np.float64) - self.means


class Levelled(Protocol):
    """A predictor whose level can be moved: values, or log odds of a binary trait, for everybody alike."""

    def scores(self, dosages: Dosages) -> Array:
        """(n_people, n_snps) dosages → (n_people,) values or log odds."""
        ...

    def shifted(self, by: float) -> Self:
        """The same, with ``by`` more for everybody."""
        ...


P = TypeVar("P", bound=Levelled)


def at_level_of(predictor: P, people: TrainingPeople) -> P:
    """The same predictor with the intercept that belongs to ``people``: their mean prediction is their mean value.

    For methods that learned elsewhere, see :mod:`gtl.learn.level`.
    """
    from gtl.learn.level import level_shift

    return predictor.shifted(level_shift(predictor.scores(people.dosages), people.value, people.kind))


def candidate_of(
    context: MethodContext,
    method: str,
    algorithm: str,
    subset: int,
    rows: Rows,
    predictor: "Predictor",
    people: TrainingPeople,
) -> Candidate:
    """The candidate of a model that is no network: with its predictions for the small population's held-out people."""
    small = context.small
    validation, test = (
        predictor.predict(small.take(rows, part)) for part in (small.split.validation, small.split.test)
    )
    return Candidate(method, algorithm, subset, rows, -1, validation, test, predictor, people.digest, people.n)


def nested_candidate(
    context: MethodContext, method: str, algorithm: str, rows: Rows, predictor: "Predictor", people: TrainingPeople
) -> Candidate:
    """The one candidate of a nested method, trained on learning ``people``: with nobody left to predict."""
    split = context.small.split
    validation, test = (np.full(len(part), np.nan) for part in (split.validation, split.test))
    return Candidate(method, algorithm, NO_SUBSET, rows, -1, validation, test, predictor, people.digest, people.n)
