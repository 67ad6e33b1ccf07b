"""Fresh people for every iteration, under permuted labels: seals, what is said, independence of the study's size."""

import json
from pathlib import Path

import pytest

from gtl.__main__ import echo_results
from gtl.config import with_overrides
from gtl.steps.study_tables import read_study_table
from gtl.store import Store
from gtl.study_run import run_study
from tests.e2e.conftest import manifests
from tests.stored import folder_of

SMALLER = [
    "cohorts.fresh=true", "phenotypes.permute_labels=true", "phenotypes.risk_snps=[2, 3]",
    "transfer.methods=[no_transfer, deep_transfer]",
    "training.networks=[{name: Model 1, layers: [[dense, 10], [dense, 2]]}]", "association.plots=false",
    "classical.models=[CART]",
]  # fmt: skip


def run(tiny, store: Path, iterations: int) -> Path:
    config = with_overrides(tiny, [*SMALLER, f"phenotypes.iterations={iterations}"])
    run_study(config, Store(str(store)), jobs=2)
    return store / "studies" / config.name


@pytest.fixture(scope="module")
def study(tiny, tmp_path_factory) -> Path:
    return run(tiny, tmp_path_factory.mktemp("three"), 3)


def report_of(study: Path) -> str:
    return (folder_of(study.parents[1], "studies/tiny/report") / "report.html").read_text()


def test_every_iteration_has_people_of_its_own_and_risk_snp_counts_share_them(study):
    assert sorted(folder.name for folder in study.iterdir()) == [
        "iterations", "openings", "phenotypes", "report", "results",
    ]  # fmt: skip
    assert sorted(folder.name for folder in (study / "iterations").iterdir()) == ["1", "2", "3"]
    for folder in (study / "phenotypes").iterdir():
        inputs = json.loads((folder / "phenotype" / "current.json").read_text())["inputs"]
        own = Store(str(study.parents[1])).find(f"studies/tiny/iterations/{folder.name[-1]}/genotypes")
        assert inputs["genotypes"] == own.sha256


def test_each_phenotypes_final_people_were_opened_once(study):
    openings = [json.loads(file.read_text()) for file in (study / "openings").iterdir()]
    codes = [f"YRI_{risk_snps}_{iteration}" for risk_snps in (2, 3) for iteration in (1, 2, 3)]
    assert sorted(opening["phenotype"] for opening in openings) == codes
    assert len({opening["cohort_sha256"] for opening in openings}) == 6


def test_a_study_of_one_iteration_has_the_same_first_iteration(study, tiny, tmp_path):
    alone = run(tiny, tmp_path, 1)
    parts = ("iterations/", "phenotypes/")
    single = {name: content for name, content in manifests(alone).items() if name.startswith(parts)}
    del single["iterations/1/traits"]  # it lists the phenotypes of the whole study
    assert len(single) > 20
    assert {name: manifests(study)[name] for name in single} == single


def test_tables_and_times_cover_every_iteration(study):
    store = Store(str(study.parents[1]))
    assert read_study_table(store, "tiny", "8").columns.tolist() == ["result", "2_1", "2_2", "2_3"]
    runs = read_study_table(store, "tiny", "times")["stage"].value_counts()
    assert {name: runs[name] for name in ("large_cohort", "genotypes", "people", "scores")} == {
        "large_cohort": 3, "genotypes": 3, "people": 3, "scores": 6,
    }  # fmt: skip
    assert "new people for each of the 3 iterations" in " ".join(report_of(study).split())


def test_summary_and_report_say_that_labels_were_permuted(study, tiny, capsys):
    echo_results(Store(str(study.parents[1])), with_overrides(tiny, SMALLER))
    assert "Labels were permuted" in capsys.readouterr().out
    assert "Labels were permuted" in report_of(study)
