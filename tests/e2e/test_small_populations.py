"""Two small populations in one study: one large cohort, and people, roles, models and verdict of each its own."""

import json
from pathlib import Path

import pandas as pd
import pytest

from gtl.__main__ import echo_results
from gtl.config import load_study, with_overrides
from gtl.errors import InputError
from gtl.models.registry import stored_model, stored_models
from gtl.preflight import check_settings
from gtl.steps.study_tables import read_study_table
from gtl.store import Store
from gtl.study_run import run_study
from tests.real_cohorts import write_study_of_two
from tests.stored import folder_of

CHANGES = [
    "populations.small=[YRI, JPT]", "phenotypes.iterations=2", "association.plots=false", "classical.models=[CART]",
    "transfer.methods=[no_transfer, snp_transfer, polygenic_score]",
]  # fmt: skip


@pytest.fixture(scope="module")
def config(tiny):
    return with_overrides(tiny, CHANGES)


@pytest.fixture(scope="module")
def study(config, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    run_study(config, Store(str(folder)), jobs=2)
    return folder / "studies" / "tiny"


def test_the_large_cohort_is_there_once_and_all_else_for_each(study):
    assert sorted(folder.name for folder in (study / "cohorts").iterdir()) == ["large"]
    for name in ("YRI", "JPT"):
        own = study / "populations" / name
        assert sorted(folder.name for folder in (own / "cohorts").iterdir()) == ["final", "small"]
        large = Store(str(study.parents[1])).find("studies/tiny/cohorts/large").sha256
        assert json.loads((own / "genotypes" / "current.json").read_text())["inputs"]["large"] == large


def test_branches_have_the_people_of_their_population(study):
    store = Store(str(study.parents[1]))
    for code in ("YRI_3_1", "YRI_3_2", "JPT_3_1", "JPT_3_2"):
        inputs = json.loads((study / "phenotypes" / code / "phenotype" / "current.json").read_text())["inputs"]
        assert inputs["genotypes"] == store.find(f"studies/tiny/populations/{code[:3]}/genotypes").sha256
        people = pd.read_parquet(folder_of(study.parents[1], f"studies/tiny/phenotypes/{code}/split") / "split.parquet")
        small = people.loc[people["population"] == "small", "sample"]
        assert small.str.startswith(f"{code[:3]}-").all()


def test_sealed_people_of_each_population_are_opened_once_a_trait(study):
    openings = [json.loads(file.read_text()) for file in (study / "openings").iterdir()]
    assert sorted(opening["phenotype"] for opening in openings) == ["JPT_3_1", "JPT_3_2", "YRI_3_1", "YRI_3_2"]


def test_tables_say_which_population_a_row_is_of(study):
    store = Store(str(study.parents[1]))
    results, verdict = (read_study_table(store, "tiny", name) for name in ("results", "verdict"))
    assert (results["population"] == results["phenotype"].str[:3]).all()
    overall = verdict[verdict["phenotype"] == "all"]
    assert overall[["population", "method", "phenotypes"]].values.tolist() == [
        [name, method, 2] for name in ("YRI", "JPT") for method in ("snp_transfer", "polygenic_score")
    ]
    assert overall["level"].unique().tolist() == pytest.approx([1 - 0.05 / 4])  # two methods × two populations
    gains = read_study_table(store, "tiny", "8")
    assert gains.columns.tolist() == ["population", "result", "3_1", "3_2"]
    assert gains["population"].unique().tolist() == ["YRI", "JPT"]
    runs = read_study_table(store, "tiny", "times")["stage"].value_counts()
    assert {name: runs[name] for name in ("large_cohort", "small_cohort", "genotypes", "scores")} == {
        "large_cohort": 1, "small_cohort": 2, "genotypes": 2, "scores": 4,
    }  # fmt: skip


def test_models_are_named_with_their_population(study):
    store = Store(str(study.parents[1]))
    names = {model.name for model in stored_models(store, "tiny")}
    assert {"JPT_3_1/snp_transfer", "YRI_3_2/no_transfer"} <= names
    assert stored_model(store, "tiny", "JPT_3_1/snp_transfer").card.population == "JPT"


def test_the_end_and_the_report_speak_of_each(study, config, capsys):
    echo_results(Store(str(study.parents[1])), config)
    told = capsys.readouterr().out
    assert told.index("YRI, with the help of CEU") < told.index("JPT, with the help of CEU")
    assert "Intervals of the verdicts hold for all small populations together." in told
    report = (folder_of(study.parents[1], "studies/tiny/report") / "report.html").read_text()
    assert [f'<section class="population" id="{name}">' in report for name in ("YRI", "JPT")] == [True, True]


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    return write_study_of_two(tmp_path_factory.mktemp("real"))


def test_real_people_of_two_populations(real):
    config, store = load_study(real, ["roles.repeats=2"]), Store(str(real.parent / "store"))
    run_study(config, store, jobs=2)
    verdict = read_study_table(store, "tiny", "verdict")
    assert set(zip(verdict["population"], verdict["phenotype"], strict=True)) == {
        (name, trait) for name in ("YRI", "JPT") for trait in (f"{name}_height", f"{name}_asthma", "all")
    }
    # the second population's roles are a column's, the first one's a share of the people
    roles = pd.read_parquet(folder_of(real.parent / "store", "studies/tiny/populations/JPT/people") / "roles.parquet")
    table = pd.read_csv(real.parent / "other.tsv", sep="\t", dtype=str, keep_default_na=False)
    sealed = roles[(roles["repeat"] == 1) & (roles["role"] == "final")]["sample"]
    assert set(sealed) == set(table.loc[table["set"] == "seal", "IID"])
    for name in ("components_YRI.png", "frequencies_JPT.png", "people_JPT.json", "funnel.parquet"):
        assert (folder_of(real.parent / "store", "studies/tiny/results") / name).exists()


@pytest.fixture(scope="module")
def unlike(tmp_path_factory) -> Path:
    """Two small populations, the second without a column for one of the two traits."""
    study = write_study_of_two(tmp_path_factory.mktemp("unlike"))
    table = pd.read_csv(study.parent / "other.tsv", sep="\t", dtype=str, keep_default_na=False)
    table.drop(columns="asthma").to_csv(study.parent / "other.tsv", sep="\t", index=False)
    return study


def test_a_trait_that_one_population_lacks_is_studied_in_the_other(unlike):
    config, store = load_study(unlike), Store(str(unlike.parent / "store"))
    run_study(config, store, jobs=2)
    verdict = read_study_table(store, "tiny", "verdict")
    assert set(verdict["phenotype"]) - {"all"} == {"YRI_height", "YRI_asthma", "JPT_height"}
    report = (folder_of(unlike.parent / "store", "studies/tiny/report") / "report.html").read_text()
    assert "Not studied in JPT, whose tables have no such trait, but in others: asthma." in report
    assert "Not studied in YRI" not in report


def test_a_trait_that_nobody_has_is_refused_before_anything_is_computed(unlike):
    with pytest.raises(InputError, match="no small population's tables have a column 'asthme'; did you mean 'asthma'"):
        check_settings(load_study(unlike, ["traits.names=[height, asthme]"]))


def test_a_population_without_any_of_the_traits_is_refused(unlike):
    config = load_study(unlike, ["traits.names=[asthma]"])
    with pytest.raises(InputError, match=r"none of them is a column of the tables of JPT, which have .*height"):
        run_study(config, Store(str(unlike.parent / "none")), jobs=1)
