"""The people that a model is trained on, and the candidate that comes of it: what most methods begin and end with."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from gtl.learn.model_card import training_hash
from gtl.learn.predictors import fill_missing, mean_dosages
from gtl.methods.base import Candidate, LearningData, MethodContext, Rows

if TYPE_CHECKING:
    from gtl.learn.predictors import Predictor

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TrainingPeople:
    """Training people of one population, or of several together, at one sub-dataset's SNPs.

    Attributes
    ----------
    dosages
        (n_people, n_snps) int8, -1 = missing.
    case
        (n_people,) int8, 1 = case.
    means
        (n_snps,) float32, mean dosage of those called.
    """

    dosages: npt.NDArray[np.int8]
    case: npt.NDArray[np.int8]
    means: npt.NDArray[np.float32]

    @classmethod
    def of(cls, rows: Rows, *populations: LearningData) -> Self:
        """Training people of ``populations``, in this order, at the SNPs ``rows``."""
        dosages = np.concatenate([data.take(rows, data.split.train) for data in populations])
        case = np.concatenate([data.case[data.split.train] for data in populations])
        return cls(dosages, case, mean_dosages(dosages))

    @cached_property
    def digest(self) -> str:
        """Hash of dosages and case status, for the model card."""
        return training_hash(self.dosages, self.case)

    @cached_property
    def scale(self) -> Array:
        """(n_snps,) float64: standard deviation of each SNP's dosage; 1 for one that does not vary."""
        spread = fill_missing(self.dosages, self.means).std(axis=0, dtype=np.float64)
        return np.where(spread > 0, spread, 1.0)

    def centred(self, dosages: npt.NDArray[np.int8]) -> Array:
        """``dosages`` minus these people's means, (n, n_snps) float64; 0 where missing."""
        return fill_missing(dosages, self.means).astype(np.float64) - self.means


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
        predictor.probabilities(small.take(rows, part)) for part in (small.split.validation, small.split.test)
    )
    return Candidate(
        method, algorithm, subset, rows, -1, validation, test, predictor, people.digest, len(people.case)
    )  # fmt: skip
