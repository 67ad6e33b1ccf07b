"""Fresh cohorts: new people for every iteration, whoever else the study has."""

import numpy as np
import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.evaluate.guards import check_people_differ
from gtl.steps.cohort_files import CohortFiles
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store

SMALL = [
    "panel.sequence_length=200000", "cohorts.large=200", "cohorts.small=40", "cohorts.final=20",
    "split.large_train=140", "split.large_validation=20", "split.large_test=40",
    "split.small_train=20", "split.small_validation=8", "split.small_test=12",
    "phenotypes.risk_snps=[3]",
]  # fmt: skip


def config_of(*, fresh=True, iterations=2):
    return with_overrides(preset("quick"), [*SMALL, f"cohorts.fresh={fresh}", f"phenotypes.iterations={iterations}"])


def made(config, store, cohort_set):
    """Genotypes and the phenotype that goes with a set of cohorts."""
    panel = stages.build_panel(config, store)
    people = [stages.make_cohort(config, store, c.value, panel, cohort_set=cohort_set) for c in Cohort]
    genotypes = stages.match_variants(config, store, *people, cohort_set=cohort_set)
    code = next(code for code in map(str, config.codes()) if config.cohort_set_of(code) == cohort_set)
    checked = stages.check_people(config, store, genotypes, cohort_set)
    traits = stages.list_traits(config, store, genotypes, cohort_set)
    phenotype = stages.make_trait(config, store, code, genotypes, checked, traits)
    return [*people, genotypes, checked, phenotype]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(str(tmp_path_factory.mktemp("study") / "results"))


@pytest.fixture(scope="module")
def sets(store):
    """Name of each set → what was made of it: those of a fresh study, and the one that all phenotypes share."""
    fresh, shared = config_of(), config_of(fresh=False)
    return {name: made(fresh, store, name) for name in fresh.cohort_sets()} | {"shared": made(shared, store, "shared")}


def people_of(store, sets, cohort):
    return {
        name: SharedGenotypes.open(store, refs[3]).cohort(cohort, np.arange(200), unseal=True)
        for name, refs in sets.items()
    }


def test_sets_are_one_or_one_an_iteration():
    code = "YRI_3_2"
    assert (config_of(fresh=False).cohort_sets(), config_of(fresh=False).cohort_set_of(code)) == (["shared"], "shared")
    assert (config_of(iterations=3).cohort_sets(), config_of().cohort_set_of(code)) == (["1", "2", "3"], "2")
    assert len(config_of(iterations=700).cohort_sets()) == 700


def test_where_sets_lie(sets):
    assert [ref.key for ref in sets["shared"][:5]] == [
        "studies/quick/cohorts/large", "studies/quick/cohorts/small", "studies/quick/cohorts/final",
        "studies/quick/genotypes", "studies/quick/people",
    ]  # fmt: skip
    assert sets["2"][2].key == "studies/quick/iterations/2/cohorts/final"
    assert sets["2"][4].key == "studies/quick/iterations/2/people"


@pytest.mark.parametrize("cohort", Cohort)
def test_no_person_is_in_two_sets(store, sets, cohort):
    people = people_of(store, sets, cohort)
    names = [set(matrix.samples) for matrix in people.values()]
    assert len(set.union(*names)) == sum(map(len, names))
    check_people_differ(people)


def test_people_of_two_sets_are_independent(store, sets):
    """Dosages of person i in one set say nothing of person i in another: mean correlation 0."""
    shared, first, second = (matrix.dosages for _, matrix in sorted(people_of(store, sets, Cohort.LARGE).items())[::-1])
    for one, other in ((first, second), (first, shared), (second, shared)):
        a, b = (scores - scores.mean(axis=1, keepdims=True) for scores in (one.astype(float), other.astype(float)))
        alike = (a * b).sum(axis=0) / np.linalg.norm(a, axis=0) / np.linalg.norm(b, axis=0)
        assert abs(alike.mean()) < 4 * alike.std() / np.sqrt(len(alike))


def test_a_set_is_the_same_however_many_iterations_there_are(store, sets, tmp_path):
    other = Store(str(tmp_path / "results"))
    assert made(config_of(iterations=5), other, "2") == sets["2"]


def test_the_shared_set_does_not_know_of_the_choice(store, sets):
    assert "fresh" not in store.read(sets["shared"][0]).manifest.params["cohorts"]
    phenotypes = store.read(sets["shared"][-1]).manifest.params["phenotypes"]
    assert not {"risk_snps", "iterations"} & phenotypes.keys()
    assert phenotypes["noise_variance"] is None  # an empty setting is one, too


def test_final_people_of_every_set_are_sealed(store, sets):
    people = [store.read(refs[2]) for refs in sets.values()]
    genotypes = [store.read(CohortFiles.open(store, refs[2], unseal=True).parts["21"]) for refs in sets.values()]
    for artifact in people + genotypes:
        assert sorted(artifact.manifest.sealed) == sorted(artifact.files)
    assert len({artifact.manifest.outputs["genotypes.parquet"]["sha256"] for artifact in genotypes}) == 3
