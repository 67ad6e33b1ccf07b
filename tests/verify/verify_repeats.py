"""Intervals over repeats that share people: the corrected one nearly holds what it says, the plain one does not at all.

A data set: people with two groups of features that are exchangeable, a trait that both groups explain alike, and
two methods that each see one group, so that no method is better in expectation. Roles are drawn R times.
"""

import numpy as np
import pytest

from gtl.evaluate.means import mean_with_interval
from gtl.evaluate.quantitative import correlation
from gtl.evaluate.repeats import corrected_mean
from tests.verify.bands import at_most, say

CONFIDENCE, HEADLINE = 0.95, 0.999
"""Level of one interval, and of one of fifty that have to hold together."""

WORST = 1 / 12
"""What the correction, an approximation, is held to for two methods that have nothing in common."""

DATA_SETS = 400
FEATURES = 10


def differences(rng, people, final, repeats, effect):
    """Difference in correlation between both methods in each repeat."""
    x = rng.normal(size=(people, 2, FEATURES))
    y = effect * x.sum(axis=(1, 2)) + rng.normal(size=people)
    return [_difference(x, y, rng.permutation(people), final) for _ in range(repeats)]


def _difference(x, y, order, final):
    scored, learning = order[:final], order[final:]
    predictions = [_ridge(x[learning, group], y[learning], x[scored, group]) for group in (0, 1)]
    method, baseline = (correlation(y[scored], prediction) for prediction in predictions)
    return method - baseline


def _ridge(x, y, new):
    centred = x - x.mean(axis=0)
    weights = np.linalg.solve(centred.T @ centred + 5 * np.eye(FEATURES), centred.T @ (y - y.mean()))
    return (new - x.mean(axis=0)) @ weights


@pytest.mark.parametrize(("people", "final"), [(154, 77), (150, 50), (107, 77)])
@pytest.mark.parametrize("effect", [0.1, 0.2])
def verify_the_corrected_interval_covers_no_gain(people, final, effect):
    rng, missed, headline, plain = np.random.default_rng([33, people, final]), 0, 0, 0
    for _ in range(DATA_SETS):
        found = differences(rng, people, final, 20, effect)
        means = [corrected_mean(found, final, people - final, level) for level in (CONFIDENCE, HEADLINE)]
        naive = mean_with_interval(found, CONFIDENCE)
        missed, headline = (
            count + (not mean.low <= 0 <= mean.high) for count, mean in zip((missed, headline), means, strict=True)
        )
        plain += not naive.low <= 0 <= naive.high
    what = f"{final} of {people} people, effect {effect:g}"
    say(f"plain 95 % interval misses no gain: {what}", f"{plain / DATA_SETS:.1%}")
    at_most(f"corrected 95 % interval misses no gain: {what}", missed, DATA_SETS, WORST)
    at_most(f"corrected 99.9 % interval misses no gain: {what}", headline, DATA_SETS, 0.005)
