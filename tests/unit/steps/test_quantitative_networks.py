"""A quantitative trait with covariates through a whole study with networks, and its model on new people."""

import json

import numpy as np
import pandas as pd
import pytest

from gtl.config import StudyConfig, load_study, with_overrides
from gtl.learn import networks
from gtl.learn.model_card import ModelCard, ModelKind
from gtl.learn.predictors import load
from gtl.models.prediction import predict
from gtl.schema import PREDICTIONS, RESULTS
from gtl.store import Store
from gtl.study_run import run_study
from tests.real_cohorts import write_study

# Keras 3.15 converts TensorFlow's variables in a way that numpy 2.4 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")

SETTINGS = [
    "traits.names=[height]", "roles.repeats=1", "roles.final_share=0.3", "training.epochs=8", "transfer.epochs=2",
    "transfer.methods=[covariates_only, own_gblup, no_transfer, deep_transfer]",
    "classical.models=[CART]",
    "preselection.p_values_large=[0.02, 0.1]", "preselection.p_values_small=[0.02, 0.1]",
    "training.networks=[{name: Dense, layers: [[dense, 8], [dense, 2]]}, {name: GRU, layers: [[gru, 4], [dense, 2]]}, "
    "{name: CNN, layers: [[conv1d, 2], [dense, 2]]}]",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def study(folder) -> StudyConfig:
    return with_overrides(load_study(write_study(folder, 120, 90, 400)), SETTINGS)


@pytest.fixture(scope="module")
def store(folder, study):
    store = Store(str(folder / "results"))
    run_study(study, store, 1)
    return store


def _found(store: Store, name: str):
    (path,) = (path for path in store.root.rglob(name) if "/deep_transfer/" in str(path))
    return path


def test_deep_transfer_has_its_rows_and_no_reason_not_to_run(store):
    (scored,) = {path.parent for path in store.root.rglob("predictions.parquet") if "/scores" in str(path)}
    results = pd.read_parquet(scored / "results.parquet")
    final = results[(results["split"] == "final") & (results["method"] == "deep_transfer")]
    assert {"correlation", "r2"} <= set(final["metric"])
    assert json.loads((scored / "not_run.json").read_text()) == []
    assert set(RESULTS.empty_table().column_names) == set(results.columns)


def test_every_network_is_tried_at_every_depth_and_chosen_by_the_primary_metric(store):
    table = pd.read_parquet(_found(store, "candidates.parquet"))
    tried = set(zip(table["algorithm"], table["frozen_layers"], strict=True))
    assert tried == {(name, depth) for name in ("Dense", "GRU", "CNN") for depth in (0, 1, 2)}


def test_base_networks_state_how_the_trait_was_standardised(store, folder):
    large = pd.read_csv(folder / "large.tsv", sep="\t")
    cards = [ModelCard.from_json(path.read_text()) for path in store.root.rglob("networks/**/subset-*.json")]
    assert cards
    for card in cards:
        assert card.network.layers[-1][1] == 1
        assert card.trait_kind == "quantitative"
        assert abs(card.shift) < 1e-9  # residuals of least squares on age and sex have mean 0 among training people
        assert 0.5 * large["height"].std() < card.scale < large["height"].std()
        assert "large test correlation" in card.metrics


def test_gtl_predict_gives_new_people_the_studys_predictions(store, folder):
    model, card = _found(store, "model.keras").read_bytes(), ModelCard.from_json(_found(store, "card.json").read_text())
    assert card.kind is ModelKind.NETWORK
    assert networks.load(model).layers[-1].units == 1
    made = predict(card, load(model, card), folder / "small.bed", [folder / "small.tsv"])
    (scored,) = {path for path in store.root.rglob("predictions.parquet") if "/scores" in str(path)}
    stored = pd.read_parquet(scored, columns=[field.name for field in PREDICTIONS.empty_table().schema])
    stored = stored[stored["method"] == "deep_transfer"].set_index("sample")
    found = made.people.set_index("sample").loc[stored.index]
    np.testing.assert_allclose(found["value"], stored["prediction"], rtol=1e-6)
    assert found["percentile"].between(0, 100).all()
