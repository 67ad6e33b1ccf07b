"""Faults planted in a study, and the stage that stops at each."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gtl import stages
from gtl.association import associate
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.split import Split
from gtl.errors import LeakageError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.methods.registry import METHODS, MethodInfo
from gtl.methods.training_people import TrainingPeople, nested_candidate
from gtl.schema import CANDIDATES, RESULTS, SELECTION
from gtl.simulate.genotypes import SimulatedCohort, simulate_cohort
from gtl.steps.cohort_files import CohortFiles
from gtl.store import Store
from tests.prepared import associations, make_phenotype

CODE = "YRI_3_1"
SMALL = [
    "cohorts.large=200", "cohorts.small=40", "cohorts.final=30",
    "split.large_train=140", "split.large_validation=20", "split.large_test=40",
    "split.small_train=20", "split.small_validation=8", "split.small_test=12",
    "phenotypes.risk_snps=[3]", "phenotypes.iterations=1", "preselection.p_values_large=[0.01]",
    "preselection.p_values_small=[0.05]", "classical.models=[CART]",
]  # fmt: skip


@pytest.fixture(scope="module")
def config():
    return with_overrides(preset("quick"), SMALL)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(str(tmp_path_factory.mktemp("study") / "results"))


@pytest.fixture(scope="module")
def panel(config, store):
    return stages.build_panel(config, store)


def genotypes_of(config, store, panel, final_engine=None):
    """The study's genotypes; ``final_engine`` makes the final cohort."""
    engines = {Cohort.FINAL: final_engine}
    cohorts = [stages.make_cohort(config, store, cohort, panel, engines.get(cohort)) for cohort in Cohort]
    return stages.match_variants(config, store, *cohorts)


@pytest.fixture(scope="module")
def prepared(config, store, panel):
    """A study without a fault, up to its split."""
    genotypes = genotypes_of(config, store, panel)
    people = stages.check_people(config, store, genotypes)
    phenotype = make_phenotype(config, store, CODE, genotypes, people)
    return {"genotypes": genotypes, "split": stages.split_samples(config, store, CODE, phenotype, people)}


def subsets_of(config, store, prepared, engine=None):
    refs = {}
    for population in ("large", "small"):
        association = associations(config, store, population, prepared["genotypes"], prepared["split"], engine)
        refs[f"subsets_{population}"] = stages.preselect_snps(
            config, store, CODE, population, prepared["genotypes"], association
        )
    return refs


def apply(config, store, prepared, subsets):
    return stages.apply_method(config, store, CODE, "no_transfer", prepared["genotypes"], prepared["split"], **subsets)


@pytest.fixture
def other(tmp_path, store, panel):
    """A store of its own for a faulty study."""
    return Store(str(tmp_path / "results"))


def test_a_study_without_a_fault_passes_every_guard(config, store, prepared):
    check = json.loads(store.read(prepared["genotypes"]).read_bytes("likeness.json"))
    assert check["snps"] > 300
    assert (check["alike"], check["expected"] < 0.05) == (0, True)
    method = apply(config, store, prepared, subsets_of(config, store, prepared))
    assert "selection.parquet" in store.read(method).files


def test_ids_in_two_cohorts_stop_the_study(config, other):
    def same_names(*arguments):
        return simulate_cohort(*arguments[:-1], "YRI-")

    with pytest.raises(LeakageError, match="sample 'YRI-1' is both in the small cohort and in the final cohort"):
        genotypes_of(config, other, stages.build_panel(config, other), same_names)


def test_a_final_person_who_is_in_the_small_cohort_stops_the_study(config, other):
    panel = stages.build_panel(config, other)
    small = stages.make_cohort(config, other, Cohort.SMALL, panel)

    def with_one_of_the_small_cohort(*arguments):
        files = CohortFiles.open(other, small)
        known = files.read("21", np.arange(len(files.variants)))
        people = simulate_cohort(*arguments).genotypes
        dosages = people.dosages.copy()
        dosages[:, 4] = known.dosages[:, 9]
        return SimulatedCohort(GenotypeMatrix(people.variants, people.samples, dosages), None)

    with pytest.raises(LeakageError, match="'YRI-10' of the small cohort and 'YRI-final-5' of the final cohort agree"):
        genotypes_of(config, other, panel, with_one_of_the_small_cohort)


def test_snps_selected_by_test_people_too_stop_every_method(config, store, prepared):
    tables = []

    def peeking(genotypes, case, test):
        # A population's whole cohort comes first; what it gave is handed out for the training people, too.
        tables.append(tables[-1] if len(tables) % 2 else associate(genotypes, case, test))
        return tables[-1]

    faulty = with_overrides(config, ["name=faulty"])
    with pytest.raises(LeakageError, match=r"large population: SNP .* others than training people were counted"):
        apply(faulty, store, prepared, subsets_of(faulty, store, prepared, peeking))


class Curious:
    """A method that notes the trait it was given."""

    given = None

    def __init__(self, name):
        self.name = name

    def candidates(self, context):
        Curious.given = context.small.value, context.small.split
        raise StopAsking


class StopAsking(Exception):
    pass


def test_a_method_is_not_given_the_test_labels(config, store, prepared, monkeypatch):
    monkeypatch.setattr(MethodInfo, "load", lambda info: Curious(info.name))
    curious = with_overrides(config, ["name=curious"])
    with pytest.raises(StopAsking):
        apply(curious, store, prepared, subsets_of(curious, store, prepared))
    value, split = Curious.given
    assert np.isnan(value[split.test]).all()
    assert set(value[np.concatenate([split.train, split.validation])]) == {0, 1}


class Nested:
    """A method that trains on the small population's learning people, or on all but one of them."""

    spare = 0

    def __init__(self, name):
        self.name = name

    def candidates(self, context):
        rows, small = np.array([0, 1]), context.small
        assert not np.isnan(small.value[small.split.learning]).any()
        fewer = Split(small.split.train[Nested.spare :], small.split.validation, small.split.test)
        people = TrainingPeople.learning(rows, replace(small, split=fewer))
        yield nested_candidate(
            context, self.name, "None", rows, LinearPredictor(np.zeros(2), 0.0, people.means), people
        )


def test_a_nested_method_learns_from_the_test_people_and_has_no_test_score(config, store, prepared, monkeypatch):
    monkeypatch.setattr(MethodInfo, "load", lambda info: Nested(info.name))
    monkeypatch.setitem(METHODS, "no_transfer", replace(METHODS["no_transfer"], nested=True))
    nested = with_overrides(config, ["name=nested"])
    subsets = subsets_of(nested, store, prepared)
    made = store.read(apply(nested, store, prepared, subsets))
    assert len(made.read_table("test.parquet", RESULTS)) == 0
    assert len(made.read_table("selection.parquet", SELECTION)) == 0
    (row,) = made.read_table("candidates.parquet", CANDIDATES).to_dict("records")
    assert (row["chosen"], np.isnan(row["test"])) == (True, True)
    assert json.loads(made.read_bytes("card.json"))["training_people"] == 40
    monkeypatch.setattr(Nested, "spare", 1)
    with pytest.raises(LeakageError, match="39 people who are not the learning people"):
        apply(with_overrides(config, ["name=spare"]), store, prepared, subsets)
