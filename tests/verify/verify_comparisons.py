"""Paired tests between methods over phenotypes: false positives, Holm's family, and power."""

import numpy as np
import pytest
from scipy import stats

from gtl.evaluate.comparisons import holm, paired_t, sign_flip, unpaired_t, wilcoxon
from tests.verify.bands import at_most, same_rate

ALPHA = 0.05
REPETITIONS = 4000
PHENOTYPES = 8
UNUSED = np.random.default_rng(0)  # up to 20 phenotypes the sign-flip test is exact


def exact_level(values):
    """Chance that a test of all 2^8 sign patterns gives p up to 5 %, for sums ``values`` that only signs change."""
    signs = 1 - 2 * ((np.arange(2**PHENOTYPES)[:, None] >> np.arange(PHENOTYPES)) & 1)
    sums = np.abs(signs @ values)
    return float(np.mean((sums[None, :] >= sums[:, None] - 1e-9).mean(axis=1) <= ALPHA))


def verify_size_with_continuous_figures():
    # Figures of both methods share what makes a phenotype hard; their differences are normal about 0.
    rng = np.random.default_rng(11)
    hits = np.zeros(3, dtype=int)
    for _ in range(REPETITIONS):
        hard = rng.normal(0.55, 0.05, PHENOTYPES)
        method, baseline = hard + rng.normal(0, 0.04, (2, PHENOTYPES))
        tests = paired_t(method, baseline), wilcoxon(method, baseline), sign_flip(method, baseline, UNUSED)
        hits += [test.p_value <= ALPHA for test in tests]
    same_rate("paired t", int(hits[0]), REPETITIONS, ALPHA)
    same_rate("Wilcoxon, 8 phenotypes", int(hits[1]), REPETITIONS, exact_level(np.arange(1.0, PHENOTYPES + 1)))
    same_rate("sign-flip, 8 phenotypes", int(hits[2]), REPETITIONS, exact_level(2.0 ** np.arange(PHENOTYPES)))


def verify_size_with_accuracies_of_fifty_people():
    # Steps of 2 points, ties and equal figures: rank and sign-flip tests stay exact, so at most 5 %.
    rng = np.random.default_rng(12)
    method, baseline = rng.binomial(50, 0.55, (2, REPETITIONS, PHENOTYPES)) / 50
    pairs = list(zip(method, baseline, strict=True))
    same_rate("paired t, accuracies", sum(paired_t(*pair).p_value <= ALPHA for pair in pairs), REPETITIONS, ALPHA)
    at_most("Wilcoxon, accuracies", sum(wilcoxon(*pair).p_value <= ALPHA for pair in pairs), REPETITIONS, ALPHA)
    flips = sum(sign_flip(*pair, UNUSED).p_value <= ALPHA for pair in pairs)
    at_most("sign-flip, accuracies", flips, REPETITIONS, ALPHA)


def verify_size_with_many_phenotypes():
    # Above 20 phenotypes: Wilcoxon by its normal approximation, the sign-flip test by random patterns.
    rng, repetitions = np.random.default_rng(13), 200
    differences = rng.normal(0, 0.05, (repetitions, 40))
    zeros = np.zeros(40)
    ranks = sum(wilcoxon(row, zeros).p_value <= ALPHA for row in differences)
    flips = sum(sign_flip(row, zeros, rng).p_value <= ALPHA for row in differences)
    same_rate("Wilcoxon, 40 phenotypes", ranks, repetitions, ALPHA)
    same_rate("sign-flip, 40 phenotypes", flips, repetitions, ALPHA)


@pytest.mark.parametrize("true_gains", [(0, 0, 0, 0), (0, 0, 0.08, 0.15)])
def verify_holm_keeps_the_family_at_five_percent(true_gains):
    # Four methods against the one baseline; a false alarm is any method without a true gain that is called better.
    rng, alarms = np.random.default_rng(14), 0
    gains = np.array(true_gains)
    for _ in range(REPETITIONS):
        baseline = rng.normal(0.55, 0.04, PHENOTYPES)
        methods = 0.55 + gains[:, None] + rng.normal(0, 0.04, (len(gains), PHENOTYPES))
        adjusted = holm([paired_t(method, baseline).p_value for method in methods])
        alarms += any(p <= ALPHA for p, gain in zip(adjusted, gains, strict=True) if gain == 0)
    at_most(f"Holm, true gains {true_gains}", alarms, REPETITIONS, ALPHA)


def verify_holm_of_independent_tests_is_as_sharp_as_it_can_be():
    p_values = np.random.default_rng(15).random((REPETITIONS, 4))
    alarms = sum(min(holm(row)) <= ALPHA for row in p_values)
    same_rate("Holm, 4 independent tests", alarms, REPETITIONS, 1 - (1 - ALPHA / 4) ** 4)


@pytest.mark.parametrize("gain", [0.03, 0.05, 0.08])
def verify_power_of_the_paired_t_test(gain):
    # Non-central t: mean gain over its standard error, sqrt(2) x 4 points / sqrt(8).
    rng = np.random.default_rng(16)
    method, baseline = rng.normal(0, 0.04, (2, REPETITIONS, PHENOTYPES))
    hits = sum(paired_t(m + gain, b).p_value <= ALPHA for m, b in zip(method, baseline, strict=True))
    far, df = gain / (np.sqrt(2) * 0.04 / np.sqrt(PHENOTYPES)), PHENOTYPES - 1
    edge = stats.t.isf(ALPHA / 2, df)
    power = float(stats.nct.sf(edge, df, far) + stats.nct.cdf(-edge, df, far))
    same_rate(f"power of the paired t, gain {100 * gain:g} points", hits, REPETITIONS, power)


def verify_the_papers_unpaired_test_is_blind_to_what_phenotypes_share():
    # Correlation 0.6 between the methods' figures: the unpaired test errs on the safe side, far below 5 %.
    rng, hits = np.random.default_rng(17), 0
    for _ in range(REPETITIONS):
        hard = rng.normal(0, np.sqrt(0.6), PHENOTYPES)
        method, baseline = hard + rng.normal(0, np.sqrt(0.4), (2, PHENOTYPES))
        hits += unpaired_t(method, baseline).p_value <= ALPHA
    at_most("unpaired t of paired figures", hits, REPETITIONS, ALPHA)
