"""A study under the null hypothesis: the same people and causal SNPs, case status dealt out anew."""

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort, Population
from gtl.schema import CAUSAL, LIABILITY, RESULTS
from gtl.steps.phenotypes import read_phenotype
from gtl.store import Store
from tests.prepared import associations, make_phenotype

CODE = "YRI_3_1"
SMALL = [
    "panel.sequence_length=200000", "cohorts.large=200", "cohorts.small=100", "cohorts.final=400",
    "split.large_train=140", "split.large_validation=20", "split.large_test=40",
    "split.small_train=70", "split.small_validation=10", "split.small_test=20",
    "phenotypes.risk_snps=[3]", "phenotypes.iterations=1", "phenotypes.snp_share=0.95",
    "phenotypes.genetic_variance=0.9",
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(str(tmp_path_factory.mktemp("study") / "results"))


@pytest.fixture(scope="module")
def study(store):
    """Makes the genotypes and the phenotype with some settings changed."""
    plain = with_overrides(preset("quick"), SMALL)
    panel = stages.build_panel(plain, store)
    people = [stages.make_cohort(plain, store, cohort.value, panel) for cohort in Cohort]
    genotypes = stages.match_variants(plain, store, *people)

    def make(name, *changes):
        config = with_overrides(plain, [f"name={name}", *changes])
        checked = stages.check_people(config, store, genotypes)
        return config, genotypes, checked, make_phenotype(config, store, CODE, genotypes, checked)

    return make


@pytest.fixture(scope="module")
def plain(study):
    return study("plain")


@pytest.fixture(scope="module")
def permuted(study):
    return study("permuted", "phenotypes.permute_labels=true")


def cohorts_of(store, made):
    artifact = store.read(made[-1], unseal=True)
    return {
        cohort: read_phenotype(artifact, cohort).merge(
            artifact.read_table(f"{cohort}_liability.parquet", LIABILITY), on="sample", validate="one_to_one"
        )
        for cohort in Cohort
    }


def orders(store, made, before):
    """Each cohort: whose liability each person now has."""
    after = cohorts_of(store, made)
    return {c: [before[c].liability.tolist().index(value) for value in after[c].liability] for c in Cohort}


def test_each_cohort_keeps_its_people_and_labels_in_another_order(store, plain, permuted):
    before, after = cohorts_of(store, plain), cohorts_of(store, permuted)
    for cohort, order in orders(store, permuted, before).items():
        assert sorted(order) == list(range(len(order)))  # nobody's label came from another cohort
        assert np.mean(np.array(order) == np.arange(len(order))) < 0.1
        assert after[cohort]["sample"].tolist() == before[cohort]["sample"].tolist()
        assert after[cohort]["value"].sum() == before[cohort]["value"].sum()
        np.testing.assert_array_equal(after[cohort]["value"], after[cohort].liability > 0)


def test_other_settings_do_not_change_the_order(store, study, plain, permuted):
    other = study("other", "phenotypes.effect_mean=2.0")
    other_permuted = study("other-permuted", "phenotypes.effect_mean=2.0", "phenotypes.permute_labels=true")
    moved = orders(store, other_permuted, cohorts_of(store, other))
    assert moved == orders(store, permuted, cohorts_of(store, plain))
    assert cohorts_of(store, other)[Cohort.SMALL].liability.tolist() != pytest.approx(
        cohorts_of(store, plain)[Cohort.SMALL].liability.tolist()
    )


def test_the_order_is_the_same_again(store, study, permuted):
    again = study("again", "phenotypes.permute_labels=true")
    assert store.read(again[-1]).manifest.outputs == store.read(permuted[-1]).manifest.outputs


def test_causal_snps_are_those_of_the_plain_study(store, plain, permuted):
    tables = [store.read(made[-1]).read_table("causal.parquet", CAUSAL) for made in (plain, permuted)]
    assert tables[0].equals(tables[1])


def test_the_oracle_knows_the_truth_and_scores_by_chance(store, plain, permuted):
    n, chance = 400, max(np.mean(cohorts_of(store, permuted)[Cohort.FINAL]["value"]), 0.5)
    error = np.sqrt(0.25 / n)
    assert oracle_accuracy(store, *plain) > 0.5 + 8 * error
    assert abs(oracle_accuracy(store, *permuted) - 0.5) < 4 * error + (chance - 0.5)


def oracle_accuracy(store, config, genotypes, people, phenotype):
    split = stages.split_samples(config, store, CODE, phenotype, people)
    subsets = {}
    for p in Population:
        tested = associations(config, store, p.value, genotypes, split)
        loose = with_overrides(config, ["preselection.p_values_large=[0.5]", "preselection.p_values_small=[0.5]"])
        subsets[f"subsets_{p}"] = stages.preselect_snps(loose, store, CODE, p.value, genotypes, tested)
    oracle = stages.apply_method(
        config, store, CODE, "oracle", genotypes=genotypes, split=split, **subsets, phenotype=phenotype
    )
    scored = store.read(stages.score_final(config, store, CODE, genotypes, phenotype, {"oracle": oracle}))
    results = scored.read_table("results.parquet", RESULTS)
    return results[(results["split"] == "final") & (results["metric"] == "accuracy")]["value"].item()
