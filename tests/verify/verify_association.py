"""Tests of one SNP: false positives where nothing is associated, and power where something is."""

import numpy as np
import pytest
from scipy.stats import chi2, hypergeom, ncx2

from gtl.association.adjusted_logistic import LogisticModel
from gtl.association.counts import CaseControlCounts
from gtl.association.linear import LinearModel
from gtl.association.logistic import is_separated
from gtl.association.single_snp import odds_ratio_and_p
from gtl.config.learning import AssociationTest
from tests.verify.bands import at_most, same_rate, same_sum

ALPHA = 0.05
REPETITIONS, SNPS = 200, 100


def counts(rng, people, q_case, q_control):
    """Genotypes of ``SNPS`` independent SNPs in Hardy-Weinberg equilibrium in both groups; half of people are cases."""
    genotypes = [rng.binomial(2, np.asarray(q)[:, None], (SNPS, people // 2)) for q in (q_case, q_control)]
    dosages, case = np.concatenate(genotypes, axis=1).astype(np.int8), np.repeat(np.int8([1, 0]), people // 2)
    return CaseControlCounts.of(dosages, case)


def repetitions(seed, people, q_case, q_control):
    """REPETITIONS studies put together, SNP after SNP; allele frequencies are drawn anew unless they are given."""
    rng, studies = np.random.default_rng(seed), []
    for _ in range(REPETITIONS):
        q = rng.uniform(0.05, 0.5, SNPS) if q_case is None else np.full(SNPS, q_case)
        studies.append(counts(rng, people, q, q if q_control is None else np.full(SNPS, q_control)))
    return CaseControlCounts(*(np.concatenate([getattr(s, side) for s in studies]) for side in ("case", "control")))


def exact_size(table):
    """Chance of a p up to 5 % for a table with these margins, from scipy: ((case alt, case ref), (control ...))."""
    (a, b), (c, d) = table.tolist()
    cells = np.arange(max(0, a - d), min(a + b, a + c) + 1)
    chance = hypergeom.pmf(cells, a + b + c + d, a + c, a + b)
    order = np.argsort(chance)
    # Two-sided p of a cell: all cells no likelier, those equal but for rounding among them.
    last = np.searchsorted(chance[order], chance * (1 + 1e-7), side="right") - 1
    p_value = np.cumsum(chance[order])[last]
    return chance[p_value <= ALPHA].sum()


@pytest.mark.parametrize("people", [70, 1000])
def verify_fisher_has_exactly_its_own_conservative_size(people):
    null = repetitions(1, people, None, None)
    p_value = odds_ratio_and_p(null, AssociationTest.FISHER)[1]
    hits = int(np.sum(p_value <= ALPHA))
    same_sum(f"Fisher, {people} people", hits, np.array([exact_size(table) for table in null.alleles]))
    at_most(f"Fisher, {people} people, nominal", hits, len(p_value), ALPHA)


def verify_asymptotic_tests_have_size_five_percent():
    null = repetitions(2, 1000, None, None)
    for test in (AssociationTest.ALLELIC, AssociationTest.LOGISTIC):
        p_value = odds_ratio_and_p(null, test)[1]
        assert not np.isnan(p_value).any()
        same_rate(f"{test.value}, 1000 people", int(np.sum(p_value <= ALPHA)), len(p_value), ALPHA)


def verify_logistic_is_conservative_among_few_people():
    null = repetitions(3, 70, None, None)
    assert is_separated(null).any()  # fitted by penalised likelihood; all others have Wald's p
    p_value = odds_ratio_and_p(null, AssociationTest.LOGISTIC)[1]
    tested = ~np.isnan(p_value)
    at_most("logistic, 70 people", int(np.sum(p_value[tested] <= ALPHA)), int(tested.sum()), ALPHA)


@pytest.mark.parametrize("people", [70, 300])
def verify_size_beside_covariates_that_matter(people):
    rng, linear, logistic = np.random.default_rng(people), [], []
    for _ in range(REPETITIONS):
        dosages = rng.binomial(2, rng.uniform(0.05, 0.5, (SNPS, 1)), (SNPS, people)).astype(np.int8)
        covariates = rng.normal(size=(people, 3))
        value, liability = (covariates.sum(axis=1) + noise(size=people) for noise in (rng.normal, rng.logistic))
        linear.append(LinearModel.of(value[:, None], covariates).test(dosages).p_value[:, 0])
        logistic.append(LogisticModel.of((liability > 0).astype(np.int8), covariates).test(dosages).p_value)
    tests = REPETITIONS * SNPS
    same_rate(f"linear, {people} people", int(np.sum(np.concatenate(linear) <= ALPHA)), tests, ALPHA)
    at_most(f"score and Firth, {people} people", int(np.sum(np.concatenate(logistic) <= ALPHA)), tests, ALPHA)


@pytest.mark.parametrize(("maf", "odds_ratio"), [(0.1, 1.3), (0.3, 1.2), (0.3, 1.4), (0.5, 1.25)])
def verify_power_is_that_of_the_non_central_chi_squared(maf, odds_ratio):
    people = 1000
    q_case = maf * odds_ratio / (1 - maf + maf * odds_ratio)  # allelic risks multiply: cases are in equilibrium, too
    found = repetitions(4, people, q_case, maf)
    theory = {
        AssociationTest.ALLELIC: allelic_distance(q_case, maf, people),
        AssociationTest.LOGISTIC: wald_distance(q_case, maf, odds_ratio, people),
    }
    for test, distance in theory.items():
        power = float(ncx2.sf(chi2.isf(ALPHA, 1), 1, distance))
        hits = int(np.sum(odds_ratio_and_p(found, test)[1] <= ALPHA))
        same_rate(f"power of {test.value}, MAF {maf}, odds ratio {odds_ratio}", hits, REPETITIONS * SNPS, power)


def allelic_distance(q_case, q_control, people):
    """Non-centrality: squared difference of allele frequencies over its variance; ``people`` alleles in each group."""
    q = (q_case + q_control) / 2
    return (q_case - q_control) ** 2 / (q * (1 - q) * 2 / people)


def wald_distance(q_case, q_control, odds_ratio, people):
    """Non-centrality: squared log odds ratio over the variance from the expected information."""
    groups = [people / 2 * np.array([(1 - q) ** 2, 2 * q * (1 - q), q**2]) for q in (q_case, q_control)]
    weight = groups[0] * groups[1] / (groups[0] + groups[1])
    w0, w1, w2 = (weight @ np.arange(3.0) ** power for power in range(3))
    return np.log(odds_ratio) ** 2 * (w2 - w1**2 / w0)
