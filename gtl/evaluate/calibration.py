"""Whether predicted probabilities mean what they say: logistic recalibration (Cox 1958, Biometrika 45:562).

Case status is regressed on the logit of the probability. Slope 1 is right; below 1 predictions are too extreme, at 0
they say nothing. The intercept is that of a slope held at 1: above 0 cases are more common than predicted.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from gtl.config.learning import Metric
from gtl.errors import InputError
from gtl.evaluate.metrics import Cases, Probabilities, check_predictions
from gtl.methods.registry import method_order

CERTAIN = 1e-3
"""Probabilities nearer to 0 or 1 count as this near: a tree's 0 and 1 have no logit."""

_STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """Calibration of one method.

    Attributes
    ----------
    people
        Predictions behind it.
    predicted, observed
        Mean probability, and the share of cases.
    intercept, intercept_low, intercept_high
        On the logit scale, with Wald's interval; 0 is right.
    slope, slope_low, slope_high
        The same; 1 is right.
    """

    people: int
    predicted: float
    observed: float
    intercept: float
    intercept_low: float
    intercept_high: float
    slope: float
    slope_low: float
    slope_high: float


def calibration(case: Cases, probability: Probabilities, confidence: float) -> Calibration:
    """Calibration of case probabilities.

    Parameters
    ----------
    case
        (n,) int8, 1 = case.
    probability
        (n,) float64 in [0, 1].
    confidence
        Level of the intervals.

    Returns
    -------
    Figures that the people cannot give are NaN: all of one class, equal probabilities (no slope), or probabilities
    that part cases from controls (no finite slope).

    Raises
    ------
    InputError
        For predictions that do not fit (:func:`gtl.evaluate.metrics.check_predictions`) or a level outside (0, 1).
    """
    check_predictions(Metric.ACCURACY, case, probability)
    if not 0 < confidence < 1:
        raise InputError(f"selection.confidence: {confidence}; expected a level between 0 and 1, such as 0.95")
    score, y = logit(np.clip(probability, CERTAIN, 1 - CERTAIN)), case.astype(np.float64)
    z = float(norm.isf((1 - confidence) / 2))
    ones = np.ones((len(y), 1))
    observed, predicted = (float(x.mean()) if len(x) else float("nan") for x in (y, probability))
    intercept = _last(ones, y, score, z)
    slope = _last(np.column_stack([ones, score]), y, np.zeros(len(y)), z)
    return Calibration(len(y), predicted, observed, *intercept, *slope)


def calibration_table(predictions: Mapping[str, pd.DataFrame], confidence: float) -> pd.DataFrame:
    """Calibration of each method on the final people of all phenotypes together.

    Parameters
    ----------
    predictions
        Phenotype code → table PREDICTIONS.

    Returns
    -------
    Table CALIBRATION, a row a method.
    """
    together = pd.concat(predictions.values(), ignore_index=True)
    rows = [
        {"method": str(method)}
        | asdict(calibration(own["case"].to_numpy(dtype=np.int8), own["probability"].to_numpy(), confidence))
        for method, own in together.groupby("method")
    ]
    table = pd.DataFrame(rows)
    return table.sort_values("method", key=lambda names: names.map(method_order), ignore_index=True)


def _last(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], offset: npt.NDArray[np.float64], z: float
) -> tuple[float, float, float]:
    """Last coefficient of a logistic regression with its Wald interval, by Newton's steps; NaN where it has none."""
    unknown = float("nan"), float("nan"), float("nan")
    if len(np.unique(y)) < 2 or np.linalg.matrix_rank(x) < x.shape[1] or _parts(x[:, -1], y):
        return unknown
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        mean = expit(x @ beta + offset)
        information = (x.T * (mean * (1 - mean))) @ x
        step = np.linalg.solve(information, x.T @ (y - mean))
        beta += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            half = z * float(np.sqrt(np.linalg.inv(information)[-1, -1]))
            return float(beta[-1]), float(beta[-1]) - half, float(beta[-1]) + half
    return unknown


def _parts(score: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> bool:
    """Whether a threshold parts cases from controls: the likelihood then has no maximum."""
    if np.ptp(score) == 0:
        return False
    cases, controls = score[y == 1], score[y == 0]
    return bool(cases.min() >= controls.max() or controls.min() >= cases.max())
