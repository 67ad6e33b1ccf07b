"""`gtl predict` of a model of real people: what the study said of its final people, said again of their files."""

import io

import numpy as np
import pandas as pd
import pytest

from gtl.config import load_study
from gtl.learn.model_card import ModelCard
from gtl.schema import PREDICTIONS
from gtl.store import Store
from gtl.study_run import run_study

METHODS = ["covariates_only", "own_gblup", "no_transfer"]


@pytest.fixture(scope="module")
def study(small_example, tmp_path_factory):
    """The finished study of the small example, and its store."""
    folder = tmp_path_factory.mktemp("study")
    changes = [f"store={folder}/results", f"transfer.methods=[{', '.join(METHODS)}]", "traits.names=[height, asthma]"]
    config = load_study(small_example / "study.yaml", changes)
    store = Store(config.store)
    run_study(config, store, jobs=1)
    return store, folder / "results/studies/example/phenotypes"


def predicted(command_line, model, example, *more):
    code, out, err = command_line(
        "predict", "--model", model, "--genotypes", example / "small.vcf.gz", "--format", "csv", *more
    )
    assert code == 0, err
    return pd.read_csv(io.StringIO(out)), err


@pytest.mark.parametrize("trait", ["height", "asthma"])
@pytest.mark.parametrize("method", METHODS)
def test_final_people_get_what_the_study_gave_them(study, small_example, command_line, trait, method):
    store, branches = study
    scores = store.read(store.find(f"studies/example/phenotypes/{trait}/scores"))
    told = scores.read_table("predictions.parquet", PREDICTIONS)
    told = told[told["method"] == method].set_index("sample")
    [model] = (branches / trait / method).glob("*/model.*")
    found, err = predicted(command_line, model, small_example, "--tables", small_example / "small.tsv")
    column = "value" if trait == "height" else "probability"
    own = found.set_index("sample").loc[told.index, column]
    np.testing.assert_allclose(own, told["prediction"], rtol=1e-6)
    assert found["percentile"].between(0, 100).all()
    # The three people who are in no table.
    assert "covariate age: not known of 3 of 60 people: the training people's mean stands in" in err


def test_cards_say_whose_they_are_and_hold_nobody(study):
    _, branches = study
    [path] = (branches / "height/own_gblup").glob("*/card.json")
    card = ModelCard.from_json(path.read_text())
    assert card.limits.startswith("A research model of real people")
    assert len(card.reference) == 101
    assert list(card.reference) == sorted(card.reference)
    assert list(card.covariates["names"]) == ["sex", "age"]
    assert len(card.covariates["means"]) == 2


def test_the_percentiles_of_learning_people_are_even(study, small_example, command_line):
    _, branches = study
    [model] = (branches / "height/own_gblup").glob("*/model.*")
    found, _ = predicted(command_line, model, small_example, "--tables", small_example / "small.tsv")
    assert 35 < found["percentile"].mean() < 65
