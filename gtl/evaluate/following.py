"""What following the verdict is worth: the verdict from one half of the final people, the gain on the other half.

A verdict and a gain from the same people would agree too well (winner's curse); from two halves the gain is honest.
"""

import math
from dataclasses import dataclass

import pandas as pd

from gtl.errors import InputError
from gtl.evaluate.outcomes import recommended
from gtl.evaluate.trait_gain import trait_gain
from gtl.evaluate.verdict import verdict_table
from gtl.methods.registry import BASELINE, ORACLE


@dataclass(frozen=True)
class Followed:
    """One trait's verdict, and what following it brought.

    Attributes
    ----------
    recommended
        Method that the verdict on all final people recommends; empty: do not transfer.
    followed
        The same from the first half of them.
    gain
        Score of ``followed`` less that of the baseline on the second half; 0 where it says do not transfer.
    oracle_gain
        The same of the oracle; NaN where it did not run.
    people
        People of the second half.
    """

    recommended: str
    followed: str
    gain: float
    oracle_gain: float
    people: int


def follow_verdict(predictions: pd.DataFrame, metric: str, confidence: float, baseline: str = BASELINE) -> Followed:
    """Pass the verdict on every second one of a trait's final people, and follow it on the others.

    Parameters
    ----------
    predictions
        Table PREDICTIONS of one trait; each method sees the same people. Of repeats, the first.
    metric
        The declared one.
    confidence
        Level of the verdict, for all methods together.
    baseline
        Method that the others are measured against.

    Raises
    ------
    InputError
        With fewer than two people, or without the baseline.
    """
    predictions = predictions[predictions["repeat"] == 1]
    samples = predictions.loc[predictions["method"] == baseline, "sample"]
    if len(samples) < 2:
        raise InputError(f"verdict: {len(samples)} final people as {baseline} sees them; it takes 2 to have two halves")
    # Not the first half: people may be in an order, such as controls before cases.
    judges = predictions["sample"].isin(samples.iloc[1::2])

    def verdict(people: pd.DataFrame) -> str:
        return recommended(verdict_table({"trait": people}, metric, confidence, baseline=baseline)) or ""

    followed, others = verdict(predictions[judges]), predictions[~judges]
    gain, of_oracle = (_gain(others, name, metric, confidence, baseline) for name in (followed, ORACLE))
    return Followed(
        verdict(predictions), followed, 0.0 if gain is None else gain, math.nan if of_oracle is None else of_oracle,
        len(samples) - len(samples) // 2,
    )  # fmt: skip


def _gain(people: pd.DataFrame, method: str, metric: str, confidence: float, baseline: str) -> float | None:
    own, base = (people[people["method"] == name] for name in (method, baseline))
    gain = trait_gain(own, base, metric, confidence)
    return gain.value if gain else None
