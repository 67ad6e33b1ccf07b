import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gtl.config.learning import ClassicalModel
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn.classical import fit, fit_values
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of
from gtl.learn.predictors import ClassicalPredictor, fill_missing, load, mean_dosages


def predictor():
    rng = np.random.default_rng(2)
    dosages = rng.integers(-1, 3, (40, 6), dtype=np.int8)
    means = mean_dosages(dosages)
    case = np.tile(np.int8([0, 1]), 20)
    return ClassicalPredictor(fit(ClassicalModel.CART, fill_missing(dosages, means), case, 1), means), dosages


def card_of(model, means, **more):
    snps = tuple(ModelSnp(f"rs{i}", "A", float(mean), "G") for i, mean in enumerate(means))
    return ModelCard(
        kind=ModelKind.CLASSICAL, study="s", phenotype="YRI_5_1", method="no_transfer", algorithm="CART",
        frozen_layers=-1, snps=snps, training_people=40, training_sha256="", seed=1, model_sha256=sha256_of(model),
        **more,
    )  # fmt: skip


def test_means_leave_missing_genotypes_out():
    dosages = np.int8([[0, 2, -1], [1, -1, 1], [2, 2, -1]])
    np.testing.assert_array_equal(mean_dosages(dosages), np.float32([1, 2, 1]))


def test_a_snp_that_nobody_has_is_refused():
    with pytest.raises(InputError, match="SNP 1 of the sub-dataset is missing in all 2 training people"):
        mean_dosages(np.int8([[0, -1], [1, -1]]))


@given(hnp.arrays(np.int8, (5, 3), elements=st.integers(-1, 2)))
def test_filling_changes_missing_genotypes_alone(dosages):
    means = np.float32([0.25, 1.5, 2.0])
    filled = fill_missing(dosages, means)
    missing = dosages == -1
    np.testing.assert_array_equal(filled[~missing], dosages[~missing])
    np.testing.assert_array_equal(filled[missing], np.broadcast_to(means, (5, 3))[missing])


@pytest.mark.parametrize(
    ("dosages", "message"),
    [
        (np.zeros((2, 2), np.int8), r"expected int8 or float32 of shape \(people, 3\), got int8 of shape \(2, 2\)"),
        (np.zeros((2, 3), np.float64), "got float64"),
        (np.float32([[0, 2.5, 0]]), "2.5 at person 0, SNP 1; expected 0 to 2 or NaN"),
        (np.float32([[0, 1, -1]]), "-1.0 at person 0, SNP 2"),
        (np.zeros(3, np.int8), r"of shape \(3,\)"),
        (np.int8([[0, 0, 0], [0, 3, 0]]), "3 at person 1, SNP 1; expected 0, 1, 2 or -1"),
        (np.int8([[-2, 0, 0]]), "-2 at person 0, SNP 0"),
        (np.float32([[0, -1, 0]]), "-1.0 at person 0, SNP 1"),
    ],
)
def test_what_are_no_dosages_is_refused(dosages, message):
    with pytest.raises(InputError, match=message):
        fill_missing(dosages, np.float32([0, 1, 2]))


def test_saved_and_loaded_it_predicts_the_same():
    original, dosages = predictor()
    model = original.to_bytes()
    card = ModelCard.from_json(card_of(model, original.mean_dosages).to_json())
    np.testing.assert_array_equal(load(model, card).predict(dosages), original.predict(dosages))


def test_a_file_that_is_not_its_cards_is_refused_before_it_is_read():
    original, _ = predictor()
    card = card_of(original.to_bytes(), original.mean_dosages)
    with pytest.raises(ArtifactCorrupt, match="model file of YRI_5_1 no_transfer: sha256 is"):
        load(b"not even a zip", card)


def test_imputed_dosages_have_means_and_are_filled():
    dosages = np.float32([[0.5, np.nan], [1.5, 0.25]])
    means = mean_dosages(dosages)
    np.testing.assert_array_equal(means, np.float32([1, 0.25]))
    np.testing.assert_array_equal(fill_missing(dosages, means), np.float32([[0.5, 0.25], [1.5, 0.25]]))
    with pytest.raises(InputError, match="SNP 1 of the sub-dataset is missing in all 2 training people"):
        mean_dosages(np.float32([[0, np.nan], [1, np.nan]]))


@given(hnp.arrays(np.int8, (5, 3), elements=st.integers(-1, 2)))
def test_hard_calls_as_dosages_are_filled_alike(dosages):
    dosages[0] = 1
    imputed = np.where(dosages < 0, np.nan, dosages).astype(np.float32)
    means = mean_dosages(dosages)
    np.testing.assert_array_equal(mean_dosages(imputed), means)
    np.testing.assert_array_equal(fill_missing(imputed, means), fill_missing(dosages, means))


def test_a_shift_adds_to_the_log_odds_of_scores_that_are_not_certain():
    dosages = np.repeat(np.int8([[0], [1], [2]]), 10, axis=0)
    case = np.repeat(np.int8([0, 1, 0, 1]), [10, 5, 5, 10])
    tree = fit(ClassicalModel.CART, dosages.astype(np.float32), case, 1)
    original = ClassicalPredictor(tree, np.float32([1]))
    score, moved = original.predict(dosages), original.shifted(np.log(3)).predict(dosages)
    odds = np.clip(score, 0.001, 0.999) / (1 - np.clip(score, 0.001, 0.999))
    np.testing.assert_allclose(moved, 3 * odds / (1 + 3 * odds))
    assert set(score) == {0.0, 0.5, 1.0}
    np.testing.assert_array_equal(original.shifted(0.0).predict(dosages), score)


def test_a_shifted_model_is_saved_by_its_card():
    original, dosages = predictor()
    shifted = original.shifted(-0.7)
    model = shifted.to_bytes()
    assert model == original.to_bytes()
    card = ModelCard.from_json(card_of(model, shifted.mean_dosages, shift=shifted.shift).to_json())
    np.testing.assert_array_equal(load(model, card).predict(dosages), shifted.predict(dosages))


def test_a_regressor_gives_values_in_the_traits_units():
    _, dosages = predictor()
    means = mean_dosages(dosages)
    x = fill_missing(dosages, means)
    regressor = fit_values(ClassicalModel.CART, x, x[:, 2].astype(np.float64), 1)
    scaled = ClassicalPredictor(regressor, means, trait_kind=TraitKind.QUANTITATIVE, shift=150.0, scale=10.0)
    np.testing.assert_array_equal(scaled.predict(dosages), 150 + 10 * regressor.predict(x))
    np.testing.assert_array_equal(scaled.shifted(2.0).predict(dosages), 152 + 10 * regressor.predict(x))
    card = card_of(scaled.to_bytes(), means, trait_kind=TraitKind.QUANTITATIVE, shift=150.0, scale=10.0)
    read = load(scaled.to_bytes(), ModelCard.from_json(card.to_json()))
    np.testing.assert_array_equal(read.predict(dosages), scaled.predict(dosages))
