"""Intervals cover the truth, of single figures and of gains; and without a true gain the verdict seldom says `helps`.

The people: case status by a coin, a score that is normal in both groups and ``shift`` apart, the probability that
Bayes's rule gives for it. ``shift`` 0 is the null: probabilities then carry no information (but vary). The true value
of each metric is that of a million such people. Numbers of people vary by a fifth about the stated one, because the
coverage of counts goes up and down with their exact number (Wilson's at a share of 1/2: 93.5 % for 50 people, 96.2 %
for 40).
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from gtl.config.learning import Metric
from gtl.evaluate.intervals import score_with_interval
from gtl.evaluate.metrics import score
from gtl.evaluate.outcomes import OVERALL, Verdict
from gtl.evaluate.paired import paired_difference
from gtl.evaluate.verdict import verdict_table
from tests.verify.bands import at_most, same_rate

CONFIDENCE = 0.95
REPETITIONS = 2000

METRICS = (*Metric, "brier")

EXACT = {"accuracy", "sensitivity", "specificity", "brier"}
"""Intervals that promise 95 %. The others promise at least that: their variance is a bound, or they combine bounds."""


def people(rng, n, shift):
    """Case status and the probabilities of two methods of equal worth, whose scores are correlated by 1/2."""
    case = rng.integers(0, 2, n).astype(np.int8)
    common, own = rng.normal(size=n), rng.normal(size=(2, n))
    scores = (case - 0.5) * shift + np.sqrt(0.5) * (common + own)
    slope = shift if shift else 1.0  # at shift 0 Bayes's rule would give everybody 1/2
    return case, expit(slope * scores)


def about(rng, n):
    """A number of people within a fifth of ``n``."""
    return int(rng.integers(round(0.8 * n), round(1.2 * n) + 1))


@cache
def truth(metric, shift):
    """The metric's value in a very large population."""
    case, (probability, _) = people(np.random.default_rng(99), 1_000_000, shift)
    return score(metric, case, probability)


@pytest.mark.parametrize("n", [50, 500])
@pytest.mark.parametrize("shift", [0.0, 1.0])
@pytest.mark.parametrize("metric", METRICS)
def verify_intervals_cover(metric, shift, n):
    rng, missed = np.random.default_rng([21, n, METRICS.index(metric)]), 0
    for _ in range(REPETITIONS):
        case, (probability, _) = people(rng, about(rng, n), shift)
        scored = score_with_interval(metric, case, probability, CONFIDENCE, rng)
        missed += not scored.low <= truth(metric, shift) <= scored.high
    check = same_rate if metric in EXACT else at_most
    check(f"missed {metric}, {n} people, shift {shift:g}", missed, REPETITIONS, 1 - CONFIDENCE)


@pytest.mark.parametrize("n", [50, 500])
@pytest.mark.parametrize("effect", [0.0, 0.6])
@pytest.mark.parametrize("metric", ["correlation", "r2", "rmse", "nagelkerke_r2", "liability_r2", "odds_ratio_per_sd"])
def verify_intervals_of_what_a_score_explains_cover(metric, effect, n):
    binary = metric not in {"correlation", "r2", "rmse"}

    def drawn(rng, people):
        signal, noise = rng.normal(size=(2, people))
        trait = effect * signal + noise
        # Half are cases, so that the odds of Bayes's rule are those of the score but for a factor.
        return ((trait > 0).astype(np.int8), expit(signal)) if binary else (trait, signal)

    true = score(metric, *drawn(np.random.default_rng(97), 1_000_000), 0.5)
    rng, missed = np.random.default_rng([25, n]), 0
    for _ in range(REPETITIONS // 2):
        scored = score_with_interval(metric, *drawn(rng, about(rng, n)), CONFIDENCE, rng, 0.5)
        missed += not scored.low <= true <= scored.high
    at_most(f"missed {metric}, {n} people, effect {effect:g}", missed, REPETITIONS // 2, 1 - CONFIDENCE)


@pytest.mark.parametrize("tails", ["normal", "long tails of the trait", "long tails of predictions"])
@pytest.mark.parametrize("n", [20, 50, 300])
@pytest.mark.parametrize("metric", ["correlation", "r2"])
def verify_gain_intervals_of_a_quantitative_trait_cover_no_gain(metric, n, tails):
    rng, missed, far = np.random.default_rng([26, n]), 0, 0
    for _ in range(REPETITIONS // 2):
        common, noise = rng.normal(size=(2, n))
        methods = np.sqrt(0.8) * common + np.sqrt(0.2) * rng.normal(size=(2, n))
        trait = 0.5 * common + noise
        trait = np.exp(trait) if tails == "long tails of the trait" else trait
        methods = np.sinh(1.2 * methods) if tails == "long tails of predictions" else methods
        found = paired_difference(metric, trait, *methods, CONFIDENCE)
        missed += not found.low <= 0 <= found.high
        far += found.p_value < 0.001
    what = f"gain in {metric}, {n} people, {tails}"
    at_most(f"missed {what}", missed, REPETITIONS // 2, 1 - CONFIDENCE)
    at_most(f"p below 0.001, {what}", far, REPETITIONS // 2, 0.001)


@pytest.mark.parametrize("shift", [0.0, 1.0])
@pytest.mark.parametrize("metric", METRICS)
def verify_gain_intervals_cover_no_gain(metric, shift):
    # Two methods of equal worth on the same people: the true gain is 0.
    rng, missed, repetitions = np.random.default_rng([22, METRICS.index(metric)]), 0, REPETITIONS // 2
    for _ in range(repetitions):
        case, (method, baseline) = people(rng, about(rng, 50), shift)
        gain = paired_difference(metric, case, method, baseline, CONFIDENCE)
        missed += not gain.low <= 0 <= gain.high
    at_most(f"missed gain in {metric}, shift {shift:g}", missed, repetitions, 1 - CONFIDENCE)


def verify_gain_intervals_cover_a_gain():
    # The method's score is 1.5 apart, the baseline's 0.5: the true gain is known from a million people.
    def two(rng, n):
        case = rng.integers(0, 2, n).astype(np.int8)
        common, own = rng.normal(size=n), rng.normal(size=(2, n))
        return case, expit(np.array([[1.5], [0.5]]) * (case - 0.5) + np.sqrt(0.5) * (common + own))

    case, both = two(np.random.default_rng(98), 1_000_000)
    for metric in ("accuracy", "auc", "balanced_accuracy"):
        gain = score(metric, case, both[0]) - score(metric, case, both[1])
        rng, missed = np.random.default_rng(23), 0
        for _ in range(REPETITIONS // 2):
            drawn, (method, baseline) = two(rng, about(rng, 50))
            found = paired_difference(metric, drawn, method, baseline, CONFIDENCE)
            missed += not found.low <= gain <= found.high
        at_most(f"missed gain of {100 * gain:.1f} points in {metric}", missed, REPETITIONS // 2, 1 - CONFIDENCE)


@pytest.mark.parametrize(
    ("metric", "phenotypes"), [("accuracy", 1), ("accuracy", 4), ("accuracy", 8), ("auc", 1), ("auc", 4)]
)
def verify_no_verdict_without_a_true_gain(metric, phenotypes):
    # Three methods of equal worth beside the baseline: any verdict on any of them is a false one.
    rng, repetitions = np.random.default_rng([24, phenotypes]), 250
    false = {verdict: 0 for verdict in (Verdict.HELPS, Verdict.HARMS)}
    for _ in range(repetitions):
        tables = {f"YRI_5_{code + 1}": predictions(rng) for code in range(phenotypes)}
        verdicts = verdict_table(tables, metric, CONFIDENCE)
        overall = set(verdicts.loc[verdicts["phenotype"] == OVERALL, "verdict"])
        for verdict in false:
            false[verdict] += verdict in overall
    what = f"of any of 3 methods, {metric}, {phenotypes} phenotypes"
    at_most(f"'helps' {what}", false[Verdict.HELPS], repetitions, 1 - CONFIDENCE)
    at_most(f"any verdict {what}", sum(false.values()), repetitions, 1 - CONFIDENCE)


def predictions(rng):
    """Table PREDICTIONS of about 50 final people by four methods of equal worth."""
    n = about(rng, 50)
    case = rng.integers(0, 2, n).astype(np.int8)
    common, own = rng.normal(size=n), rng.normal(size=(4, n))
    scores = expit((case - 0.5) + np.sqrt(0.5) * (common + own))
    methods = ("no_transfer", "snp_transfer", "deep_transfer", "polygenic_score")
    frames = [
        pd.DataFrame({"method": method, "sample": range(n), "repeat": 1, "value": case, "prediction": row})
        for method, row in zip(methods, scores, strict=True)
    ]
    return pd.concat(frames, ignore_index=True)
