"""A phenotype small enough to follow by hand: 8 shared SNPs, the second of which decides who is a case."""

import numpy as np
import pytest

from gtl.config import StudyConfig, with_overrides
from gtl.domain.genotypes import Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.domain.split import Split
from gtl.methods.base import LearningData, MethodContext

N_SNPS = 8


def learning_data(n_train, n_validation, n_test, seed):
    n = n_train + n_validation + n_test
    dosages = np.random.default_rng(seed).integers(0, 3, (N_SNPS, n), dtype=np.int8)
    dosages[0, ::7] = -1
    case = np.tile(np.int8([0, 1]), n)[:n]
    dosages[1] = 2 * case
    bounds = np.cumsum([n_train, n_validation])
    variants = Variants(
        np.full(N_SNPS, "21", object), np.arange(N_SNPS), np.array([f"rs{i}" for i in range(N_SNPS)], object),
        np.full(N_SNPS, "A", object), np.full(N_SNPS, "C", object),
    )  # fmt: skip
    return LearningData(variants, dosages, case, Split(*np.split(np.arange(n), bounds)))


@pytest.fixture(scope="session")
def config() -> StudyConfig:
    networks = '[{"name": "Model 1", "layers": [["dense", 4], ["dense", 3], ["dense", 2]]}]'
    return with_overrides(
        StudyConfig(), [f"training.networks={networks}", "transfer.epochs=1", "training.engine=keras"]
    )  # fmt: skip


@pytest.fixture(scope="session")
def context(config) -> MethodContext:
    return MethodContext(
        config,
        PhenotypeCode("YRI", 5, 1),
        large=learning_data(60, 10, 10, seed=1),
        small=learning_data(30, 6, 8, seed=2),
        subsets_large={2: np.array([0, 1, 3]), 3: np.array([1, 2, 4, 5])},
        subsets_small={1: np.array([6, 7]), 4: np.array([1, 6])},
    )
