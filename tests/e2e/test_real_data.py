"""Small versions of the studies of docs/real_data.md: a published split, files by chromosome, sealed files, an eQTL."""

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from benchmarks.real_data import bridgeprs, lcl, wheat
from gtl.config import load_study
from gtl.schema import FUNNEL, RESULTS
from gtl.store import Artifact, Store
from gtl.study_run import run_study

SCORES = ["own_gblup", "pooled_gblup", "transfer_gblup"]


def results_of(settings: dict[str, Any], folder: Path) -> Artifact:
    """Run a study of real people whose files are named absolutely."""
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump({"name": "real", "source": "files", "association": {"plots": False}, **settings}))
    store = Store(str(folder / "store"))
    return store.read(run_study(load_study(path), store, jobs=1).results)


def final(results: Artifact, metric: str) -> pd.DataFrame:
    """Mean final figure by trait and method."""
    table = results.read_table("results.parquet", RESULTS)
    rows = table[(table["split"] == "final") & (table["metric"] == metric)]
    return rows.pivot_table(index="phenotype", columns="method", values="value")


def test_wheat_on_the_published_split(shared, tmp_path):
    settings = dict(wheat(shared / "data"))["wheat-published"] | {"transfer": {"methods": [*SCORES, "large_gblup"]}}
    found = final(results_of(settings, tmp_path), "correlation").loc["grain_yield"]
    # Wu & de los Campos 2026, the same 150 people: .446 by the target alone, .470 by the source alone.
    assert found["own_gblup"] == pytest.approx(0.446, abs=0.02)
    assert found["large_gblup"] == pytest.approx(0.470, abs=0.02)
    assert found["transfer_gblup"] > found["own_gblup"]


@pytest.fixture
def two_chromosomes(shared, tmp_path) -> Path:
    """The BridgePRS data with chromosomes 21 and 22 alone."""
    for population in ("EUR", "AFR"):
        source = shared / "data" / "bridgeprs" / f"pop_{population}"
        folder = tmp_path / "bridgeprs" / f"pop_{population}"
        (folder / "genotypes").mkdir(parents=True)
        (folder / "phenotypes").mkdir()
        for file in source.glob("genotypes/chr2[12].*"):
            shutil.copy(file, folder / "genotypes")
        for file in source.glob("phenotypes/*.dat"):
            shutil.copy(file, folder / "phenotypes")
    return tmp_path


def test_files_by_chromosome_with_a_sealed_file_and_both_kinds_of_traits(two_chromosomes, tmp_path):
    settings = dict(bridgeprs(two_chromosomes))["bridgeprs"]
    results = results_of(settings | {"transfer": {"methods": ["covariates_only", *SCORES]}}, tmp_path)
    table = results.read_table("results.parquet", RESULTS)
    assert set(table.loc[table["split"] == "final", "n"]) == {1000}
    assert set(final(results, "correlation").columns) == {"covariates_only", *SCORES}
    assert final(results, "accuracy").index.tolist() == ["y.binary"]
    assert (final(results, "partial_r2").columns == SCORES).all()
    funnel = results.read_table("funnel.parquet", FUNNEL)
    assert set(funnel["source"]) == {"large", "small", "final"}


def test_the_textbook_eqtl_is_found_and_other_genes_are_not(shared, tmp_path):
    settings = dict(lcl(shared / "data"))["lcl"]
    cct8, *others = settings["traits"]["names"]
    settings |= {
        "traits": {"names": [cct8, *others[:2]]},
        "roles": {"repeats": 3},
        "classical": {"models": ["CART"]},
        "transfer": {"methods": ["own_gblup", "no_transfer"]},
    }
    # rs965951 explains 69 % of CCT8's expression in YRI: one SNP, which a tree of the small population finds.
    found = final(results_of(settings, tmp_path), "correlation")["no_transfer"]
    assert found[cct8] > 0.4
    assert (found.drop(cct8) < 0.4).all()
