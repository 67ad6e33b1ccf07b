"""What :mod:`benchmarks.growth` measures: each part prepares its data and returns the call that is measured."""

import json
import tempfile
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gtl.config import StudyConfig, preset, with_overrides
from gtl.config.learning import PAPER_NETWORKS, ClassicalModel, PreselectionRule
from gtl.config.phenotypes import PhenotypesConfig
from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.random_streams import stream, stream_seed

BASE = 1000
"""SNPs and people where the other number is varied."""

NETWORKS, EPOCHS = (PAPER_NETWORKS[0], PAPER_NETWORKS[5]), 5  # one dense network and one BiLSTM

Call = Callable[[], object]

BRANCH = {
    "cohorts.small": 60, "cohorts.final": 50, "split.small_train": 40, "split.small_validation": 8,
    "split.small_test": 12, "phenotypes.risk_snps": [3], "phenotypes.iterations": 1,
    "phenotypes.causal_maf_min": 0, "preselection.p_values_large": [0.1, 1.0], "preselection.p_values_small": [1.0],
    "association.plots": False, "classical.models": ["CART"], "transfer.methods": ["no_transfer", "deep_transfer"],
    "training.epochs": EPOCHS, "transfer.epochs": EPOCHS,
    "training.networks": [PAPER_NETWORKS[0].model_dump(mode="json")],
}  # fmt: skip
"""The whole way in little: one classical model, one network at every freeze depth."""


def panel(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.stages import build_panel
    from gtl.store import Store

    config = _study(n_snps, people, phenotypes)

    def call() -> None:
        with tempfile.TemporaryDirectory() as folder:
            build_panel(config, Store(folder))

    return call


def cohort(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.domain.genetic_map import GeneticMap
    from gtl.simulate.genotypes import resample

    rng, variants = stream(1, "growth"), _variants(n_snps)
    panel = Haplotypes(variants, rng.integers(0, 2, (n_snps, 120), dtype=np.int8))
    return lambda: resample(panel, GeneticMap.uniform(1.3e-8, 46_700_000), people, 11418, None, rng, "P")


def phenotype(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.simulate.phenotypes import PeopleInMemory, simulate_study_phenotypes

    large, small = (PeopleInMemory(_genotypes(n_snps, n)) for n in (people, 150))
    config, code = PhenotypesConfig(), PhenotypeCode("YRI", 5, 1)
    return lambda: simulate_study_phenotypes(large, small, config, code, seed=1)


def association(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.association import associate

    genotypes = _genotypes(n_snps, people)
    return lambda: associate(genotypes, _case(genotypes))


def classical_models(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.association import associate
    from gtl.learn.classical import drawn_people, fit
    from gtl.learn.preselect import preselect, scores_of

    genotypes, rule = _genotypes(n_snps, people), PreselectionRule.PVALUE
    case = _case(genotypes)
    table = associate(genotypes, case)

    def call() -> None:
        (everything,) = preselect(scores_of(table, rule), (1.0,), rule)
        x = genotypes.dosages[everything.rows].T.astype(np.float32)
        for model in ClassicalModel:
            learners = drawn_people(model, len(case), seed=1)
            fit(model, x[learners], case[learners], seed=1)

    return call


def deep_grid(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.learn import networks
    from gtl.learn.training import FitSettings, TrainingJob, fit

    genotypes = _genotypes(n_snps, people)
    x, y = genotypes.dosages.T.copy(), _case(genotypes)

    def call() -> None:
        jobs = []
        for network in NETWORKS:
            weights = networks.build(network, n_snps, dropout=0.2, time_steps=1, seed=1).get_weights()
            jobs.append(TrainingJob(network, x, y, x[:10], y[:10], weights, stream_seed(1, network.name)))
        fit(jobs, FitSettings(epochs=EPOCHS))

    return call


def whole_study(n_snps: int, people: int, phenotypes: int) -> Call:
    from gtl.store import Store
    from gtl.study_run import run_study

    config = _study(n_snps, people, phenotypes)

    def call() -> None:
        with tempfile.TemporaryDirectory() as folder:
            run_study(config, Store(folder), jobs=1)

    return call


BRANCHES = "whole study"
PARTS: dict[str, Callable[[int, int, int], Call]] = {
    "make a panel, msprime": panel,
    "simulate a cohort": cohort,
    "phenotype": phenotype,
    "association, Fisher": association,
    "pre-selection, five classical models": classical_models,
    f"two networks, {EPOCHS} epochs": deep_grid,
    BRANCHES: whole_study,
}


def _study(n_snps: int, people: int, phenotypes: int) -> StudyConfig:
    test = people // 5
    sizes = {"large": people, "large_train": people - test - people // 10, "large_validation": people // 10}
    changes = BRANCH | {
        "panel.sequence_length": 2000 * n_snps if n_snps < BASE else 700 * n_snps,
        "panel.variants_shared": n_snps,
        "cohorts.large": sizes.pop("large"),
        "split.large_test": test,
        "phenotypes.iterations": phenotypes,
        **{f"split.{name}": size for name, size in sizes.items()},
    }
    return with_overrides(preset("quick"), [f"{name}={json.dumps(value)}" for name, value in changes.items()])


def _variants(n_snps: int) -> Variants:
    texts = [np.full(n_snps, text, dtype=object) for text in ("21", "A", "C")]
    names = np.array([f"rs{row}" for row in range(n_snps)], dtype=object)
    return Variants(texts[0], np.arange(1, n_snps + 1) * 900, names, *texts[1:])


def _genotypes(n_snps: int, people: int) -> GenotypeMatrix:
    rng = stream(1, "growth", n_snps, people)
    dosages = np.stack([rng.binomial(2, q, people).astype(np.int8) for q in rng.uniform(0.05, 0.5, n_snps)])
    return GenotypeMatrix(_variants(n_snps), np.array([f"p{i}" for i in range(people)], dtype=object), dosages)


def _case(genotypes: GenotypeMatrix) -> npt.NDArray[np.int8]:
    score = genotypes.dosages[:5].sum(axis=0) + stream(2, "growth").normal(size=genotypes.n_samples)
    return (score > np.median(score)).astype(np.int8)
