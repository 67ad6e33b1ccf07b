"""Variants that a small population's files lack: left out, or the large population's mean."""

import json

import numpy as np
import pytest

from gtl.config import load_study
from gtl.domain.cohort import Cohort, Population
from gtl.flow import Per, stages_per
from gtl.schema import HARMONISATION_AUDIT, PEOPLE
from gtl.stage_run import run_stage
from gtl.steps.people_results import frequency_table
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store
from gtl.study_run import run_study
from tests.real_cohorts import LACKING, made_people, write_study_of_two
from tests.stored import folder_of


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write_study_of_two(tmp_path_factory.mktemp("two"), lacking=True)


def prepared(path, lacking):
    """Settings, store and outputs of the stages of the second small population's people."""
    config, store = load_study(path, [f"matching.lacking={lacking}"]), Store(str(path.parent / lacking))
    outputs = {}
    for stage in [*stages_per(Per.STUDY), *stages_per(Per.COHORTS)]:
        arguments = {"cohort_set": "JPT"} if stage.per is Per.COHORTS else {}
        outputs[stage.name] = run_stage(stage, config, store, outputs, **arguments)
    return config, store, outputs


@pytest.fixture(scope="module")
def imputed(study):
    return prepared(study, "impute")


def numbers(shared):
    return shared.table["rsid"].str.removeprefix("rs").astype(int).to_numpy()


def test_lacking_variants_have_the_large_population_s_mean_in_everybody(imputed):
    _, store, outputs = imputed
    shared = SharedGenotypes.open(store, outputs["genotypes"])
    everything = np.arange(800)
    np.testing.assert_array_equal(shared.lacking, np.isin(numbers(shared), everything[LACKING]))
    small = shared.people(Population.SMALL, np.array(["J3", "J1"], dtype=object))
    assert small.dosages.dtype == np.float32
    assert (small.dosages[shared.lacking, 0] == small.dosages[shared.lacking, 1]).all()
    large = shared.cohort(Cohort.LARGE)
    assert large.dosages.dtype == np.int8
    called = np.where(large.dosages >= 0, large.dosages, np.nan)
    mean = np.nanmean(called[shared.lacking], axis=1)
    np.testing.assert_allclose(small.dosages[shared.lacking, 0], mean, atol=1 / 128)
    # nobody varies, not even in the last digit
    assert (small.dosages[shared.lacking].astype(np.float64).var(axis=1) == 0).all()


def test_the_others_are_as_they_were_read(imputed):
    _, store, outputs = imputed
    shared = SharedGenotypes.open(store, outputs["genotypes"])
    there = np.flatnonzero(~shared.lacking)
    truth = made_people(seed=8)["small"].genotypes.dosages[numbers(shared)[there]][:, [2, 0]]
    found = shared.people(Population.SMALL, np.array(["J3", "J1"], dtype=object), there)
    np.testing.assert_array_equal(found.dosages, truth)
    mixed = shared.people(Population.SMALL, np.array(["J3", "J1"], dtype=object))
    np.testing.assert_array_equal(mixed.dosages[there], truth)


def test_people_and_frequencies_are_compared_by_variants_that_all_have(imputed, study):
    _, store, outputs = imputed
    shared = SharedGenotypes.open(store, outputs["genotypes"])
    assert not shared.lacking[shared.measured].any()
    assert len(frequency_table(shared)) == len(shared.measured)
    _, other, left_out = prepared(study, "leave_out")
    tables = [s.read(refs["people"]).read_table("people.parquet", PEOPLE) for s, refs in
              ((store, outputs), (other, left_out))]  # fmt: skip
    for one, two in zip(tables[0]["components"], tables[1]["components"], strict=True):
        np.testing.assert_array_equal(one, two)


def test_left_out_is_the_rule_where_nothing_is_said(study):
    _, store, outputs = prepared(study, "leave_out")
    shared = SharedGenotypes.open(store, outputs["genotypes"])
    assert not shared.lacking.any()
    assert not np.isin(numbers(shared), np.arange(800)[LACKING]).any()
    audit = shared.artifact.read_table("audit.parquet", HARMONISATION_AUDIT)
    lost = audit[(audit["population"] == "large") & (audit["action"] == "dropped")]
    assert (lost["reason"] == "not in the small population").sum() == 200


def test_audit_and_card_say_what_was_imputed(imputed, study):
    config, store, outputs = imputed
    shared = SharedGenotypes.open(store, outputs["genotypes"])
    audit = shared.artifact.read_table("audit.parquet", HARMONISATION_AUDIT)
    rows = audit[audit["action"] == "imputed"]
    assert len(rows) == 200
    assert rows["reason"].unique().tolist() == [
        "not in the small population: its people get the large population's mean dosage, 2 × allele frequency"
    ]
    run_study(config, store, jobs=2)
    for population, expected in (("JPT", 200), ("YRI", 0)):
        folder = folder_of(study.parent / "impute", f"studies/tiny/phenotypes/{population}_height/transfer_gblup")
        card = json.loads((folder / "card.json").read_text())
        assert (card["population"], len(card["imputed"])) == (population, expected)
