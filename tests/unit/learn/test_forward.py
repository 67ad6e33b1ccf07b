import numpy as np
import pytest

from gtl.config.learning import PAPER_NETWORKS, LayerKind, NetworkConfig
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn import forward, networks

CONV = NetworkConfig(
    name="CNN", layers=((LayerKind.CONV1D, 4), (LayerKind.CONV1D, 3), (LayerKind.DENSE, 10), (LayerKind.DENSE, 2))
)
GENOTYPES = np.random.default_rng(0).integers(0, 3, (12, 11)).astype(np.int8)


def _trained_alike(model, scale=0.3):
    """Random weights everywhere, biases too, as after training."""
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(scale=scale, size=array.shape) for array in model.get_weights()])
    return model


@pytest.mark.parametrize(
    "network",
    [
        pytest.param(networks.for_trait(network, kind), id=f"{network.name}, {kind}")
        for kind in TraitKind
        for network in (*PAPER_NETWORKS, CONV)
    ],
)
def test_predictions_are_those_of_keras(network):
    model = _trained_alike(networks.build(network, 11, dropout=0.2, time_steps=1, seed=1))
    expected = np.asarray(model(networks.as_input(network, GENOTYPES, 1)))[:, -1]
    predicted = forward.predict(network, model.get_weights(), GENOTYPES)
    assert predicted.dtype == np.float64
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-6 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize("kind", TraitKind)
@pytest.mark.parametrize("number", [3, 4, 5])
def test_several_time_steps_are_left_to_keras(number, kind):
    network = networks.for_trait(PAPER_NETWORKS[number], kind)
    model = _trained_alike(networks.build(network, 11, dropout=0.2, time_steps=3, seed=1))
    expected = np.asarray(model(networks.as_input(network, GENOTYPES, 3)))[:, -1]
    predicted = forward.predict(network, model.get_weights(), GENOTYPES, time_steps=3)
    np.testing.assert_allclose(predicted, expected, rtol=0, atol=1e-6 * max(1, np.abs(expected).max()))


def test_two_layers_by_hand():
    network = NetworkConfig(name="tiny", layers=((LayerKind.DENSE, 2), (LayerKind.DENSE, 2)))
    # SNP dosage 2: hidden relu(2 * 1 - 1) = 1 and relu(2 * -1) = 0; logits (0, ln 4 * 1 + 9 * 0).
    weights = [np.array([[1.0, -1.0]]), np.array([-1.0, 0.0]), np.array([[0.0, np.log(4)], [0.0, 9.0]]), np.zeros(2)]
    assert forward.predict(network, weights, np.array([[2]])) == pytest.approx([0.8])


def test_weights_of_other_snps_or_networks_are_refused():
    weights = networks.build(PAPER_NETWORKS[0], 11, dropout=0.0, time_steps=1, seed=1).get_weights()
    with pytest.raises(InputError, match="weights are for 11 SNPs, the genotypes have 10"):
        forward.predict(PAPER_NETWORKS[0], weights, GENOTYPES[:, :10])
    with pytest.raises(InputError, match="10 weight arrays, got 6"):
        forward.predict(PAPER_NETWORKS[1], weights, GENOTYPES)
