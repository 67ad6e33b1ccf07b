"""Kinship is paid for where phenotypes use it."""

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort, Population
from gtl.store import Store
from tests.prepared import make_phenotype

SMALL = [
    "panel.sequence_length=100000", "cohorts.large=40", "cohorts.small=20", "cohorts.final=10",
    "split.large_train=20", "split.large_validation=10", "split.large_test=10",
    "split.small_train=10", "split.small_validation=5", "split.small_test=5", "phenotypes.risk_snps=[3]",
]  # fmt: skip


def stage_files(store, share):
    config = with_overrides(preset("quick"), [*SMALL, f"phenotypes.snp_share={share}"])
    panel = stages.build_panel(config, store)
    cohorts = [stages.make_cohort(config, store, cohort.value, panel) for cohort in Cohort]
    genotypes = stages.match_variants(config, store, *cohorts)
    people = stages.check_people(config, store, genotypes)
    kinship = [stages.compute_kinship(config, store, population.value, genotypes) for population in Population]
    phenotype = make_phenotype(config, store, str(config.codes()[0]), genotypes, people)
    assert "causal.parquet" in store.read(phenotype).files
    return [sorted(store.read(ref).files) for ref in kinship]


def test_without_a_share_of_the_variance_no_factor_is_made_and_the_phenotype_is(tmp_path):
    store = Store(str(tmp_path))
    assert stage_files(store, 1.0) == [["not_needed.txt"]] * 2
    # A study whose share has changed makes it after all, in place of the note.
    assert stage_files(store, 0.5) == [["factor.npy"]] * 2
