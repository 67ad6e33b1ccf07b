import pytest

from gtl.browse.shown import may_leave, stage_of
from gtl.store.manifest import Manifest

TRAIT = "studies/rice/phenotypes/height"


def manifest(key, *files, sealed=()):
    outputs = {name: {"sha256": "0", "bytes": 1} for name in files}
    return Manifest(key, "mark", {}, {}, "0.1", outputs, sealed)


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ("studies/rice/results", "results.parquet"),
        ("studies/rice/results", "table_6-large.csv"),
        ("studies/rice/results", "components_JPT.png"),
        ("studies/rice/report", "report.html"),
        (f"{TRAIT}/deep_transfer", "model.keras"),
        (f"{TRAIT}/draw-002/own_gblup", "model.linear.json"),
        (f"{TRAIT}/deep_transfer", "card.json"),
        (f"{TRAIT}/networks/Model-1", "subset-01.keras"),
        (f"{TRAIT}/association_small/chr21", "cohort.parquet"),
        (f"{TRAIT}/plots", "large_manhattan.svg"),
        ("studies/rice/genotypes", "audit.parquet"),
    ],
)
def test_figures_models_and_statistics_may_leave(key, file):
    assert may_leave(manifest(key, file), file)


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ("studies/rice/results", "people_audit.parquet"),
        ("studies/rice/results", "people.json"),
        ("studies/rice/people", "people.parquet"),
        ("studies/rice/people", "roles.parquet"),
        ("studies/rice/cohorts/large", "people.parquet"),
        ("studies/rice/cohorts/large/chr21", "genotypes.parquet"),
        ("studies/rice/genotypes", "shared.parquet"),
        (f"{TRAIT}/phenotype", "small.parquet"),
        (f"{TRAIT}/phenotype", "final.parquet"),
        (f"{TRAIT}/split", "split.parquet"),
        (f"{TRAIT}/scores", "predictions.parquet"),
        (f"{TRAIT}/deep_transfer", "test.parquet"),
        (f"{TRAIT}/association_small", "cohort.parquet"),
        ("studies/rice/sources/EUR/height", "card.json"),
        ("panels/coalescent-1", "small.parquet"),
        ("studies/rice/cohorts/results", "results.parquet"),
        ("studies/../results", "results.parquet"),
    ],
)
def test_nothing_about_single_people_may(key, file):
    assert not may_leave(manifest(key, file), file)


def test_what_is_sealed_or_not_in_the_manifest_may_not():
    key = "studies/rice/results"
    assert not may_leave(manifest(key, "results.parquet", sealed=["results.parquet"]), "results.parquet")
    assert not may_leave(manifest(key), "results.parquet")


def test_parts_of_stages_are_of_their_stage():
    assert stage_of(f"{TRAIT}/draw-011/scores") == "scores"
    assert stage_of("studies/rice/populations/JPT/genotypes") == "genotypes"
    assert stage_of("studies/rice/iterations/3/traits") == "traits"
    assert stage_of(f"{TRAIT}/association_large/training") == ""
