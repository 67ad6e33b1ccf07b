"""One epoch of many networks of one architecture, side by side in one TensorFlow graph.

This module holds the arithmetic only: forward pass, gradient and Adam over stacked one-step weights
(:mod:`gtl.learn.single_step`). Sizes (networks, people, SNPs) are left open in the graph, so an architecture is traced
once a process and nothing is compiled; loss, batches and updates are those of Keras ``fit``.

Each network's numbers must not depend on its neighbours in the stack. TensorFlow's batched matrix product, tanh and
softmax keep to that bit by bit; its sigmoid and its sums over people do not, hence the sigmoid by tanh and the bias
as one more row of the kernel, so that its gradient is a product too.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from gtl.config.learning import LayerKind
from gtl.learn.networks import KERNEL_SIZE
from gtl.learn.single_step import Array, LayerWeights

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""Adam's constants as Keras sets them."""


class StackedGraph:
    """Weights and Adam moments of E networks of one architecture, and the graph that trains them for an epoch.

    Parameters
    ----------
    layers : kind and units of all layers, as in :class:`~gtl.config.learning.NetworkConfig`
    below : 0, or 1 if the lowest layer is frozen and its output is the input
    dropout : whether masks are given
    x_type, precision : dtype names of the input and of all arithmetic
    """

    def __init__(
        self, layers: tuple[tuple[LayerKind, int], ...], below: int, dropout: bool, x_type: str, precision: str
    ) -> None:
        self._layers, self._below, self._precision = layers, below, tf.as_dtype(precision)
        self._weights = [
            [self._variable() for _ in range(2 if kind is LayerKind.GRU else 1)] for kind, _ in layers[below:]
        ]
        flat = [variable for layer in self._weights for variable in layer]
        self._moments = [(self._variable(), self._variable()) for _ in flat]
        self._steps = 0
        cube = tf.TensorSpec([None, None, None], self._precision)
        self._epoch = tf.function(
            self._train,
            input_signature=[
                tf.TensorSpec([None, None, None], tf.as_dtype(x_type)),
                cube,
                cube,
                tf.TensorSpec([None, None], tf.int32),
                tuple(cube for _ in layers[1:] if dropout),
                tf.TensorSpec([None, None], self._precision),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], self._precision),
            ],
        ).get_concrete_function()

    def start(self, stacked: Sequence[LayerWeights]) -> None:
        """Set the weights, (E, inputs + 1, gates) arrays a layer, and Adam to its beginning."""
        flat = [array for layer in stacked for array in layer]
        variables = [variable for layer in self._weights for variable in layer]
        for variable, moments, array in zip(variables, self._moments, flat, strict=True):
            variable.assign(array)
            for moment in moments:
                moment.assign(np.zeros_like(array))
        self._steps = 0

    def run_epoch(
        self,
        x: tf.Tensor,
        y: tf.Tensor,
        people: tf.Tensor,
        order: npt.NDArray[np.int32],
        keep: tuple[Array, ...],
        trainable: Array,
        batch_size: int,
        learning_rate: float,
    ) -> npt.NDArray[np.floating]:
        """Train one epoch; mean training loss (E,).

        Parameters
        ----------
        x : (E, n, inputs) genotypes with a last column of ones; below conv1d without it; or the frozen layer's output
        y : (E, n, 2) one-hot case status
        people : (E, n, 1) weight of each person
        order : (E, n) the epoch's order of people, cut into batches from the front
        keep : of each hidden layer the (E, n, units) dropout factors, 0 or 1 / (1 - rate), in that order
        trainable : (E, layers) 1, or 0 for layers that are frozen
        """
        rate = tf.constant(learning_rate, self._precision)
        loss = self._epoch(x, y, people, order, keep, trainable, batch_size, self._steps, rate)
        self._steps += -(-order.shape[1] // batch_size)
        return cast(npt.NDArray[np.floating], loss.numpy())

    def weights(self) -> list[LayerWeights]:
        """The stacked weights of every layer, as given to :meth:`start`."""
        return [tuple(variable.numpy() for variable in layer) for layer in self._weights]

    def _variable(self) -> tf.Variable:
        initial = tf.zeros([0, 0, 0], self._precision)
        return tf.Variable(initial, shape=tf.TensorShape([None, None, None]), trainable=False)

    def _train(
        self,
        x: tf.Tensor,
        y: tf.Tensor,
        people: tf.Tensor,
        order: tf.Tensor,
        keep: tuple[tf.Tensor, ...],
        trainable: tf.Tensor,
        batch_size: tf.Tensor,
        steps: tf.Tensor,
        learning_rate: tf.Tensor,
    ) -> tf.Tensor:
        x, y, people = (tf.gather(values, order, batch_dims=1) for values in (x, y, people))
        loss = tf.zeros_like(y[:, 0, 0])
        for start in tf.range(0, tf.shape(x)[1], batch_size):
            rows = slice(start, start + batch_size)
            kept = tuple(factors[:, rows] for factors in keep)
            loss += self._step(x[:, rows], y[:, rows], people[:, rows], kept, trainable, steps, learning_rate)
            steps += 1
        return loss / tf.cast(tf.shape(x)[1], loss.dtype)

    def _step(
        self,
        x: tf.Tensor,
        y: tf.Tensor,
        people: tf.Tensor,
        keep: tuple[tf.Tensor, ...],
        trainable: tf.Tensor,
        steps: tf.Tensor,
        learning_rate: tf.Tensor,
    ) -> tf.Tensor:
        flat = [variable for layer in self._weights for variable in layer]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(flat)
            logits = self._logits(tf.cast(x, self._precision), keep)
        probability = tf.nn.softmax(logits)
        slope = (probability - y) * people / tf.cast(tf.shape(x)[1], self._precision)
        gradients = tape.gradient(logits, flat, output_gradients=slope)
        self._adam(self._masked(gradients, trainable), tf.cast(steps + 1, self._precision), learning_rate)
        return -tf.reduce_sum(people * y * tf.math.log(probability + EPSILON), axis=[1, 2])

    def _logits(self, values: tf.Tensor, keep: tuple[tf.Tensor, ...]) -> tf.Tensor:
        for index in range(self._below, len(self._layers)):
            kind, layer = self._layers[index][0], self._weights[index - self._below]
            if index > 0 and keep:
                values = _product(values, keep[index - 1])
            weighted = self._weighted(index, values, layer[0])
            if index == len(self._layers) - 1:
                return weighted
            values = _activation(kind, weighted, layer)
        raise AssertionError("a network has an output layer")

    def _weighted(self, index: int, values: tf.Tensor, kernel: tf.Variable) -> tf.Tensor:
        if self._layers[index][0] is LayerKind.CONV1D:
            windows = _windows(values, channels=self._layers[index - 1][1] if index else 1)
            people_and_snps = tf.reshape(windows, [tf.shape(windows)[0], -1, windows.shape[3]])
            product = _matmul(_with_ones(people_and_snps), kernel)
            return tf.reshape(product, [tf.shape(values)[0], tf.shape(values)[1], -1])
        return _matmul(_with_ones(values) if index else values, kernel)

    def _masked(self, gradients: list[tf.Tensor], trainable: tf.Tensor) -> list[tf.Tensor]:
        # Adam does not move a weight whose gradient has always been zero. With nothing below frozen all is trained.
        if not self._below:
            return gradients
        layers = [index for index, layer in enumerate(self._weights) for _ in layer]
        return [gradient * trainable[:, index, None, None] for gradient, index in zip(gradients, layers, strict=True)]

    def _adam(self, gradients: list[tf.Tensor], step: tf.Tensor, learning_rate: tf.Tensor) -> None:
        beta_1, beta_2, epsilon = (tf.constant(value, self._precision) for value in (BETA_1, BETA_2, EPSILON))
        # Keras rounds the betas to float32 before it raises them to a power, whatever its precision.
        rounded_1, rounded_2 = (tf.cast(tf.constant(value, tf.float32), self._precision) for value in (BETA_1, BETA_2))
        variables = [variable for layer in self._weights for variable in layer]
        for variable, (mean, square), gradient in zip(variables, self._moments, gradients, strict=True):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=tf.pow(rounded_1, step),
                beta2_power=tf.pow(rounded_2, step),
                lr=learning_rate,
                beta1=beta_1,
                beta2=beta_2,
                epsilon=epsilon,
                grad=gradient,
            )


@cache
def stacked_graph(
    layers: tuple[tuple[LayerKind, int], ...], below: int, dropout: bool, x_type: str, precision: str
) -> StackedGraph:
    """The process's one graph of these layers; tracing takes longer than a small training."""
    return StackedGraph(layers, below, dropout, x_type, precision)


def _with_ones(values: tf.Tensor) -> tf.Tensor:
    return tf.concat([values, tf.ones_like(values[:, :, :1])], axis=2)


def _windows(values: tf.Tensor, channels: int) -> tf.Tensor:
    shape = tf.shape(values)
    half = KERNEL_SIZE // 2
    snps = shape[2] // channels
    padded = tf.pad(tf.reshape(values, [shape[0], shape[1], snps, channels]), [[0, 0], [0, 0], [half, half], [0, 0]])
    return tf.concat([padded[:, :, shift : shift + snps] for shift in range(KERNEL_SIZE)], axis=3)


def _activation(kind: LayerKind, weighted: tf.Tensor, layer: list[tf.Variable]) -> tf.Tensor:
    if kind in (LayerKind.DENSE, LayerKind.CONV1D):
        return tf.nn.relu(weighted)
    if kind is LayerKind.GRU:
        return _gru(weighted, _matmul(tf.ones_like(weighted[:, :, :1]), layer[1]))
    gates = tf.split(weighted, 3 if kind is LayerKind.LSTM else 6, axis=2)
    directions = [_lstm(*gates[start : start + 3]) for start in range(0, len(gates), 3)]
    return directions[0] if len(directions) == 1 else tf.concat(directions, axis=2)


def _gru(weighted: tf.Tensor, recurrent: tf.Tensor) -> tf.Tensor:
    update, reset, candidate = tf.split(weighted, 3, axis=2)
    update_bias, reset_bias, candidate_bias = tf.split(recurrent, 3, axis=2)
    reset = _sigmoid(tf.add_n([reset, reset_bias]))
    candidate = tf.tanh(tf.add_n([candidate, _product(reset, candidate_bias)]))
    return _product(_sigmoid(-tf.add_n([update, update_bias])), candidate)


def _lstm(enter: tf.Tensor, cell: tf.Tensor, leave: tf.Tensor) -> tf.Tensor:
    return _product(_sigmoid(leave), tf.tanh(_product(_sigmoid(enter), tf.tanh(cell))))


# TensorFlow's own product, sum and sigmoid prepare their gradients for broadcasting, which is never needed here and,
# with sizes left open, costs as much as a small network's arithmetic.


def _matmul(values: tf.Tensor, kernel: tf.Variable) -> tf.Tensor:
    return tf.raw_ops.BatchMatMul(x=values, y=kernel)


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _product(a: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
    return a * b, lambda slope: (slope * b, slope * a)


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _sigmoid(values: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    sigmoid = 0.5 * tf.tanh(0.5 * values) + 0.5
    return sigmoid, lambda slope: slope * sigmoid * (1 - sigmoid)
