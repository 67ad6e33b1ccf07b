"""Linear models, written by the stages of a study, in the registry and asked about the study's own final people."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from gtl import stages
from gtl.__main__ import app
from gtl.config import preset, with_overrides
from gtl.domain.cohort import Cohort
from gtl.formats.genotype_parquet import write_genotypes
from gtl.models.registry import export, load_model, stored_models, verify
from gtl.schema import PREDICTIONS
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store
from tests.prepared import SMALL_STUDY, prepare

CODE = "YRI_3_1"
METHODS = ["bayesian_score", "coral", "linear_transfer", "majority", "oracle", "polygenic_score", "tca"]
NAMES = [f"{CODE}/{method}" for method in METHODS]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Store with a study of all linear methods, its scores, and a file of its final people's genotypes."""
    folder = tmp_path_factory.mktemp("study")
    config, store = with_overrides(preset("quick"), SMALL_STUDY), Store(str(folder / "results"))
    made = prepare(config, store, CODE)
    truth = {"oracle": {"phenotype": made.phenotype}}
    chosen = {
        name: stages.apply_method(config, store, CODE, name, **made.inputs, **truth.get(name, {})) for name in METHODS
    }
    scores = store.read(stages.score_final(config, store, CODE, made.genotypes, made.phenotype, chosen))
    write_genotypes(SharedGenotypes.open(store, made.genotypes).cohort(Cohort.FINAL, unseal=True), folder / "p.parquet")
    return store, scores.read_table("predictions.parquet", PREDICTIONS), folder / "p.parquet"


@pytest.fixture
def gtl(study, monkeypatch):
    monkeypatch.setenv("GTL_STORE", study[0].uri("").rstrip("/"))
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_linear_models_are_listed_shown_and_verified(study, gtl):
    models = stored_models(study[0], "quick")
    assert [model.name for model in models] == NAMES
    assert list(verify(models)) == [(name, "") for name in NAMES]
    listed = json.loads(gtl("models", "list", "quick", "--format", "json").stdout)
    assert {row["model"]: row["kind"] for row in listed} == dict.fromkeys(NAMES, "linear")
    assert json.loads(gtl("models", "show", "quick", f"{CODE}/coral").stdout)["method"] == "coral"


def test_a_linear_model_and_its_card_are_exported_beside_each_other(study, tmp_path):
    paths = export(stored_models(study[0], "quick"), tmp_path)
    assert [path.name for path in paths] == [f"{CODE}-{method}.linear.json" for method in METHODS]
    assert len(list(tmp_path.iterdir())) == 2 * len(METHODS)
    for path, method in zip(paths, METHODS, strict=True):
        assert load_model(str(path))[0].method == method


@pytest.mark.parametrize("method", METHODS)
def test_new_people_get_the_scores_that_the_study_gave_them(study, gtl, method):
    store, predictions, people = study
    uri = store.uri(f"studies/quick/phenotypes/{CODE}/{method}/model.linear.json")
    told = gtl("predict", "--model", uri, "--genotypes", str(people), "--format", "json")
    found, expected = pd.DataFrame(json.loads(told.stdout)), predictions[predictions["method"] == method]
    assert found["sample"].tolist() == expected["sample"].tolist()
    np.testing.assert_allclose(found["probability"], expected["prediction"], atol=1e-9)


def test_the_majority_class_says_of_everybody_the_same(gtl, study):
    uri = study[0].uri(f"studies/quick/phenotypes/{CODE}/majority/model.linear.json")
    told = gtl("predict", "--model", uri, "--genotypes", str(study[2]))
    assert told.stderr == "0 of the model's 0 SNPs used\n"
