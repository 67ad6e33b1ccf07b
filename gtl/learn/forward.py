"""Predictions of a trained network in plain numpy, so that scoring needs neither Keras nor TensorFlow.

Networks with several time steps go through Keras; everything else agrees with ``keras.Model.predict`` to 1e-6, values
above 1 to that share of themselves.
Layers work on one-step weights (see :mod:`gtl.learn.single_step`) in the precision of the weights.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gtl.config.learning import LayerKind, NetworkConfig
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn import networks
from gtl.learn.single_step import Array, LayerWeights, reduce_layer, split_by_layer


def predict(
    network: NetworkConfig, weights: Sequence[Array], genotypes: npt.NDArray[np.generic], time_steps: int = 1
) -> npt.NDArray[np.float64]:
    """Predicted probability of being a case, or standardised value of a quantitative trait, (n,) float64.

    Parameters
    ----------
    network : NetworkConfig
    weights : sequence of arrays, in the order of Keras' ``get_weights()``
    genotypes : (n, P) dosages 0, 1 or 2, any numeric dtype
    time_steps : time steps that recurrent networks were built with

    Raises
    ------
    InputError
        If the weights belong to another network or to another number of SNPs.

    Examples
    --------
    >>> network = NetworkConfig(name="one layer", layers=((LayerKind.DENSE, 2),))
    >>> weights = [np.array([[0.0, np.log(3.0)]]), np.zeros(2)]
    >>> predict(network, weights, np.array([[0], [1]])).round(6).tolist()  # odds of 1 and 3
    [0.5, 0.75]
    """
    if needs_keras(network, time_steps):
        return _predict_with_keras(network, weights, genotypes, time_steps)
    layers = [
        reduce_layer(kind, arrays)
        for (kind, _), arrays in zip(network.layers, split_by_layer(network, weights), strict=True)
    ]
    _check_snps(network, layers[0], genotypes.shape[1])
    logits = layers_output(network, layers, genotypes.astype(weights[0].dtype))
    return outputs(network, logits.astype(np.float64))[:, -1]


def needs_keras(network: NetworkConfig, time_steps: int) -> bool:
    """Whether only Keras can run ``network``: recurrent layers over several time steps."""
    return time_steps > 1 and network.layers[0][0] in networks.RECURRENT


def layers_output(network: NetworkConfig, layers: Sequence[LayerWeights], values: Array, below: int = 0) -> Array:
    """Output of ``layers``, which lie on the ``below`` lowest ones of ``network``, for their input ``values``.

    (n, units), for conv1d (n, P * filters); if the last layer is among them, its weighted input (n, 2) or (n, 1).
    """
    for index, layer in enumerate(layers, start=below):
        kind = network.layers[index][0]
        weighted = _weighted(kind, layer[0], values)
        if index == len(network.layers) - 1:
            return weighted
        values = _activation(kind, layer, weighted)
    return values


def outputs(network: NetworkConfig, weighted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of the last layer's weighted input: probabilities of control and case (n, 2), or values (n, 1) as they are."""
    return softmax(weighted) if networks.trait_kind(network) is TraitKind.BINARY else weighted


def softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities over the last axis of ``logits``."""
    exponentials: npt.NDArray[np.float64] = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: npt.NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def _weighted(kind: LayerKind, kernel: Array, values: Array) -> Array:
    if kind is LayerKind.CONV1D:
        values = _windows(values, (len(kernel) - 1) // networks.KERNEL_SIZE)
    weighted: Array = values @ kernel[:-1] + kernel[-1]
    return weighted


def _windows(values: Array, channels: int) -> Array:
    """Each SNP's neighbourhood, (n, P, KERNEL_SIZE * channels), zeros beyond the ends (Keras' padding "same")."""
    half = networks.KERNEL_SIZE // 2
    padded = np.pad(values.reshape(len(values), -1, channels), ((0, 0), (half, half), (0, 0)))
    n_snps = padded.shape[1] - 2 * half
    return np.concatenate([padded[:, shift : shift + n_snps] for shift in range(networks.KERNEL_SIZE)], axis=2)


def _activation(kind: LayerKind, layer: LayerWeights, weighted: Array) -> Array:
    if kind in (LayerKind.DENSE, LayerKind.CONV1D):
        return np.maximum(weighted, 0).reshape(len(weighted), -1)
    if kind is LayerKind.GRU:
        update, reset, candidate = np.split(weighted, 3, axis=1)
        update_bias, reset_bias, candidate_bias = np.split(layer[1], 3, axis=1)
        candidate = np.tanh(candidate + _sigmoid(reset + reset_bias) * candidate_bias)
        return (1 - _sigmoid(update + update_bias)) * candidate
    enter, leave, cell = np.split(weighted, 3, axis=1)
    return _sigmoid(leave) * np.tanh(_sigmoid(enter) * np.tanh(cell))


def _sigmoid(values: Array) -> Array:
    sigmoid: Array = 0.5 * np.tanh(0.5 * values) + 0.5
    return sigmoid


def _check_snps(network: NetworkConfig, first: LayerWeights, n_snps: int) -> None:
    expected = len(first[0]) - 1
    if network.layers[0][0] is not LayerKind.CONV1D and n_snps != expected:
        raise InputError(
            f"network {network.name!r}: its weights are for {expected} SNPs, the genotypes have {n_snps}; "
            "give the SNPs that it was trained on, in their order"
        )


def _predict_with_keras(
    network: NetworkConfig, weights: Sequence[Array], genotypes: npt.NDArray[np.generic], time_steps: int
) -> npt.NDArray[np.float64]:
    model = networks.build(network, genotypes.shape[1], dropout=0.0, time_steps=time_steps, seed=0)
    model.set_weights(weights)
    inputs = networks.as_input(network, genotypes, time_steps)
    return np.asarray(model(inputs), dtype=np.float64)[:, -1]
