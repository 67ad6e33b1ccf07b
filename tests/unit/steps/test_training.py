"""The networks of the large population: what a task that was killed has to do again."""

import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort, Population
from gtl.store import Store

CODE = "YRI_3_1"
SETTINGS = [
    "panel.sequence_length=100000", "cohorts.large=60", "cohorts.small=40", "cohorts.final=20",
    "split.large_train=40", "split.large_validation=10", "split.large_test=10",
    "split.small_train=20", "split.small_validation=8", "split.small_test=12",
    "phenotypes.risk_snps=[3]", "phenotypes.iterations=1", "training.epochs=1",
    "training.networks=[{name: A, layers: [[dense, 3], [dense, 2]]}, {name: B, layers: [[gru, 2], [dense, 2]]}]",
]  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "results"))


@pytest.fixture
def train(store):
    """Runs the stage that trains the networks; all before it are finished."""
    config = with_overrides(preset("quick"), SETTINGS)
    panel = stages.build_panel(config, store)
    people = [stages.simulate_cohort(config, store, cohort.value, panel) for cohort in Cohort]
    genotypes = stages.harmonise_variants(config, store, *people)
    kinship = [stages.compute_kinship(config, store, population.value, genotypes) for population in Population]
    phenotype = stages.simulate_phenotype(config, store, CODE, genotypes, *kinship)
    quality = stages.control_quality(config, store, CODE, genotypes, phenotype)
    split = stages.split_samples(config, store, CODE, phenotype, quality)
    association = stages.associate(config, store, CODE, "large", genotypes, split)
    subsets = stages.preselect_snps(config, store, CODE, "large", quality, association)
    return lambda: stages.train_networks(config, store, CODE, genotypes, split, subsets)


def test_a_killed_task_goes_on_with_the_first_unfinished_architecture(store, train):
    finished = train()
    folder = store.root / finished.key
    contents = {path: path.read_bytes() for path in folder.rglob("*.keras")}
    assert {path.parent.name for path in contents} == {"A", "B"}
    first = {path: path.stat().st_ino for path in (folder / "A").iterdir()}
    for killed in (folder, folder / "B"):
        (killed / "manifest.json").unlink()

    assert train() == finished
    assert {path: path.stat().st_ino for path in (folder / "A").iterdir()} == first
    assert {path: path.read_bytes() for path in folder.rglob("*.keras")} == contents
