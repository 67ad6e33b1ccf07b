"""A phenotype small enough to follow by hand: 8 shared SNPs, the second of which decides who is a case."""

from dataclasses import replace

import numpy as np
import pytest

from gtl.config import StudyConfig, with_overrides
from gtl.domain.genotypes import Variants
from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
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
    return LearningData(variants, dosages, case.astype(np.float64), Split(*np.split(np.arange(n), bounds)))


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
        "YRI_5_1",
        large=learning_data(60, 10, 10, seed=1),
        small=learning_data(30, 6, 8, seed=2),
        subsets_large={2: np.array([0, 1, 3]), 3: np.array([1, 2, 4, 5])},
        subsets_small={1: np.array([6, 7]), 4: np.array([1, 6])},
    )


CAUSAL = np.array([5, 20, 35])
EFFECTS = np.array([0.7, -0.6, 0.6])


def _population(n, frequencies, rng):
    """Blocks of 5 SNPs in LD: each SNP repeats its block's first one in four haplotypes of five."""
    haplotypes = rng.random((40, 2 * n)) < frequencies[:, None]
    leaders = np.repeat(haplotypes[::5], 5, axis=0)
    haplotypes = np.where(rng.random((40, 2 * n)) < 0.8, leaders, haplotypes)
    return haplotypes.reshape(40, n, 2).sum(axis=2, dtype=np.int8)


def _liability(dosages, rng):
    value = EFFECTS @ (dosages[CAUSAL] - dosages[CAUSAL].mean(axis=1, keepdims=True))
    return value + rng.normal(0, np.sqrt(1 - value.var()), len(value))


@pytest.fixture(scope="session")
def planted(config) -> MethodContext:
    """Two populations; the small one's causal allele frequencies are shifted so that most would be called cases."""
    return two_populations(config, np.array([0.3, -0.2, 0.3]))


@pytest.fixture(scope="session")
def alike(config) -> MethodContext:
    """Two populations of equal allele frequencies."""
    return two_populations(config, np.zeros(3))


@pytest.fixture(scope="session")
def prevalent(config) -> MethodContext:
    """Half of the large population are cases, a fifth of the small one."""
    return two_populations(config, np.zeros(3), small_threshold=0.84)


@pytest.fixture(scope="session")
def quantitative(config) -> MethodContext:
    """A quantitative trait: 10 units a SD in both populations, around 170 in the large and 150 in the small one.

    Causal allele frequencies differ.
    """
    return two_populations(config, np.array([0.3, -0.2, 0.3]), TraitKind.QUANTITATIVE)


def as_dosages(context):
    """The same hard calls as float32 dosages."""
    large, small = (
        replace(data, dosages=np.where(data.dosages < 0, np.nan, data.dosages).astype(np.float32))
        for data in (context.large, context.small)
    )
    return replace(context, large=large, small=small)


def two_populations(config, causal_shift, kind=TraitKind.BINARY, small_threshold=0.0):
    """The same three causal SNPs in both, which explain half of the liability or a little less.

    The small population has 40 training people, and 500 test people, so that figures are precise.
    """
    rng = np.random.default_rng(5)
    variants = Variants(
        np.full(40, "21", object), np.arange(40) * 10_000, np.array([f"rs{i}" for i in range(40)], object),
        np.full(40, "A", object), np.full(40, "C", object),
    )  # fmt: skip
    frequencies = np.repeat(rng.uniform(0.3, 0.5, 8), 5)
    shift = np.zeros((8, 5))
    shift[CAUSAL // 5] = causal_shift[:, None]
    populations = []
    sizes = (
        (600, (400, 500), frequencies, 170, 0.0),
        (560, (40, 60), frequencies + shift.ravel(), 150, small_threshold),
    )
    for n, parts, own, mean, threshold in sizes:
        dosages = _population(n, own, rng)
        dosages_seen = np.where(rng.random(dosages.shape) < 0.01, np.int8(-1), dosages)
        liability = _liability(dosages, rng)
        value = (liability > threshold).astype(np.float64) if kind is TraitKind.BINARY else mean + 10 * liability
        populations.append(LearningData(variants, dosages_seen, value, Split(*np.split(np.arange(n), parts)), kind))
    everything = np.arange(40)
    return MethodContext(
        config, "YRI_3_1", *populations,
        subsets_large={1: np.sort(np.concatenate([CAUSAL, [0, 6, 21, 36]])), 2: everything},
        subsets_small={1: everything},
    )  # fmt: skip
