"""Logistic regression of case status on dosage beside covariates, one variant at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import erfc, expit

from gtl.association.counts import check_both_classes
from gtl.association.covariates_alone import covariates_alone
from gtl.association.estimates import Estimates
from gtl.association.firth import firth
from gtl.association.projection import CalledDosages, LeftOvers, Projection, blocks_of_rows, with_intercept
from gtl.association.projections import Projections
from gtl.domain.dosages import Dosages

Array = npt.NDArray[np.float64]

REFINED = 0.05
"""Variants with a smaller p in the score test are fitted; regenie's default."""


@dataclass(frozen=True, eq=False)
class LogisticEstimates(Estimates):
    """Estimates, and whom they are of; every array is (n_variants,).

    Attributes
    ----------
    n : int32, people
    frequency, frequency_case, frequency_control : float64, of alt among all of them, the cases and the controls
    """

    n: npt.NDArray[np.int32]
    frequency: Array
    frequency_case: Array
    frequency_control: Array


@dataclass(frozen=True, eq=False)
class LogisticModel:
    """Case status and covariates of some people, ready to meet their dosages block by block.

    The covariates alone are fitted once. Each variant has the score test from there (in the called people: Neyman's
    C(alpha) test, which allows for the fit having seen the others, too); its effect is then one step from none. Those
    with p below :data:`REFINED` are fitted by penalised likelihood (:mod:`gtl.association.firth`), so that the
    strongest have the right effect and p, separated genotypes among them. The same rule as in regenie (Mbatchou et al.
    2021, Nat Genet 53:1097).
    """

    design: Array
    case: Array
    coefficients: Array
    projection: Projection

    @classmethod
    def of(cls, case: npt.NDArray[np.int8], covariates: Array) -> Self:
        """Fit the covariates alone.

        Parameters
        ----------
        case : (n_people,) int8
            1 = case, 0 = control.
        covariates : (n_people, n_covariates) float64
            Without the intercept, nothing missing; n_covariates may be 0.

        Raises
        ------
        InputError
            If there is no case or no control, covariates depend on each other, or tell cases from controls.
        """
        check_both_classes(case)
        design, status = with_intercept(covariates), case.astype(np.float64)
        coefficients = covariates_alone(design, status)
        mean = expit(design @ coefficients)
        roots = np.sqrt(mean * (1 - mean))
        residual = (status - mean) / roots
        return cls(design, status, coefficients, Projection.of(roots[:, None] * design, residual[:, None], roots))

    def test(self, dosages: Dosages) -> LogisticEstimates:
        """Test every variant of ``dosages`` (n_variants, n_people)."""
        return LogisticModels.of([self], [np.arange(len(self.case))], len(self.case)).test(dosages)[0]

    def refine(self, dosages: Dosages, people: npt.NDArray[np.intp], found: LogisticEstimates) -> None:
        """Put penalised estimates in the place of the score test's where these are strong.

        ``people`` are the model's own columns of ``dosages``.
        """
        # A nan is no small p; the fit needs all covariates, the score test does without one that nobody called has.
        strong = np.flatnonzero(found.p_value < REFINED)
        for part in blocks_of_rows(len(strong), len(self.case)):
            self._refine(dosages[strong[part]][:, people], strong[part], found)

    def _refine(self, dosages: Dosages, rows: npt.NDArray[np.intp], found: LogisticEstimates) -> None:
        block = CalledDosages.of(dosages)
        [left] = Projections((self.projection,)).left_overs(block)
        whole = left.rank == self.design.shape[1]
        people = np.ones(block.dosages.shape)
        people[block.incomplete] -= block.missing
        fitted = firth(self.design, self.case, block.dosages[whole], people[whole], self.coefficients)
        for name in ("beta", "se", "p_value"):
            getattr(found, name)[rows[whole]] = getattr(fitted, name)


@dataclass(frozen=True, eq=False)
class LogisticModels:
    """Models of several traits, each of some of the same people, that meet a block of dosages together.

    Attributes
    ----------
    models
        Of each trait.
    people
        Rows of its people among all.
    groups : (n_people, 3 n_traits) float64
        Of each trait: 1 for all its people, for its cases, for its controls.
    projections
        The models', among all people.
    """

    models: tuple[LogisticModel, ...]
    people: tuple[npt.NDArray[np.intp], ...]
    groups: Array
    projections: Projections

    @classmethod
    def of(cls, models: Sequence[LogisticModel], people: Sequence[npt.NDArray[np.intp]], n_people: int) -> Self:
        """Models whose people are these of ``n_people``."""
        groups = np.zeros((n_people, 3 * len(models)))
        for number, (model, own) in enumerate(zip(models, people, strict=True)):
            status = np.stack([np.ones(len(own)), model.case, 1 - model.case], axis=1)
            groups[own, 3 * number : 3 * number + 3] = status
        embedded = (model.projection.among(own, n_people) for model, own in zip(models, people, strict=True))
        return cls(tuple(models), tuple(people), groups, Projections(tuple(embedded)))

    def test(self, dosages: Dosages) -> list[LogisticEstimates]:
        """Test every variant of ``dosages`` (n_variants, n_people) for every trait."""
        parts = [self._test(dosages[rows]) for rows in blocks_of_rows(*dosages.shape)]
        found = [_joined(of_trait) for of_trait in zip(*parts, strict=True)]
        for model, people, estimates in zip(self.models, self.people, found, strict=True):
            model.refine(dosages, people, estimates)
        return found

    def _test(self, dosages: Dosages) -> list[LogisticEstimates]:
        block = CalledDosages.of(dosages)
        count = block.people(self.groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            frequencies = (block.dosages @ self.groups / (2 * count)).T
        found = map(_score_test, self.projections.left_overs(block))
        return [
            LogisticEstimates(
                score.beta, score.se, score.p_value, count[:, 3 * number].astype(np.int32),
                *frequencies[3 * number : 3 * number + 3],
            )
            for number, score in enumerate(found)
        ]  # fmt: skip


def _joined(parts: Sequence[LogisticEstimates]) -> LogisticEstimates:
    names = LogisticEstimates.__dataclass_fields__
    return LogisticEstimates(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _score_test(left: LeftOvers) -> Estimates:
    score, information = left.products[:, 0], left.squares
    p_value = erfc(np.abs(score) / np.sqrt(2 * information))
    return Estimates(score / information, 1 / np.sqrt(information), np.asarray(p_value))
