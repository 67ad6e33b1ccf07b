"""Logistic regression of case status on dosage beside covariates, one variant at a time."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import erfc, expit

from gtl.association.counts import check_both_classes
from gtl.association.estimates import Estimates
from gtl.association.firth import firth
from gtl.association.projection import CalledDosages, LeftOvers, Projection, blocks_of_rows, with_intercept
from gtl.domain.dosages import Dosages
from gtl.errors import InputError

Array = npt.NDArray[np.float64]

REFINED = 0.05
"""Variants with a smaller p in the score test are fitted; regenie's default."""

_STEPS = 50
_CONVERGED = 1e-12
_CERTAIN = 1e-10
"""Variance of a case status that covariates all but tell."""


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
    _projection: Projection

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
        coefficients = _fit(design, status)
        mean = expit(design @ coefficients)
        roots = np.sqrt(mean * (1 - mean))
        residual = (status - mean) / roots
        return cls(design, status, coefficients, Projection.of(roots[:, None] * design, residual[:, None], roots))

    def test(self, dosages: Dosages) -> LogisticEstimates:
        """Test every variant of ``dosages`` (n_variants, n_people)."""
        parts = [self._test(dosages[rows]) for rows in blocks_of_rows(*dosages.shape)]
        names = LogisticEstimates.__dataclass_fields__
        found = LogisticEstimates(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
        # A nan is no small p; the fit needs all covariates, the score test does without one that nobody called has.
        strong = np.flatnonzero(found.p_value < REFINED)
        for part in blocks_of_rows(len(strong), dosages.shape[1]):
            self._refine(dosages, strong[part], found)
        return found

    def _test(self, dosages: Dosages) -> LogisticEstimates:
        block, everyone = CalledDosages.of(dosages), np.ones(len(self.case))
        found = _score_test(self._projection.left_overs(block))
        return LogisticEstimates(
            found.beta, found.se, found.p_value, block.people(everyone).astype(np.int32),
            *(block.frequency(group) for group in (everyone, self.case, 1 - self.case)),
        )  # fmt: skip

    def _refine(self, dosages: Dosages, rows: npt.NDArray[np.intp], found: LogisticEstimates) -> None:
        """Put penalised estimates in the place of the score test's in ``rows``."""
        block = CalledDosages.of(dosages[rows])
        whole = self._projection.left_overs(block).rank == self.design.shape[1]
        people = np.ones(block.dosages.shape)
        people[block.incomplete] -= block.missing
        fitted = firth(self.design, self.case, block.dosages[whole], people[whole], self.coefficients)
        for name in ("beta", "se", "p_value"):
            getattr(found, name)[rows[whole]] = getattr(fitted, name)


def _score_test(left: LeftOvers) -> Estimates:
    score, information = left.products[:, 0], left.squares
    p_value = erfc(np.abs(score) / np.sqrt(2 * information))
    return Estimates(score / information, 1 / np.sqrt(information), np.asarray(p_value))


def _fit(design: Array, case: Array) -> Array:
    """Maximum-likelihood coefficients of the covariates by Newton's method, each step at most 1 in anybody's log odds.

    So every step is uphill (Bach 2010, Electron J Stat 4:384).
    """
    coefficients: Array = np.zeros(design.shape[1])
    coefficients[0] = np.log(case.mean() / (1 - case.mean()))
    for _ in range(_STEPS):
        mean = expit(design @ coefficients)
        weight = mean * (1 - mean)
        if weight.max() < _CERTAIN:
            break
        step = np.linalg.lstsq((design * weight[:, None]).T @ design, design.T @ (case - mean), rcond=None)[0]
        reach = np.abs(design @ step).max()
        coefficients = coefficients + step / max(reach, 1)
        if reach < _CONVERGED * max(1, np.abs(coefficients).max()) or reach < 1e-9:
            return coefficients
    raise InputError(
        f"covariates of {len(case)} people: they tell all or most cases from controls, so no effect of theirs can be "
        "estimated; leave out the covariate that is made of the trait, or take fewer"
    )
