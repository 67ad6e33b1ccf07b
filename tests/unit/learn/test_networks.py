import io
import json
import subprocess
import sys
import zipfile

import h5py
import numpy as np
import pytest

from gtl.config.learning import PAPER_NETWORKS, LayerKind, NetworkConfig
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn import networks

DENSE, GRU, CONV1D = LayerKind.DENSE, LayerKind.GRU, LayerKind.CONV1D
CONV = NetworkConfig(name="CNN", layers=((CONV1D, 4), (CONV1D, 3), (DENSE, 10), (DENSE, 2)))
ALL_NETWORKS = [pytest.param(network, id=network.name) for network in (*PAPER_NETWORKS, CONV)]


def _build(network: NetworkConfig, seed: int = 1, time_steps: int = 1):
    return networks.build(network, n_snps=11, dropout=0.2, time_steps=time_steps, seed=seed)


@pytest.mark.parametrize("network", ALL_NETWORKS)
def test_files_round_trip_with_the_same_weights_and_bytes(network):
    model = _build(network)
    content = networks.save(model)
    loaded = networks.load(content)
    for weights in (loaded.get_weights(), networks.read_weights(content)):
        for read, written in zip(weights, model.get_weights(), strict=True):
            np.testing.assert_array_equal(read, written)
    assert networks.save(_build(network)) == content


def test_files_hold_no_date():
    with zipfile.ZipFile(io.BytesIO(networks.save(_build(CONV)))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert json.loads(archive.read("metadata.json"))["date_saved"] == ""


def test_another_seed_gives_other_weights_in_every_random_layer():
    first, second = (_build(PAPER_NETWORKS[6], seed).get_weights() for seed in (1, 2))
    for one, other in zip(first, second, strict=True):
        assert not one.any() or not np.allclose(one, other)  # biases start at 0


def test_keras_model_has_the_papers_layers():
    layers = [(layer.name, type(layer).__name__) for layer in _build(PAPER_NETWORKS[7]).layers]
    assert layers == [
        ("layer_1", "LSTM"), ("dropout_1", "Dropout"), ("layer_2", "LSTM"), ("dropout_2", "Dropout"),
        ("layer_3", "Dense"), ("dropout_3", "Dropout"), ("layer_4", "Dense"), ("dropout_4", "Dropout"),
        ("layer_5", "Dense"),
    ]  # fmt: skip


def test_recurrent_input_is_cut_into_time_steps_and_padded_with_zeros():
    genotypes = np.array([[1, 2, 0, 1, 2]], dtype=np.int8)
    gru = PAPER_NETWORKS[3]
    assert networks.as_input(gru, genotypes, 1).tolist() == [[[1, 2, 0, 1, 2]]]
    assert networks.as_input(gru, genotypes, 2).tolist() == [[[1, 2, 0], [1, 2, 0]]]
    assert networks.as_input(PAPER_NETWORKS[0], genotypes, 2).tolist() == [[1, 2, 0, 1, 2]]
    assert networks.as_input(CONV, genotypes, 1).shape == (1, 5, 1)
    assert _build(gru, time_steps=4).input_shape == (None, 4, 3)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (((DENSE, 5), (GRU, 3), (DENSE, 2)), "below all dense layers"),
        (((GRU, 5), (CONV1D, 3), (DENSE, 2)), "not both"),
        (((DENSE, 5), (DENSE, 3)), "must be dense with 2 units"),
        (((GRU, 2),), "must be dense with 2 units"),
    ],
)
def test_layers_that_make_no_network_are_refused(layers, message):
    with pytest.raises(InputError, match=message):
        networks.check(NetworkConfig(name="odd", layers=layers))


@pytest.mark.parametrize("network", [PAPER_NETWORKS[0], PAPER_NETWORKS[6], CONV], ids=lambda network: network.name)
def test_the_last_layer_of_a_quantitative_trait_is_one_linear_unit(network):
    linear = networks.for_trait(network, TraitKind.QUANTITATIVE)
    assert linear.layers == (*network.layers[:-1], (DENSE, 1))
    assert networks.for_trait(linear, TraitKind.BINARY) == network == networks.for_trait(network, TraitKind.BINARY)
    last = _build(linear).layers[-1]
    assert (last.units, last.activation.__name__) == (1, "linear")
    with pytest.raises(InputError, match=r"2 units .control, case.; of a quantitative trait it becomes one"):
        networks.check(linear)  # as settings it is refused


def test_a_file_of_another_kind_is_corrupt():
    with pytest.raises(ArtifactCorrupt, match=r"not a \.keras file"):
        networks.read_weights(b"not a zip")


@pytest.mark.parametrize("damaged", ["config.json", "model.weights.h5"])
def test_a_damaged_member_is_corrupt(damaged):
    members = {"config.json": b'{"config": {"layers": []}}', "model.weights.h5": _empty_hdf5()} | {damaged: b"{damaged"}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    with pytest.raises(ArtifactCorrupt, match=r"not a \.keras file"):
        networks.read_weights(content.getvalue())


def _empty_hdf5():
    content = io.BytesIO()
    h5py.File(content, "w").close()
    return content.getvalue()


@pytest.mark.parametrize("kind", ["link", "storage", "virtual"])
def test_weights_that_lie_in_another_file_are_refused(kind, tmp_path):
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["0"] = np.ones((11, 30), np.float32)
    members = zipfile.ZipFile(io.BytesIO(networks.save(_build(PAPER_NETWORKS[0]))))
    weights = io.BytesIO(members.read("model.weights.h5"))
    with h5py.File(weights, "r+") as file:
        variables = file["layers/dense/vars"]
        del variables["0"]
        if kind == "link":
            variables["0"] = h5py.ExternalLink(str(other), "/0")
        elif kind == "storage":
            variables.create_dataset("0", (11, 30), np.float32, external=[(str(other), 0, 1320)])
        else:
            layout = h5py.VirtualLayout((11, 30), np.float32)
            layout[:] = h5py.VirtualSource(str(other), "0", (11, 30))
            variables.create_virtual_dataset("0", layout)
    planted = io.BytesIO()
    with zipfile.ZipFile(planted, "w") as archive:
        archive.writestr("config.json", members.read("config.json"))
        archive.writestr("model.weights.h5", weights.getvalue())
    with pytest.raises(ArtifactCorrupt, match="/layers/dense/vars/0 lies in another file"):
        networks.read_weights(planted.getvalue())


def test_rules_and_training_package_do_not_import_tensorflow():
    code = "import sys, gtl.learn.networks, gtl.learn.forward, gtl.learn.training; print('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
