"""What following the verdict is worth: the verdict from one half of the final people, the gain on the other half.

A verdict and a gain from the same people would agree too well (winner's curse); from two halves the gain is honest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gtl.errors import InputError
from gtl.evaluate.metrics import score
from gtl.evaluate.verdict import recommended, verdict_table
from gtl.methods.registry import BASELINE


@dataclass(frozen=True)
class Followed:
    """One phenotype's verdict, and what following it brought.

    Attributes
    ----------
    recommended
        Method that the verdict on all final people recommends; empty: do not transfer.
    followed
        The same from the first half of them.
    gain
        Score of ``followed`` less that of no transfer on the second half; 0 where it says do not transfer.
    people
        People of the second half.
    """

    recommended: str
    followed: str
    gain: float
    people: int


def follow_verdict(predictions: pd.DataFrame, metric: str, confidence: float) -> Followed:
    """Pass the verdict on every second one of a phenotype's final people, and follow it on the others.

    Parameters
    ----------
    predictions
        Table PREDICTIONS of one phenotype; each method sees the same people.
    metric
        The declared one.
    confidence
        Level of the verdict, for all methods together.

    Raises
    ------
    InputError
        With fewer than two people, or without no transfer.
    """
    samples = predictions.loc[predictions["method"] == BASELINE, "sample"]
    if len(samples) < 2:
        raise InputError(f"verdict: {len(samples)} final people as {BASELINE} sees them; it takes 2 to have two halves")
    # Not the first half: people may be in an order, such as controls before cases.
    judges = predictions["sample"].isin(samples.iloc[1::2])
    followed = _recommended(predictions[judges], metric, confidence)
    gain = _gain(predictions[~judges], followed, metric) if followed else 0.0
    return Followed(_recommended(predictions, metric, confidence), followed, gain, len(samples) - len(samples) // 2)


def _recommended(predictions: pd.DataFrame, metric: str, confidence: float) -> str:
    one: Mapping[str, pd.DataFrame] = {"X_1_1": predictions}
    return recommended(verdict_table(one, metric, confidence)) or ""


def _gain(predictions: pd.DataFrame, method: str, metric: str) -> float:
    own, base = (predictions[predictions["method"] == name].set_index("sample") for name in (method, BASELINE))
    case = base["case"].to_numpy(dtype=np.int8)
    return score(metric, case, own["probability"].reindex(base.index).to_numpy()) - score(
        metric, case, base["probability"].to_numpy()
    )
