from dataclasses import replace

import numpy as np
import pytest

from gtl.config import with_overrides
from gtl.config.learning import PAPER_NETWORKS, TransferConfig
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, ArtifactMissing, InputError
from gtl.learn import networks
from gtl.learn.forward import predict
from gtl.learn.model_card import ModelCard, ModelKind, ModelSnp, sha256_of
from gtl.learn.predictors import fill_missing, load
from gtl.learn.training import FitSettings, TrainingJob, fit
from gtl.methods.deep_transfer import DeepTransfer, tuned_depths, uses_directly
from gtl.methods.training_people import TrainingPeople
from gtl.random_streams import stream_seed

# Keras 3.15 converts TensorFlow's variables in a way that numpy 2.4 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


@pytest.fixture(scope="module")
def deep_context(context):
    network = context.config.training.networks[0]
    stored = {
        (network.name, subset): networks.save(networks.build(network, len(rows), 0.2, 1, seed=subset))
        for subset, rows in context.subsets_large.items()
    }
    return replace(context, networks=stored)


def run(context):
    found = list(DeepTransfer("deep_transfer").candidates(context))
    return {(candidate.subset, candidate.frozen_layers): candidate for candidate in found}


@pytest.fixture(scope="module")
def candidates(deep_context):
    return run(deep_context)


def test_every_depth_of_every_base_network_once(candidates):
    assert set(candidates) == {(subset, depth) for subset in (2, 3) for depth in (0, 1, 2, 3)}


def test_direct_use_is_the_base_network_unchanged(deep_context, candidates):
    network, small = deep_context.config.training.networks[0], deep_context.small
    direct = candidates[3, 3]
    weights = networks.read_weights(deep_context.networks["Model 1", 3])
    expected = predict(network, weights, small.take(direct.rows, small.split.test))
    np.testing.assert_array_equal(direct.test, expected)
    assert direct.training_people == 60


def test_frozen_layers_stay_and_share_memory_and_the_others_learn(candidates):
    base = candidates[2, 3].predictor.weights
    for depth in (0, 1, 2):
        tuned = candidates[2, depth].predictor.weights
        kept = [np.shares_memory(old, new) for old, new in zip(base, tuned, strict=True)]
        assert kept[: 2 * depth] == [True] * (2 * depth)
        assert not np.array_equal(base[-1], tuned[-1])


def test_fine_tuned_networks_fill_from_the_small_population(deep_context, candidates):
    small = deep_context.small
    called = small.dosages[0, small.split.train]
    assert candidates[2, 0].predictor.mean_dosages[0] == np.float32(called[called >= 0].mean())


def test_a_chosen_network_predicts_the_same_from_its_file(deep_context, candidates):
    network, small = deep_context.config.training.networks[0], deep_context.small
    chosen = candidates[2, 1]
    model = chosen.predictor.to_bytes()
    card = ModelCard(
        kind=ModelKind.NETWORK, study="s", phenotype="YRI_5_1", method="deep_transfer", algorithm="Model 1",
        frozen_layers=1, snps=tuple(ModelSnp("rs", "C", float(mean), "T") for mean in chosen.predictor.mean_dosages),
        training_people=30, training_sha256="", seed=1, model_sha256=sha256_of(model),
        architecture=network.model_dump(mode="json"), dropout=0.2,
    )  # fmt: skip
    loaded = load(model, ModelCard.from_json(card.to_json()))
    np.testing.assert_array_equal(
        loaded.predict(small.take(chosen.rows, small.split.test)), chosen.test
    )  # fmt: skip
    assert chosen.predictor.to_bytes() == model


@pytest.mark.parametrize("engine", ["stacked", "keras"])
def test_a_1d_cnn_is_a_network_like_any_other(context, engine):
    layers = "[[conv1d, 3], [conv1d, 2], [dense, 4], [dense, 2]]"
    added = f'training.networks=[{{"name": "CNN", "layers": {layers}}}]'
    config = with_overrides(context.config, [added, f"training.engine={engine}"])
    network = config.training.networks[0]
    stored = {
        ("CNN", subset): networks.save(networks.build(network, len(rows), 0.2, 1, seed=subset))
        for subset, rows in context.subsets_large.items()
    }
    found = run(replace(context, config=config, networks=stored))
    assert set(found) == {(subset, depth) for subset in (2, 3) for depth in range(5)}
    small, base = context.small, found[3, 4].predictor.weights
    for depth in range(5):
        candidate = found[3, depth]
        kept = [np.array_equal(old, new) for old, new in zip(base, candidate.predictor.weights, strict=True)]
        assert kept[: 2 * depth] == [True] * (2 * depth)
        assert kept[-1] == (depth == 4)
        weights = networks.read_weights(candidate.predictor.to_bytes())
        called = fill_missing(small.take(candidate.rows, small.split.test), candidate.predictor.mean_dosages)
        np.testing.assert_allclose(predict(network, weights, called, 1), candidate.test, atol=1e-6)


def test_depths_as_configured():
    model_1, model_2 = PAPER_NETWORKS[:2]
    only_direct = TransferConfig(freeze_depths=())
    assert (tuned_depths(only_direct, model_1), uses_directly(only_direct, model_1)) == ([], True)
    named = TransferConfig(direct=False, freeze_depths=(1, 3))
    assert (tuned_depths(named, model_1), uses_directly(named, model_1)) == ([1], True)
    assert (tuned_depths(named, model_2), uses_directly(named, model_2)) == ([1, 3], False)
    assert tuned_depths(TransferConfig(), model_2) == [0, 1, 2, 3, 4]


def test_a_depth_that_no_network_has_is_refused(deep_context):
    config = with_overrides(deep_context.config, ["transfer.freeze_depths=[1, 4]"])
    with pytest.raises(
        InputError, match=r"transfer.freeze_depths: \[4\] layers cannot be frozen, the deepest .* has 3"
    ):
        run(replace(deep_context, config=config))


def test_a_base_network_that_was_not_trained_is_named(deep_context):
    with pytest.raises(ArtifactMissing, match="YRI_5_1: there is no base network 'Model 1' of sub-dataset 2"):
        run(replace(deep_context, networks={}))


@pytest.fixture(scope="module")
def linear_context(quantitative):
    """Base networks trained on the large population of a quantitative trait, around 170 there and 150 in the small."""
    network = networks.for_trait(quantitative.config.training.networks[0], TraitKind.QUANTITATIVE)
    config = with_overrides(quantitative.config, ["training.engine=stacked", "transfer.epochs=5"])
    stored = {}
    for subset, rows in quantitative.subsets_large.items():
        people, validation = TrainingPeople.of(rows, quantitative.large), quantitative.large.split.validation
        model = networks.build(network, len(rows), 0.0, 1, seed=subset)
        job = TrainingJob(
            network, fill_missing(people.dosages, people.means), people.network_target(people.value),
            fill_missing(quantitative.large.take(rows, validation), people.means),
            people.network_target(quantitative.large.value[validation]), model.get_weights(), stream_seed(1, subset),
        )  # fmt: skip
        model.set_weights(fit([job], FitSettings(epochs=60, dropout=0.0, learning_rate=0.01))[0].weights)
        stored[network.name, subset] = networks.save(model)
    return replace(quantitative, config=config, networks=stored)


def test_a_quantitative_trait_is_predicted_at_the_small_populations_level(linear_context):
    found, small = run(linear_context), linear_context.small
    assert set(found) == {(subset, depth) for subset in (1, 2) for depth in (0, 1, 2, 3)}
    for (_, depth), candidate in found.items():
        assert candidate.predictor.trait_kind is TraitKind.QUANTITATIVE
        train = candidate.predictor.predict(small.take(candidate.rows, small.split.train))
        assert train.mean() == pytest.approx(small.value[small.split.train].mean())
        people = linear_context.large if depth == 3 else small
        assert candidate.predictor.scale == pytest.approx(people.value[people.split.train].std())
    # Three SNPs explain about half of the variance; a network of them and their neighbours has to find most of that.
    direct = found[1, 3]
    assert np.corrcoef(direct.test, small.value[small.split.test])[0, 1] > 0.5


def test_fine_tuning_of_a_quantitative_trait_keeps_frozen_layers(linear_context):
    found = run(linear_context)
    base = found[2, 3].predictor.weights
    for depth in (0, 1, 2):
        kept = [np.array_equal(old, new) for old, new in zip(base, found[2, depth].predictor.weights, strict=True)]
        assert kept[: 2 * depth] == [True] * (2 * depth)
        assert not kept[-1]


def test_a_card_of_another_kind_than_its_network_is_refused(linear_context):
    chosen = run(linear_context)[1, 2]
    model = chosen.predictor.to_bytes()
    card = ModelCard(
        kind=ModelKind.NETWORK, study="s", phenotype="height", method="deep_transfer", algorithm="Model 1",
        frozen_layers=2, snps=tuple(ModelSnp("rs", "C", float(mean), "T") for mean in chosen.predictor.mean_dosages),
        training_people=40, training_sha256="", seed=1, model_sha256=sha256_of(model),
        architecture=chosen.predictor.network.model_dump(mode="json"), dropout=0.2,
        shift=chosen.predictor.shift, scale=chosen.predictor.scale, trait_kind=TraitKind.QUANTITATIVE,
    )  # fmt: skip
    small = linear_context.small
    loaded = load(model, ModelCard.from_json(card.to_json()))
    np.testing.assert_array_equal(loaded.predict(small.take(chosen.rows, small.split.test)), chosen.test)
    with pytest.raises(ArtifactCorrupt, match="its trait is binary, its network predicts a quantitative one"):
        load(model, replace(card, trait_kind=TraitKind.BINARY))


def test_a_trait_that_does_not_vary_is_refused(linear_context):
    large = replace(linear_context.large, value=np.full_like(linear_context.large.value, 7.0))
    with pytest.raises(InputError, match="networks: all 400 training people have the value 7 of the trait"):
        run(replace(linear_context, large=large))
