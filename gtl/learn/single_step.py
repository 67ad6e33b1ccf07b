"""What is left of Keras' weights when every layer sees one time step, and the way back.

The recurrent networks of the paper see the whole SNP vector as ONE time step, from a zero state. Then, exactly:

* recurrent kernels multiply zeros: they add nothing and have a zero gradient, so Adam never moves them;
* an LSTM's forget gate multiplies a zero cell: its columns are left out too, a quarter of the kernel; the sigmoid
  gates (enter, leave) come first, then the cell;
* a GRU (``reset_after``) keeps its second, recurrent bias: the reset gate multiplies it;
* the two directions of a bidirectional LSTM see the same input: gate by gate side by side they are one LSTM of twice
  the units.

Each layer becomes one matrix whose last row is the bias, ``(inputs + 1, gates)`` float, and, for a GRU, its recurrent
bias ``(1, gates)``. What was left out is taken unchanged from the Keras weights when they are put together again.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gtl.config.learning import LayerKind, NetworkConfig
from gtl.errors import InputError

Array = npt.NDArray[np.floating]
LayerWeights = tuple[Array, ...]
"""Kernel over bias (inputs + 1, gates); for a GRU also the recurrent bias (1, gates)."""

_KERAS_ARRAYS = {LayerKind.DENSE: 2, LayerKind.CONV1D: 2, LayerKind.GRU: 3, LayerKind.LSTM: 3, LayerKind.BILSTM: 6}


def split_by_layer(network: NetworkConfig, weights: Sequence[Array]) -> list[list[Array]]:
    """Keras' ``get_weights()`` cut into one list a layer, bottom first.

    Raises
    ------
    InputError
        If there are more or fewer arrays than the layers of ``network`` have.
    """
    counts = [_KERAS_ARRAYS[kind] for kind, _ in network.layers]
    if len(weights) != sum(counts):
        raise InputError(
            f"network {network.name!r}: its layers have {sum(counts)} weight arrays, got {len(weights)}; "
            "the weights belong to another network"
        )
    ends = np.cumsum(counts)
    return [list(weights[end - count : end]) for end, count in zip(ends, counts, strict=True)]


def reduce_layer(kind: LayerKind, arrays: Sequence[Array]) -> LayerWeights:
    """Keras' arrays of one layer as one-step weights.

    >>> kernel, bias = np.ones((3, 4)), np.array([0.0, 1.0, 0.0, 0.0])  # an LSTM of 1 unit: gates i, f, c, o
    >>> reduce_layer(LayerKind.LSTM, [kernel, np.ones((1, 4)), bias])[0].shape
    (4, 3)
    """
    if kind is LayerKind.CONV1D:
        kernel, bias = arrays
        return (_over(kernel.reshape(-1, kernel.shape[-1]), bias),)
    if kind is LayerKind.DENSE:
        return (_over(*arrays),)
    if kind is LayerKind.GRU:
        kernel, _, (bias, recurrent_bias) = arrays
        return _over(kernel, bias), recurrent_bias[None]
    if kind is LayerKind.LSTM:
        return (_without_forget_gate(_over(arrays[0], arrays[2])),)
    directions = reduce_layer(LayerKind.LSTM, arrays[:3])[0], reduce_layer(LayerKind.LSTM, arrays[3:])[0]
    gates = zip(*(np.split(direction, 3, axis=1) for direction in directions), strict=True)
    return (np.concatenate([half for gate in gates for half in gate], axis=1),)


def restore_layer(kind: LayerKind, reduced: LayerWeights, arrays: Sequence[Array]) -> list[Array]:
    """Keras' arrays of one layer after training: ``reduced`` put back among the ``arrays`` it came from."""
    kernel, bias = reduced[0][:-1], reduced[0][-1]
    if kind in (LayerKind.DENSE, LayerKind.CONV1D):
        return [kernel.reshape(arrays[0].shape), bias.copy()]
    if kind is LayerKind.GRU:
        return [kernel.copy(), arrays[1], np.stack([bias, reduced[1][0]])]
    if kind is LayerKind.LSTM:
        whole = _with_forget_gate(reduced[0], _over(arrays[0], arrays[2]))
        return [whole[:-1], arrays[1], whole[-1]]
    gates = np.split(reduced[0], 6, axis=1)
    return [
        *restore_layer(LayerKind.LSTM, (np.concatenate(gates[::2], axis=1),), arrays[:3]),
        *restore_layer(LayerKind.LSTM, (np.concatenate(gates[1::2], axis=1),), arrays[3:]),
    ]


def _over(kernel: Array, bias: Array) -> Array:
    return np.concatenate([kernel, bias[None]])


def _without_forget_gate(whole: Array) -> Array:
    enter, _, cell, leave = np.split(whole, 4, axis=1)
    return np.concatenate([enter, leave, cell], axis=1)


def _with_forget_gate(reduced: Array, original: Array) -> Array:
    enter, leave, cell = np.split(reduced, 3, axis=1)
    forget = np.split(original, 4, axis=1)[1]
    return np.concatenate([enter, forget, cell, leave], axis=1)
