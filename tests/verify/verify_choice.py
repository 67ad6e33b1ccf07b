"""The winner's curse: what chance is said to give the best of many is what it gives, under the null."""

import numpy as np
import pytest

from gtl.evaluate.winners_curse import best_of_coins, luck_of_choice
from tests.verify.bands import at_most, same_mean

REPETITIONS, TEST_PEOPLE, CANDIDATES = 400, 20, 60


def alike(rng):
    """Predictions of candidates that resemble each other, as a grid's do: ten families, alike within."""
    family = np.repeat(rng.normal(size=(10, TEST_PEOPLE)), CANDIDATES // 10, axis=0)
    return 1 / (1 + np.exp(-(family + 0.7 * rng.normal(size=(CANDIDATES, TEST_PEOPLE)))))


@pytest.mark.parametrize("metric", ["accuracy", "auc", "balanced_accuracy"])
def verify_expected_best_is_the_mean_observed_best(metric):
    rng, excess, small = np.random.default_rng(31), [], 0
    for _ in range(REPETITIONS):
        case = rng.permutation(np.repeat(np.int8([1, 0]), TEST_PEOPLE // 2))
        luck = luck_of_choice(metric, case, alike(rng), rng, draws=500)
        excess.append(luck.best - luck.expected)
        small += luck.p_value <= 0.05
    same_mean(f"observed less expected best {metric}", excess, 0.0)
    at_most(f"p of the best {metric} up to 5 %", small, REPETITIONS, 0.05)


def verify_best_of_coins_is_the_mean_best_of_independent_candidates():
    rng = np.random.default_rng(32)
    best = [
        ((rng.random((CANDIDATES, TEST_PEOPLE)) > 0.5) == rng.integers(0, 2, TEST_PEOPLE)).mean(axis=1).max()
        for _ in range(20 * REPETITIONS)
    ]
    same_mean("best of 60 independent candidates", best, best_of_coins(CANDIDATES, TEST_PEOPLE))
