"""The gain of one method over the baseline in one trait: of a single draw of the roles, or over repeats."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gtl.config.learning import Metric, QuantitativeMetric
from gtl.errors import InputError
from gtl.evaluate.metrics import Values
from gtl.evaluate.paired import PairedDifference, paired_difference
from gtl.evaluate.repeats import corrected_mean


@dataclass(frozen=True, eq=False)
class TraitGain:
    """Gain of a method in one trait.

    Attributes
    ----------
    value, low, high, p_value
        Gain with its interval and p-value; NaN where the people do not say.
    people
        Final people: of one repeat, the most of any.
    single
        The paired difference where roles were drawn once; None where they were repeated.
    by_repeat
        Gain of each repeat, by its number.
    """

    value: float
    low: float
    high: float
    p_value: float
    people: int
    single: PairedDifference | None
    by_repeat: "pd.Series[float]"


def trait_gain(
    own: pd.DataFrame, base: pd.DataFrame, metric: str, confidence: float, training: int | None = None
) -> TraitGain | None:
    """Gain of one method; None where no repeat has both.

    One draw of the roles: :func:`gtl.evaluate.paired.paired_difference`. Repeats:
    :func:`gtl.evaluate.repeats.corrected_mean`.

    Parameters
    ----------
    own, base
        Rows of the trait's table PREDICTIONS by the method and by the baseline.
    metric
        The declared one.
    confidence
        Level, such as 0.95.
    training
        People of the small population from whom a repeat's models were learned and chosen; only repeats need it.

    Raises
    ------
    InputError
        For repeats without ``training``, or people whom one of both methods did not predict.
    """
    mine, theirs = _by_repeat(own), _by_repeat(base)
    pairs = {repeat: _same_people(table, theirs[repeat]) for repeat, table in mine.items() if repeat in theirs}
    if not pairs:
        return None
    found = {repeat: paired_difference(metric, *pair, confidence) for repeat, pair in pairs.items()}
    values = pd.Series({repeat: difference.value for repeat, difference in found.items()}, dtype=float)
    people = max(difference.n for difference in found.values())
    if len(found) == 1:
        (only,) = found.values()
        return TraitGain(only.value, only.low, only.high, only.p_value, people, only, values)
    if training is None:
        raise InputError(f"{len(found)} repeats of the roles: their interval needs the number of people to learn from")
    mean = corrected_mean(values, people, training, confidence)
    low, high = possible_gain(mean.low, metric), possible_gain(mean.high, metric)
    return TraitGain(mean.value, low, high, mean.p_value, people, None, values)


def possible_gain(end: float, metric: str) -> float:
    """End of an interval, cut to what a gain in a metric can be; NaN stays.

    >>> possible_gain(-1.3, "accuracy"), possible_gain(-1.3, "correlation")
    (-1.0, -1.3)
    """
    most = 2.0 if metric in {Metric.MCC, *QuantitativeMetric} else 1.0
    return float(np.clip(end, -most, most))


def _by_repeat(predictions: pd.DataFrame) -> dict[int, pd.DataFrame]:
    return {int(number): predictions[predictions["repeat"] == number] for number in sorted(set(predictions["repeat"]))}


def _same_people(own: pd.DataFrame, base: pd.DataFrame) -> tuple[Values, Values, Values]:
    """Trait, and the predictions of both methods, for the baseline's people in their order."""
    prediction = own["prediction"].to_numpy()
    if not np.array_equal(own["sample"].to_numpy(), base["sample"].to_numpy()):
        matched = own.set_index("sample")["prediction"].reindex(base["sample"])
        if len(own) != len(base) or matched.isna().any():
            odd = sorted(set(own["sample"]) ^ set(base["sample"]))[:3]
            raise InputError(f"final people {odd} were predicted by one of two methods only; compare the same people")
        prediction = matched.to_numpy()
    return base["value"].to_numpy(dtype=np.float64), prediction, base["prediction"].to_numpy()
