"""Small versions of the studies of docs/real_data.md: a published split, files by chromosome, sealed files, an eQTL."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from benchmarks import published_score_study, regenie_study
from benchmarks.real_data import bridgeprs, bridgeprs_statistics, lcl, wheat
from gtl.config import load_study
from gtl.schema import FUNNEL, PREDICTIONS, RESULTS
from gtl.store import Artifact, Store
from gtl.study_run import run_study
from tests.golden.test_plink2 import program

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
        (folder / "sumstats").mkdir()
        for file in source.glob("genotypes/chr2[12].*"):
            shutil.copy(file, folder / "genotypes")
        for file in source.glob("sumstats/*.chr2[12].*"):
            shutil.copy(file, folder / "sumstats")
        for file in source.glob("phenotypes/*.dat"):
            shutil.copy(file, folder / "phenotypes")
    return tmp_path


def test_statistics_of_two_populations_with_the_1000_genomes_as_reference(
    two_chromosomes, shared, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    shutil.copy(shared / "data" / "bridgeprs" / "1000G_sample.tar.xz", two_chromosomes / "bridgeprs")
    settings = dict(bridgeprs_statistics(two_chromosomes))["bridgeprs-statistics-all"]
    for file in tmp_path.glob("real_data_studies/bridgeprs_1000G/chr*"):
        if not file.name.startswith(("chr21.", "chr22.")):
            file.unlink()
    methods = ["own_gblup", "bayesian_score", "joint_score", "combined_score", "pooled_gblup"]
    settings |= {"transfer": {"methods": methods}, "traits": {"names": ["y"]}}
    results = results_of(settings, tmp_path)
    found = final(results, "correlation").loc["y"]
    assert set(found.index) == set(methods) - {"pooled_gblup"}
    assert found.notna().all()
    said = results.read_json("people.json")["sources"]
    # every variant of the statistics that is in the small population's files is used, and nothing is amiss
    assert "EUR: statistics (PLINK 2 .glm) of 80,000 people" in said
    assert "AFR: statistics (PLINK 2 .glm) of 20,000 people" in said
    assert "Z against LD of the reference" in said
    funnel = results.read_table("funnel.parquet", FUNNEL)
    assert (
        funnel.loc[
            (funnel["source"] == "small") & (funnel["step"] == "kept") & (funnel["reason"] == ""), "variants"
        ].item()
        > 400
    )


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


@pytest.mark.parametrize(("bed", "bgen"), [("bed", "bgen"), ("3chr-bed", "3chr-zstd")])
def test_a_cohort_with_covariates_of_levels_is_the_same_study_from_bed_and_bgen(shared, tmp_path, bed, bgen):
    regenie_study.write_files(shared / "data", tmp_path)
    found = []
    for form in (bed, bgen):
        settings = regenie_study.study(shared / "data", tmp_path, form)
        settings |= {"transfer": {"methods": ["covariates_only", "own_gblup", "transfer_gblup"]}}
        settings["traits"] |= {"names": ["Y1", "Y1_case"]}
        (tmp_path / form).mkdir()
        found.append(results_of(settings, tmp_path / form).read_table("results.parquet", RESULTS))
    figures = ["value", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(found[0].drop(columns=figures), found[1].drop(columns=figures))
    # The two formats count different alleles, whose sums are rounded differently.
    np.testing.assert_allclose(found[1][figures], found[0][figures], rtol=1e-6, atol=1e-9)


def test_a_published_score_is_the_same_study_from_a_vcf_and_a_bgen(shared, tmp_path):
    program("plink2")
    data, tables = shared / "data", []
    published_score_study.write_files(data, tmp_path)
    for form in ("vcf", "bgen"):
        folder = tmp_path / form
        folder.mkdir()
        results = results_of(published_score_study.study(data, tmp_path, form), folder)
        tables.append(results.read_table("results.parquet", RESULTS))
    pd.testing.assert_frame_equal(*tables)
    store = Store(str(tmp_path / "bgen" / "store"))
    scores = store.read(store.find("studies/real/phenotypes/height/scores"))
    predicted = scores.read_table("predictions.parquet", PREDICTIONS).query("method == 'published_score'")
    sealed = predicted.merge(pd.read_csv(tmp_path / "people.tsv", sep="\t"), left_on="sample", right_on="IID")
    assert len(sealed) == 294
    assert sealed["prediction"].corr(sealed["plink2"]) > 1 - 1e-9
    found = final(results, "correlation").loc["height"]
    assert found["published_score"] == pytest.approx(sealed["plink2"].corr(sealed["height"]), abs=1e-6)
    assert found["combined_score"] > found["own_gblup"]
