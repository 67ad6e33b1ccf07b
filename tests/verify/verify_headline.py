"""The sentence that a reader sees first: on noise it claims help in at most 5 % of studies; power stands beside it.

A study: traits × final people × methods of equal worth beside the baseline. Traits are independent; the methods'
scores are correlated by 1/2, as good methods' are. With a gain, the first method predicts every trait better.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from gtl.evaluate.advice import advice, screening
from gtl.evaluate.scoring import prediction_rows
from gtl.evaluate.verdict import verdict_table
from tests.verify.bands import at_most, say

CONFIDENCE = 0.95
METHODS = ("no_transfer", "snp_transfer", "deep_transfer", "polygenic_score", "linear_transfer", "tca")
STUDIES = {1: 400, 2: 300, 8: 150, 40: 60}


def study(rng, traits, people, methods, metric, gain=0.0):
    """Tables PREDICTIONS of a study; ``gain`` is how much more of the signal the first method's score holds."""
    samples = np.arange(people).astype(object)
    return {
        f"trait_{number}": pd.concat(
            [
                prediction_rows(name, samples, value, row)
                for (value, scores) in [_trait(rng, people, methods, metric, gain)]
                for name, row in zip(METHODS, scores, strict=False)
            ],
            ignore_index=True,
        )
        for number in range(1, traits + 1)
    }


def _trait(rng, people, methods, metric, gain):
    signal = rng.normal(size=people)
    common, own = rng.normal(size=people), rng.normal(size=(methods + 1, people))
    scores = 0.4 * signal + np.sqrt(0.5) * (common + own)
    scores[1] += gain * signal
    noise = rng.normal(size=people)
    if metric == "correlation":
        return signal + noise, scores
    return (signal + noise > 0).astype(np.int8), expit(scores)


def claims(rng, studies, traits, people, methods, metric, gain=0.0):
    """Studies whose first sentence claims help, and those whose screening finds anything."""
    helped = screened = 0
    for _ in range(studies):
        verdicts = verdict_table(study(rng, traits, people, methods, metric, gain), metric, CONFIDENCE)
        helped += "helps" in advice(verdicts)
        screened += len(screening(verdicts)) > 0
    return helped, screened


@pytest.mark.parametrize("metric", ["accuracy", "auc", "correlation"])
@pytest.mark.parametrize("traits", list(STUDIES))
@pytest.mark.parametrize(("people", "methods"), [(50, 3), (500, 5)])
def verify_the_headline_on_noise(metric, traits, people, methods):
    rng = np.random.default_rng([31, traits, people, ["accuracy", "auc", "correlation"].index(metric)])
    helped, screened = claims(rng, STUDIES[traits], traits, people, methods, metric)
    what = f"{metric}, {traits} traits × {methods} methods, {people} people"
    at_most(f"'helps' on noise: {what}", helped, STUDIES[traits], 1 - CONFIDENCE)
    # Where nothing is true a false-discovery rate is the share of studies with any finding, gains and losses.
    at_most(f"screening finds anything on noise: {what}", screened, STUDIES[traits], 1 - CONFIDENCE)


@pytest.mark.parametrize("metric", ["accuracy", "correlation"])
@pytest.mark.parametrize(("traits", "people", "gain"), [(1, 500, 0.7), (8, 50, 0.6), (8, 500, 0.4), (40, 500, 0.2)])
def verify_power_of_the_headline(metric, traits, people, gain):
    rng, studies = np.random.default_rng([32, traits, people]), 40
    helped, screened = claims(rng, studies, traits, people, 3, metric, gain)
    more = np.mean([_true_gain(rng, metric, gain) for _ in range(3)])
    say(f"power: {metric} {more:+.3f}, {traits} traits × 3 methods, {people} people",
        f"'helps' in {helped / studies:.0%} of {studies}, screening finds in {screened / studies:.0%}")  # fmt: skip
    assert helped >= 0.5 * studies


def _true_gain(rng, metric, gain):
    from gtl.evaluate.metrics import score

    value, scores = _trait(rng, 200_000, 3, metric, gain)
    return score(metric, value, scores[1]) - score(metric, value, scores[0])
