"""Whether the final people are a case knows nothing of the small cohort's share of cases, with the paper's people.

Centred over the small and the final cohort together, as PhenotypeSimulator centres whoever it is given, their shares
mirror each other: a model that leans to the commoner class of its training people would be wrong more often than a
coin, and one trained on the large population would gain on it from nothing.
"""

import numpy as np
import pytest
from sklearn.svm import SVC

from gtl.config import StudyConfig, with_overrides
from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.simulate.genotypes import grow_people
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.study import simulate_study_phenotypes
from tests.verify.bands import same_mean, say

SMALL, FINAL, LARGE, TRAIN, SNPS = 100, 50, 100, 70, 40
REPETITIONS = 600
NULL = ["phenotypes.genetic_variance=0", "phenotypes.snp_share=null"]


@pytest.mark.parametrize("people", ["strangers", "grown"])
@pytest.mark.parametrize(("settings", "changes"), [("the paper's", []), ("no genetic variance", NULL)])
def verify_the_majority_class_is_right_in_half(settings, changes, people):
    right, shares = _majority(with_overrides(StudyConfig(), changes), SMALL, PEOPLE[people])
    same_mean(f"majority's final accuracy, {settings} settings, {people}", right, 0.5)
    same_mean(f"product of both standardised shares of cases, {settings} settings, {people}", _products(shares), 0.0)


def verify_that_centring_over_all_would_mirror_the_shares():
    right, shares = _majority(StudyConfig(), None)
    mirrored = float(np.corrcoef(shares.T)[0, 1])
    say("majority's final accuracy, centred over all", f"mean {right.mean():.4f}; shares correlate {mirrored:+.3f}")
    assert mirrored < -0.2
    assert right.mean() < 0.49


@pytest.mark.parametrize("trained_on", ["small", "large"])
def verify_models_are_right_in_half_under_the_null(trained_on):
    config = with_overrides(StudyConfig(), NULL)
    right = [_right(config, repetition, trained_on) for repetition in range(REPETITIONS // 2)]
    same_mean(f"final accuracy of a support vector machine trained on the {trained_on} population", right, 0.5)


def _right(config, repetition, trained_on):
    people, case = _case(config, repetition, SMALL)
    x, y = people[1][:, :TRAIN], case[:TRAIN]
    if trained_on == "large":
        x, y = people[0], _large_case(config, repetition)
    called = SVC().fit(x.T, y).predict(people[1][:, SMALL:].T)
    return np.mean(called == case[SMALL:])


def _majority(config, n_reference, draw=None):
    """Final accuracy of the commoner class of the training people, and shares of cases of both cohorts."""
    made = [_case(config, repetition, n_reference, draw)[1] for repetition in range(REPETITIONS)]
    right = [np.mean(case[SMALL:] == (case[:TRAIN].mean() > 0.5)) for case in made]
    return np.array(right), np.array([[case[:SMALL].mean(), case[SMALL:].mean()] for case in made])


def _case(config, repetition, n_reference, draw=None):
    people, made = _made(config, repetition, n_reference, draw)
    return people, made.small[:, 0] > 0


def _large_case(config, repetition):
    return _made(config, repetition, SMALL)[1].large[:, 0] > 0


def _made(config, repetition, n_reference, draw=None):
    rng = np.random.default_rng([13, repetition])
    frequency = rng.uniform(0.1, 0.5, SNPS)
    people = [(draw or _strangers)(rng, frequency, n) for n in (LARGE, SMALL + FINAL)]
    populations = [PeopleInMemory(GenotypeMatrix(_variants(), _names(dosages.shape[1]), dosages)) for dosages in people]
    code = PhenotypeCode("YRI", 5, 1)
    made = simulate_study_phenotypes(*populations, config.phenotypes, code, seed=repetition, n_reference=n_reference)
    return people, made


def _strangers(rng, frequency, n):
    return rng.binomial(2, frequency[:, None], (SNPS, n)).astype(np.int8)


def _grown(rng, frequency, n):
    """People of one run who copy each other, the final ones last; with a switch every fifth SNP or so."""
    panel = Haplotypes(_variants(), (rng.random((SNPS, 2 * LARGE)) < frequency[:, None]).astype(np.int8))
    ever = GeneticMap.uniform(1e-8, 1_000_000)
    return np.concatenate([*grow_people(panel, ever, n, slice(0, n), 5e4, None, rng, "p").parts])


PEOPLE = {"strangers": _strangers, "grown": _grown}


def _variants():
    names = np.array([f"rs{row}" for row in range(SNPS)], dtype=object)
    chrom, ref, alt = (np.full(SNPS, text, dtype=object) for text in ("21", "A", "C"))
    return Variants(chrom, 20_000 * np.arange(1, SNPS + 1), names, ref, alt)


def _names(n):
    return np.array([f"p{number}" for number in range(n)], dtype=object)


def _products(shares):
    standard = (shares - shares.mean(axis=0)) / shares.std(axis=0)
    return standard.prod(axis=1)
