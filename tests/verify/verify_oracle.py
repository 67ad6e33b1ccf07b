"""The oracle's realised accuracy is the theoretical one: phenotypes simulated, effects known, new people called."""

import numpy as np
import pytest

from gtl.config import StudyConfig, with_overrides
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.domain.split import Split
from gtl.evaluate.ceiling import best_accuracy
from gtl.methods.base import CausalEffects, LearningData, MethodContext
from gtl.methods.bounds import Oracle
from gtl.simulate.phenotypes.people import PeopleInMemory
from gtl.simulate.phenotypes.study import simulate_study_phenotypes
from tests.verify.bands import same_rate

REPETITIONS, PEOPLE, SNPS = 200, 600, 60
TRAINING = Split(np.arange(200), np.arange(200, 220), np.arange(220, PEOPLE))


@pytest.mark.parametrize("explained", [0.01, 0.1, 0.3, 0.5, 0.8])
def verify_realised_accuracy_is_sheppards(explained):
    # 40 causal SNPs of equal standing, so that what they explain is as good as normal.
    changes = [f"phenotypes.genetic_variance={explained}", "phenotypes.snp_share=1", "phenotypes.risk_snps=[40]",
               "phenotypes.effect_distribution=norm", "phenotypes.effect_mean=0"]  # fmt: skip
    config = with_overrides(StudyConfig(), changes)
    right = sum(_rightly_called(config, repetition, explained) for repetition in range(REPETITIONS))
    people = REPETITIONS * len(TRAINING.test)
    same_rate(f"accuracy at SNP variance {explained:g}", right, people, best_accuracy(explained))


def _rightly_called(config, repetition, explained):
    """New people of one repetition whom the oracle calls rightly."""
    rng = np.random.default_rng([41, repetition])
    frequency = rng.uniform(0.3, 0.5, SNPS)
    large, small = (PeopleInMemory(_people(rng, frequency)) for _ in range(2))
    code = PhenotypeCode("YRI", 40, 1)
    made = simulate_study_phenotypes(large, small, config.phenotypes, code, seed=repetition)
    case = (made.small[:, 0] > 0).astype(np.float64)
    truth = made.causal[made.causal["trait"] == 1]
    rows = np.searchsorted(small.variants.pos, truth["pos"])
    data = LearningData(small.variants, small.genotypes.dosages, case, TRAINING)
    effects = CausalEffects(rows, truth["effect_small"].to_numpy(), truth["frequency_small"].to_numpy())
    (candidate,) = Oracle("oracle").candidates(MethodContext(config, code, data, data, {}, {}, causal=effects))
    return int(np.sum((candidate.test > 0.5) == (case[TRAINING.test] == 1)))


def _people(rng, frequency):
    dosages = rng.binomial(2, frequency[:, None], (SNPS, PEOPLE)).astype(np.int8)
    names = np.array([f"rs{row}" for row in range(SNPS)], dtype=object)
    letters = [np.full(SNPS, letter, dtype=object) for letter in ("21", "A", "C")]
    variants = Variants(letters[0], np.arange(SNPS, dtype=np.int64), names, *letters[1:])
    return GenotypeMatrix(variants, np.array([f"p{i}" for i in range(PEOPLE)], dtype=object), dosages)
