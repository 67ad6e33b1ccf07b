import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of
from gtl.learn.predictors import load

FLOATS = st.floats(-1e6, 1e6)


def test_log_odds_add_up_and_missing_is_the_mean():
    predictor = LinearPredictor(np.log([2.0, 3.0]), np.log(0.5), np.float32([0, 1]))
    odds = [0.5, 0.5 * 2 * 9, 0.5 * 3]
    np.testing.assert_allclose(
        predictor.predict(np.int8([[0, 0], [1, 2], [-1, -1]])), [o / (1 + o) for o in odds]
    )  # fmt: skip


@given(hnp.arrays(np.float64, 3, elements=FLOATS), FLOATS)
def test_the_file_reads_back_the_same(weights, intercept):
    original = LinearPredictor(weights, intercept, np.float32([0.5, 1, 2]))
    read = LinearPredictor.from_bytes(original.to_bytes(), original.mean_dosages)
    np.testing.assert_array_equal(read.weights, weights)
    assert read.intercept == intercept


@pytest.mark.parametrize("n_snps", [0, 2])
def test_it_is_loaded_by_its_card(n_snps):
    means = np.float32([0.25, 1.5])[:n_snps]
    original = LinearPredictor(np.array([0.3, -0.7])[:n_snps], 0.1, means)
    model = original.to_bytes()
    card = ModelCard(
        kind=ModelKind.LINEAR, study="s", phenotype="YRI_5_1", method="coral", algorithm="CORAL", frozen_layers=-1,
        snps=tuple(ModelSnp("rs", "C", float(mean), "A") for mean in means), training_people=1,
        training_sha256="", seed=1, model_sha256=sha256_of(model),
    )  # fmt: skip
    assert (card.kind.suffix, card.kind) == (".linear.json", ModelCard.from_json(card.to_json()).kind)
    dosages = np.int8([[0, -1], [2, 1]])[:, :n_snps]
    read = load(model, ModelCard.from_json(card.to_json()))
    np.testing.assert_array_equal(read.predict(dosages), original.predict(dosages))


@pytest.mark.parametrize(
    "text",
    [b"[", b"[]", b'{"weights": [1]}', b'{"weights": ["a"], "intercept": 0}', b'{"weights": [1, 2], "intercept": 0}'],
)
def test_what_is_no_linear_model_is_refused(text):
    with pytest.raises(ArtifactCorrupt, match="linear model cannot be read"):
        LinearPredictor.from_bytes(text, np.float32([1]))


def test_numbers_that_are_none_are_refused():
    with pytest.raises(InputError, match="not a finite number"):
        LinearPredictor(np.array([np.nan]), 0.0, np.float32([1]))


def test_values_add_up_and_the_file_says_so():
    original = LinearPredictor(np.array([2.0, -1.0]), 10.0, np.float32([0, 1]), trait_kind=TraitKind.QUANTITATIVE)
    dosages = np.float32([[0, 0], [0.5, 2], [np.nan, np.nan]])
    np.testing.assert_array_equal(original.predict(dosages), [10, 9, 9])
    np.testing.assert_array_equal(original.shifted(1.5).predict(dosages), [11.5, 10.5, 10.5])
    read = LinearPredictor.from_bytes(original.to_bytes(), original.mean_dosages)
    np.testing.assert_array_equal(read.predict(dosages), original.predict(dosages))


def test_a_file_from_before_quantitative_traits_is_of_a_binary_one():
    read = LinearPredictor.from_bytes(b'{"weights": [1], "intercept": 0}', np.float32([1]))
    assert read.predict(np.int8([[0]])).tolist() == [0.5]
