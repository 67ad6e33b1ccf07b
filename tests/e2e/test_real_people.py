"""A study of real people as an Airflow DAG: two traits, two draws of the roles, the bytes of the command line."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from gtl.config import StudyConfig, load_study
from gtl.domain.trait import TraitKind
from gtl.evaluate.wording import metric_words
from gtl.methods.registry import METHODS, method_title
from gtl.simulate.example import ExampleSize
from gtl.simulate.example_files import STATISTICS_FILE, write_example
from gtl.steps.study_tables import read_study_table
from gtl.store import Store
from gtl.study_run import run_study
from operators.branches import branches
from operators.local_airflow import local_airflow, password
from tests.e2e.browser import logged_in
from tests.e2e.conftest import manifests
from tests.e2e.test_airflow_study import MINUTES, finished_run, until
from tests.e2e.walk import Walked, walk
from tests.stored import folder_of

TRAITS = ["awn_presence", "seed_length"]
NAMED = ["covariates_only", "own_gblup", "pooled_gblup", "transfer_gblup", "no_transfer", "polygenic_score"]
DAG = "transfer_study"
CHROMOSOMES = (3, 10)  # of twelve; sorted as text they would be the other way round
IMPORTS = {f"{cohort} cohort, chromosome {number}" for cohort in ("large", "small") for number in CHROMOSOMES}
PASSES = {f"chromosome {number}" for number in CHROMOSOMES}


@pytest.fixture(scope="module")
def study(shared, tmp_path_factory) -> StudyConfig:
    """Rice, japonica to indica: both populations are in the same files, which the study file names relatively."""
    folder = tmp_path_factory.mktemp("study")
    rice = shared.resolve() / "data" / "rice_diversity"
    _write_chromosomes(rice / "rice.bed", folder / "genotypes" / "rice.bed")
    data = Path(os.path.relpath(rice, folder))
    populations = {"large": "japonica", "small": "indica"}
    files = {
        "genotypes": "genotypes/rice.bed",
        "tables": [str(data / name) for name in ("populations.tsv", "phenotypes.tsv")],
    }
    settings = {
        "name": "rice",
        "source": "files",
        "populations": populations,
        "files": {size: files | {"where": f"population={name}"} for size, name in populations.items()},
        "traits": {"names": TRAITS},
        "roles": {"final_share": 0.5, "repeats": 2},
        "association": {"plots": False},
        "classical": {"models": ["CART"]},
        "transfer": {"methods": NAMED},
    }
    path = folder / "rice.yaml"
    path.write_text(yaml.safe_dump(settings))
    return load_study(path)


def _write_chromosomes(bed: Path, target: Path) -> None:
    """Those of :data:`CHROMOSOMES` in PLINK files: as many bytes a SNP for its people, after three of a signature."""
    target.parent.mkdir()
    snps = bed.with_suffix(".bim").read_text().splitlines(keepends=True)
    kept = np.isin([int(snp.split()[0]) for snp in snps], CHROMOSOMES)
    content = np.fromfile(bed, dtype=np.uint8)
    target.write_bytes(content[:3].tobytes() + content[3:].reshape(len(snps), -1)[kept].tobytes())
    target.with_suffix(".bim").write_text("".join(np.array(snps)[kept]))
    target.with_suffix(".fam").write_bytes(bed.with_suffix(".fam").read_bytes())


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="module")
def airflow(home):
    with local_airflow(home, reread_seconds=4 * MINUTES) as api:
        until(lambda: api.has_dag(DAG), 3 * MINUTES)
        yield api


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="module")
def run(airflow, stores, study) -> str:
    return finished_run(airflow, study, stores / "airflow")


@pytest.fixture(scope="module")
def results(run, stores) -> Path:
    return folder_of(stores / "airflow", "studies/rice/results")


def test_every_task_ran_or_was_not_asked_for(airflow, run):
    instances = airflow.task_instances(DAG, run)
    assert {task["state"] for task in instances} == {"success", "skipped"}
    skipped = {task["task_id"] for task in instances if task["state"] == "skipped"}
    assert skipped == {f"branch.{name}" for name in set(METHODS) - set(NAMED)}
    assert {task["try_number"] for task in instances if task["state"] == "success"} == {1}


def test_instances_are_named_by_their_trait(airflow, run):
    found = set(branches(airflow.task_instances(DAG, run)))
    assert {"study", "cohorts", *TRAITS} <= found
    assert found - {"study", "cohorts", *TRAITS} == IMPORTS | PASSES


def test_chromosomes_are_imported_by_a_task_each(airflow, run, stores):
    instances = airflow.task_instances(DAG, run)
    ended = [task["end_date"] for task in instances if task["task_id"] == "imports.import"]
    begun = [
        task["start_date"] for task in instances if task["task_id"] in ("cohorts.large_cohort", "cohorts.small_cohort")
    ]
    assert len(ended) == len(IMPORTS)
    assert max(ended) < min(begun)
    imports = read_study_table(Store(str(stores / "airflow")), "rice", "times")["stage"].tolist().count("import")
    assert imports == len(IMPORTS)


def test_results_have_both_traits_both_draws_and_every_method(results):
    table = pd.read_parquet(results / "results.parquet")
    final = table[table["split"] == "final"]
    found = set(final[["phenotype", "repeat", "method"]].itertuples(index=False, name=None))
    ran = set(NAMED) - {"covariates_only"}  # there are none
    assert found == {(trait, draw, method) for trait in TRAITS for draw in (1, 2) for method in ran}


def test_nothing_but_references_travels_between_tasks(run, home, study):
    with closing(sqlite3.connect(home / "airflow.db")) as database:
        rows = database.execute("SELECT task_id, value FROM xcom WHERE run_id = ? AND key = 'return_value'", (run,))
        given = [(task, value) for task, value in rows]
    assert len(given) > 2 * len(NAMED)
    chromosomes = {str(number) for number in range(1, 23)}
    names = {*TRAITS, *study.cohort_sets(), *chromosomes, "large", "small", *(f"branch.{method}" for method in NAMED)}
    for task, value in given:
        assert set(_not_references(_decoded(value))) <= names, task


def _decoded(value: str) -> object:
    """Airflow keeps JSON; text within it is JSON once more."""
    while isinstance(value, str):
        value = json.loads(value)
    return value


def _not_references(value: object) -> list[object]:
    if isinstance(value, dict) and set(value) == {"key", "sha256"}:
        return []
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return [leaf for item in items for leaf in _not_references(item)]
    return [value]


def test_the_report_names_the_recommended_method(run, stores, study):
    report = (folder_of(stores / "airflow", "studies/rice/report") / "report.html").read_text()
    assert study.recommended == "transfer_gblup"
    assert method_title(study.recommended) in report
    assert all(trait in report for trait in TRAITS)


def test_the_command_line_gives_the_same_bytes(run, stores, study):
    run_study(study, Store(str(stores / "command_line")), jobs=2)
    assert manifests(stores / "airflow") == manifests(stores / "command_line")


@pytest.fixture(scope="module")
def from_statistics(tmp_path_factory) -> StudyConfig:
    """The example's study in which statistics stand for the large population's people, of fewer people and SNPs."""
    folder = tmp_path_factory.mktemp("statistics") / "example"
    write_example(folder, ExampleSize(large=300, small=90, snps=200, length=1_000_000))
    changes = ["traits.names=[height]", "transfer.methods=[own_gblup, bayesian_score, combined_score]"]
    return load_study(folder / STATISTICS_FILE, changes)


@pytest.fixture(scope="module")
def other(airflow, stores, from_statistics) -> str:
    """The run of a study from statistics."""
    return finished_run(airflow, from_statistics, stores / "airflow_statistics")


def test_statistics_in_place_of_people_give_the_bytes_of_the_command_line(other, stores, from_statistics):
    run_study(from_statistics, Store(str(stores / "statistics")), jobs=2)
    assert manifests(stores / "airflow_statistics") == manifests(stores / "statistics")
    results, page = (
        folder_of(stores / "statistics", f"studies/example-statistics/{name}") for name in ("results", "report")
    )
    final = pd.read_parquet(results / "results.parquet").query("split == 'final'")
    assert set(final["method"]) == {"own_gblup", "bayesian_score", "combined_score"}
    report = (page / "report.html").read_text()
    assert "In place of people of large the study has these sources" in report


def test_results_of_real_people_are_walked_through_in_a_browser(airflow, home, run, stores, study, other):
    """Of a binary and of a quantitative trait, beside another study to be compared with."""
    kinds = dict(zip(TRAITS, (TraitKind.BINARY, TraitKind.QUANTITATIVE), strict=True))
    walked = Walked(
        airflow.url, run, Store(str(stores / "airflow")), "rice", "Does knowledge of japonica help to predict indica?",
        "indica", "id", {"split": "final", "phenotype": "seed_length", "method": "transfer_gblup"},
        {trait: metric_words(study.selection.primary(kind)) for trait, kind in kinds.items()},
        is_real=True, has_pictures=False,
    )  # fmt: skip
    with logged_in(airflow.url, password(home)) as page:
        walk(page, walked)
