"""The deep networks as Keras models: their rules, how they are built, and their ``.keras`` files.

Keras owns architecture, initialisation, saving and loading. It is imported inside the functions that need it: the
rules (:func:`check`, :func:`freeze_depths`, :func:`as_input`) and :func:`read_weights` do without, so that a task
that only scores never pays for TensorFlow. Training belongs to :mod:`gtl.learn.training`, prediction to
:mod:`gtl.learn.forward`.
"""

import io
import json
import re
import tempfile
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gtl.config.learning import LayerKind, NetworkConfig
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, InputError
from gtl.random_streams import stream_integer

if TYPE_CHECKING:
    import keras

RECURRENT = frozenset({LayerKind.GRU, LayerKind.LSTM, LayerKind.BILSTM})
OUTPUTS = {TraitKind.BINARY: 2, TraitKind.QUANTITATIVE: 1}
"""Units of the last layer: control and case, or the standardised value."""
KERNEL_SIZE = 5
"""Neighbouring SNPs that one filter of a conv1d layer sees."""

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CELLS = {"GRU": ("cell",), "LSTM": ("cell",), "Bidirectional": ("forward_layer/cell", "backward_layer/cell")}


def for_trait(network: NetworkConfig, kind: TraitKind) -> NetworkConfig:
    """``network`` as it predicts a kind of trait: settings name two classes; a quantitative trait has one linear unit.

    All layers but the last stay as they are, and so does the name.

    >>> network = NetworkConfig(name="small", layers=((LayerKind.GRU, 5), (LayerKind.DENSE, 2)))
    >>> for_trait(network, TraitKind.QUANTITATIVE).layers[-1]
    (<LayerKind.DENSE: 'dense'>, 1)
    """
    return network.model_copy(update={"layers": (*network.layers[:-1], (LayerKind.DENSE, OUTPUTS[kind]))})


def trait_kind(network: NetworkConfig) -> TraitKind:
    """Kind of the trait that ``network`` predicts: quantitative if its last layer is one unit."""
    one_unit = network.layers[-1][1] == OUTPUTS[TraitKind.QUANTITATIVE]
    return TraitKind.QUANTITATIVE if one_unit else TraitKind.BINARY


def check(network: NetworkConfig, kind: TraitKind = TraitKind.BINARY) -> None:
    """Raise :class:`InputError` unless recurrent or conv1d layers, not both, lie below dense ones, outputs on top.

    Settings name the outputs of a binary trait; see :func:`for_trait`.
    """
    kinds = [kind for kind, _ in network.layers]
    below = [kind for kind in kinds if kind is not LayerKind.DENSE]
    if kinds[: len(below)] != below or len({kind is LayerKind.CONV1D for kind in below}) > 1:
        raise InputError(
            f"network {network.name!r}: layers {_describe(network)}; recurrent layers or conv1d layers, not both, come "
            "below all dense layers; reorder training.networks"
        )
    if network.layers[-1] != (LayerKind.DENSE, OUTPUTS[kind]):
        raise InputError(
            f"network {network.name!r}: layers {_describe(network)} end in {network.layers[-1][0]} "
            f"{network.layers[-1][1]}; the last layer must be dense with 2 units (control, case); of a quantitative "
            "trait it becomes one linear unit by itself"
        )


def freeze_depths(network: NetworkConfig) -> range:
    """Numbers of frozen bottom layers that leave something to fine-tune: 0 to (weight layers - 1).

    Dropout has no weights and does not count. Freezing all ``len(network.layers)`` layers changes nothing: such a
    network predicts as the base network does, which is the paper's "direct use", and is no row of this grid.

    >>> from gtl.config.learning import PAPER_NETWORKS
    >>> [len(freeze_depths(network)) for network in PAPER_NETWORKS]
    [3, 5, 6, 3, 3, 3, 5, 5, 5]
    """
    return range(len(network.layers))


def as_input(network: NetworkConfig, genotypes: npt.NDArray[np.generic], time_steps: int) -> npt.NDArray[np.float32]:
    """Dosages (n, P) in the shape that the Keras model takes.

    Dense: (n, P). Recurrent: (n, time_steps, ceil(P / time_steps)), zero-padded at the end; the paper's networks see
    all SNPs in one time step. conv1d: (n, P, 1).
    """
    people, snps = genotypes.shape
    dosages = genotypes.astype(np.float32)
    kind = network.layers[0][0]
    if kind is LayerKind.DENSE:
        return dosages
    if kind is LayerKind.CONV1D:
        return dosages[:, :, None]
    width = -(-snps // time_steps)
    return np.pad(dosages, ((0, 0), (0, width * time_steps - snps))).reshape(people, time_steps, width)


def build(network: NetworkConfig, n_snps: int, dropout: float, time_steps: int, seed: int) -> "keras.Model":
    """Keras model of ``network`` for ``n_snps`` SNPs with fresh weights (Keras' defaults: Glorot, orthogonal, 0).

    Hidden dense and conv1d layers are relu, recurrent ones Keras' tanh and sigmoid; two outputs are a softmax over
    (control, case), one is linear; dropout follows each hidden layer. Equal arguments give equal weights.

    Raises
    ------
    InputError
        If the layers do not make a network (see :func:`check`).
    """
    check(network, trait_kind(network))
    import keras

    shape = as_input(network, np.zeros((0, n_snps), np.int8), time_steps).shape[1:]
    layers = [keras.Input(shape, name="genotypes")]
    for number, (kind, _) in enumerate(network.layers, start=1):
        if kind is LayerKind.DENSE and network.layers[number - 2][0] is LayerKind.CONV1D:
            layers.append(keras.layers.Flatten(name="flatten"))
        layers.append(_layer(network, number, stream_integer(seed, "layer", number)))
        if number < len(network.layers):
            layers.append(
                keras.layers.Dropout(dropout, seed=stream_integer(seed, "dropout", number), name=f"dropout_{number}")
            )
    return keras.Sequential(layers, name=f"network_{_slug(network.name)}")  # at once: each add would build all anew


def save(model: "keras.Model") -> bytes:
    """``model`` as the bytes of a ``.keras`` file; equal models give equal bytes (no dates or addresses inside)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        with warnings.catch_warnings():  # Keras 3.15 copies its variables in a way that numpy 2 deprecates
            warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
            model.save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in sorted(archive.namelist())}
    metadata = json.loads(members["metadata.json"])
    members["config.json"] = _renumber_shared_objects(members["config.json"])
    members["metadata.json"] = json.dumps({"keras_version": metadata["keras_version"], "date_saved": ""}).encode()
    rewritten = io.BytesIO()
    with zipfile.ZipFile(rewritten, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content)
    return rewritten.getvalue()


def load(content: bytes) -> "keras.Model":
    """Model of the ``.keras`` file ``content``, in safe mode: nothing in the file is run."""
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        path.write_bytes(content)
        return keras.saving.load_model(path, compile=False, safe_mode=True)


def read_weights(content: bytes) -> list[npt.NDArray[np.float32]]:
    """Weights of the ``.keras`` file ``content`` in the order of Keras' ``get_weights()``, without Keras.

    Raises
    ------
    ArtifactCorrupt
        If ``content`` is no ``.keras`` file, or one whose weights lie in another file.
    """
    import h5py

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            layers = json.loads(archive.read("config.json"))["config"]["layers"]
            weights = io.BytesIO(archive.read("model.weights.h5"))
        file = h5py.File(weights, "r")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ArtifactCorrupt(f"network file: not a .keras file ({error}); train the network again") from error
    with file:
        _check_self_contained(file)
        return [np.asarray(group[key]) for group in _groups(file["layers"], layers) for key in sorted(group, key=int)]


def _check_self_contained(group: "h5py.Group") -> None:  # type: ignore[name-defined]  # noqa: F821
    """HDF5 can take data from any file that its reader can open; a network's weights are its own."""
    import h5py

    for name in group:
        link, member = group.get(name, getlink=True), None
        if isinstance(link, h5py.HardLink):
            member = group[name]
        if isinstance(member, h5py.Group):
            _check_self_contained(member)
        elif member is None or member.external or member.is_virtual:
            raise ArtifactCorrupt(f"network file: {group.name}/{name} lies in another file; train the network again")


def _renumber_shared_objects(config: bytes) -> bytes:
    # Keras names shared objects by their address in memory, which differs from run to run.
    numbers: dict[bytes, bytes] = {}
    return re.sub(
        rb'(?<="shared_object_id": )\d+',
        lambda found: numbers.setdefault(found[0], str(len(numbers) + 1).encode()),
        config,
    )


def _groups(folder: "h5py.Group", layers: list[dict[str, str]]) -> "list[h5py.Group]":  # type: ignore[name-defined]  # noqa: F821
    seen: Counter[str] = Counter()
    groups = []
    for layer in layers:
        kind = layer["class_name"]
        name = kind.lower() + (f"_{seen[kind]}" if seen[kind] else "")
        seen[kind] += 1
        if kind in {"Dense", "Conv1D", *_CELLS}:
            groups += [folder[f"{name}/{cell}/vars"] for cell in _CELLS.get(kind, (".",))]
    return groups


def _layer(network: NetworkConfig, number: int, seed: int) -> "keras.layers.Layer":
    import keras

    kind, units = network.layers[number - 1]
    name = f"layer_{number}"
    glorot = keras.initializers.GlorotUniform(seed=seed)
    if kind is LayerKind.DENSE:
        output = "softmax" if trait_kind(network) is TraitKind.BINARY else "linear"
        activation = output if number == len(network.layers) else "relu"
        return keras.layers.Dense(units, activation=activation, kernel_initializer=glorot, name=name)
    if kind is LayerKind.CONV1D:
        return keras.layers.Conv1D(
            units, KERNEL_SIZE, padding="same", activation="relu", kernel_initializer=glorot, name=name
        )
    recurrent = {
        "kernel_initializer": glorot,
        "recurrent_initializer": keras.initializers.Orthogonal(seed=seed),
        "return_sequences": network.layers[number][0] in RECURRENT,
    }
    if kind is LayerKind.GRU:
        return keras.layers.GRU(units, name=name, **recurrent)
    if kind is LayerKind.LSTM:
        return keras.layers.LSTM(units, name=name, **recurrent)
    return keras.layers.Bidirectional(keras.layers.LSTM(units, name="lstm", **recurrent), name=name)


def _describe(network: NetworkConfig) -> str:
    return "-".join(f"{kind}{units}" for kind, units in network.layers)


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())
