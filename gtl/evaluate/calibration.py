"""Whether predicted probabilities mean what they say: logistic recalibration (Cox 1958, Biometrika 45:562).

Case status is regressed on the logit of the probability. Slope 1 is right; below 1 predictions are too extreme, at 0
they say nothing. The intercept is that of a slope held at 1: above 0 cases are more common than predicted.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from gtl.config.learning import Metric
from gtl.errors import InputError
from gtl.evaluate.classification import Cases, Probabilities
from gtl.evaluate.explained import score_of
from gtl.evaluate.logistic import fit_logistic
from gtl.evaluate.metrics import check_predictions
from gtl.methods.registry import method_order


@dataclass(frozen=True)
class Calibration:
    """Calibration of one method.

    Attributes
    ----------
    people
        Predictions of people.
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
    score, y = score_of(probability), case.astype(np.float64)
    z = float(norm.isf((1 - confidence) / 2))
    ones = np.ones((len(y), 1))
    observed, predicted = (float(x.mean()) if len(x) else float("nan") for x in (y, probability))
    intercept = _last(ones, y, score, z)
    slope = _last(np.column_stack([ones, score]), y, np.zeros(len(y)), z)
    return Calibration(len(y), predicted, observed, *intercept, *slope)


def calibration_table(predictions: Mapping[str, pd.DataFrame], confidence: float) -> pd.DataFrame:
    """Calibration of each method on the final people of all binary phenotypes together; of repeats, the first.

    Parameters
    ----------
    predictions
        Name of a binary phenotype → table PREDICTIONS. Quantitative traits have no probabilities: leave them out.

    Returns
    -------
    Table CALIBRATION, a row a method; empty without a phenotype.
    """
    if not predictions:
        return pd.DataFrame(columns=["method", *Calibration.__dataclass_fields__])
    together = pd.concat(predictions.values(), ignore_index=True)
    # Repeats score overlapping people, whose number the intervals would take for larger than it is.
    together = together[together["repeat"] == 1]
    rows = [
        {"method": str(method)}
        | asdict(calibration(own["value"].to_numpy(dtype=np.int8), own["prediction"].to_numpy(), confidence))
        for method, own in together.groupby("method")
    ]
    table = pd.DataFrame(rows)
    return table.sort_values("method", key=lambda names: names.map(method_order), ignore_index=True)


def _last(x: Probabilities, y: Probabilities, offset: Probabilities, z: float) -> tuple[float, float, float]:
    """Last coefficient of a logistic regression with its Wald interval; NaN where it has none."""
    fit = fit_logistic(x, y, offset)
    if fit is None:
        return math.nan, math.nan, math.nan
    return fit.value, fit.value - z * fit.error, fit.value + z * fit.error
