"""Many networks of one architecture, trained side by side in one TensorFlow graph.

This module holds the weights, the loop over batches, and Adam; :mod:`gtl.learn.training.layers` holds the layers. Sizes
(networks, people, SNPs) are left open in the graph, so an architecture is traced once a process and nothing is
compiled; loss, batches and updates are those of Keras ``fit``. One call trains several epochs, since entering a graph
costs as much as a step of a small network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from gtl.config.learning import LayerKind
from gtl.learn.single_step import Array, LayerWeights
from gtl.learn.training.layers import (
    EPSILON,
    Back,
    activate,
    kernel_gradient,
    layer_inputs,
    output_loss,
    slope_of_values,
    weigh,
)

BETA_1, BETA_2 = 0.9, 0.999
"""Adam's constants as Keras sets them."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """What a call trains on: T places of people in batches, one epoch's after the other.

    Attributes
    ----------
    borders : (batches + 1,) int32, the places where batches begin, and T
    order : (E, T) int32, the person at each place
    beside : (E, T, outputs + 1 + units) per place: one-hot case status (2) or the value (1), the person's weight, and
        the dropout factors of the hidden layers, 0 or 1 / (1 - rate), without dropout none
    """

    borders: npt.NDArray[np.int32]
    order: npt.NDArray[np.int32]
    beside: Array


class StackedGraph:
    """Weights and Adam moments of E networks of one architecture, and the graph that trains them.

    Parameters
    ----------
    layers : kind and units of all layers, as in :class:`~gtl.config.learning.NetworkConfig`
    below : 0, or 1 if the lowest layer is frozen and its output is the input
    dropout : whether there are dropout factors
    x_type, precision : dtype names of the input and of all arithmetic
    """

    def __init__(
        self, layers: tuple[tuple[LayerKind, int], ...], below: int, dropout: bool, x_type: str, precision: str
    ) -> None:
        self._kinds = [kind for kind, _ in layers[below:]]
        self._channels = [units for _, units in ((LayerKind.CONV1D, 1), *layers)][below:-1]
        self._below, self._outputs, self._precision = below, layers[-1][1], tf.as_dtype(precision)
        self._weights = [[self._variable() for _ in range(2 if kind is LayerKind.GRU else 1)] for kind in self._kinds]
        self._moments = [[(self._variable(), self._variable()) for _ in layer] for layer in self._weights]
        self._steps = 0
        self._run = tf.function(
            self._train,
            autograph=False,  # to translate the Python below it costs more than to trace it
            input_signature=[
                tf.TensorSpec([None, None, None], tf.as_dtype(x_type)),
                tf.TensorSpec([None], tf.int32),
                tf.TensorSpec([None, None], tf.int32),
                tf.TensorSpec([None, None, None], self._precision),
                tf.TensorSpec([2 + (len(layers) - 1) * dropout], tf.int32),
                tf.TensorSpec([None, None], self._precision),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], self._precision),
            ],
        ).get_concrete_function()

    def start(self, stacked: Sequence[LayerWeights]) -> None:
        """Set the weights, (E, inputs + 1, gates) arrays a layer, and Adam to its beginning."""
        for variables, moments, arrays in zip(self._weights, self._moments, stacked, strict=True):
            for variable, pair, array in zip(variables, moments, arrays, strict=True):
                variable.assign(array)
                for moment in pair:
                    moment.assign(np.zeros_like(array))
        self._steps = 0

    def run(
        self, x: tf.Tensor, schedule: Schedule, widths: Sequence[int], trainable: Array, learning_rate: float
    ) -> npt.NDArray[np.floating]:
        """Train the batches of ``schedule``; training loss (batches, E), summed over people.

        Parameters
        ----------
        x : (E, n, inputs) genotypes with a last column of ones; below conv1d without it; or the frozen layer's output
        widths : units of each hidden layer that ``schedule`` has dropout factors of
        trainable : (E, layers) 1, or 0 for layers that are frozen
        """
        rate = tf.constant(learning_rate, self._precision)
        columns = np.array([self._outputs, 1, *widths], np.int32)
        loss = self._run(x, schedule.borders, schedule.order, schedule.beside, columns, trainable, self._steps, rate)
        self._steps += len(schedule.borders) - 1
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
        borders: tf.Tensor,
        order: tf.Tensor,
        beside: tf.Tensor,
        columns: tf.Tensor,
        trainable: tf.Tensor,
        steps: tf.Tensor,
        learning_rate: tf.Tensor,
    ) -> tf.Tensor:
        batches = tf.size(borders) - 1

        def train_batch(batch: tf.Tensor, losses: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
            places = slice(borders[batch], borders[batch + 1])
            values = tf.cast(tf.gather(x, order[:, places], batch_dims=1), self._precision)
            y, people, *keep = tf.split(beside[:, places], columns, axis=2)
            loss, gradients = self._gradients(values, y, people, keep)
            self._adam(gradients, trainable, tf.cast(steps + batch + 1, self._precision), learning_rate)
            return batch + 1, losses.write(batch, tf.reduce_sum(people * loss, axis=[1, 2]))

        _, losses = tf.while_loop(
            lambda batch, _: batch < batches, train_batch, (0, tf.TensorArray(self._precision, batches))
        )
        return losses.stack()

    def _gradients(
        self, values: tf.Tensor, y: tf.Tensor, people: tf.Tensor, keep: list[tf.Tensor]
    ) -> tuple[tf.Tensor, list[list[tf.Tensor]]]:
        inputs: list[tf.Tensor] = []
        backs: list[Back] = []
        for kind, layer, channels in zip(self._kinds, self._weights, self._channels, strict=True):
            number = self._below + len(inputs)
            if number > 0 and keep:
                values *= keep[number - 1]
            has_ones = number == 0 and kind is not LayerKind.CONV1D
            inputs.append(layer_inputs(kind, values, channels, has_ones))
            weighted = weigh(kind, inputs[-1], layer[0], tf.shape(values)[1])
            values, back = activate(kind, weighted, *layer[1:])
            backs.append(back)
        loss, slope = output_loss(weighted, y, self._outputs)
        slope *= people / tf.cast(tf.shape(y)[1], self._precision)
        return loss, self._backward(slope, inputs, backs[:-1], keep)

    def _backward(
        self, slope: tf.Tensor, inputs: list[tf.Tensor], backs: list[Back], keep: list[tf.Tensor]
    ) -> list[list[tf.Tensor]]:
        gradients: list[list[tf.Tensor]] = []
        for index in reversed(range(len(inputs))):
            kind, channels = self._kinds[index], self._channels[index]
            slope, of_recurrent_bias = backs[index](slope) if index < len(backs) else (slope, [])
            gradients.insert(0, [kernel_gradient(kind, inputs[index], slope), *of_recurrent_bias])
            if index > 0:
                slope = slope_of_values(kind, inputs[index], self._weights[index][0], slope, channels)
                if keep:
                    slope *= keep[self._below + index - 1]
        return gradients

    def _adam(
        self, gradients: list[list[tf.Tensor]], trainable: tf.Tensor, step: tf.Tensor, learning_rate: tf.Tensor
    ) -> None:
        beta_1, beta_2, epsilon = (tf.constant(value, self._precision) for value in (BETA_1, BETA_2, EPSILON))
        # Keras rounds the betas to float32 before it raises them to a power, whatever its precision.
        powers = [tf.pow(tf.cast(tf.constant(beta, tf.float32), self._precision), step) for beta in (BETA_1, BETA_2)]
        for layer, (variables, moments) in enumerate(zip(self._weights, self._moments, strict=True)):
            for variable, (mean, square), gradient in zip(variables, moments, gradients[layer], strict=True):
                # Adam does not move a weight whose gradient has always been zero. With nothing below frozen all move.
                tf.raw_ops.ResourceApplyAdam(
                    var=variable.handle,
                    m=mean.handle,
                    v=square.handle,
                    beta1_power=powers[0],
                    beta2_power=powers[1],
                    lr=learning_rate,
                    beta1=beta_1,
                    beta2=beta_2,
                    epsilon=epsilon,
                    grad=gradient * trainable[:, layer, None, None] if self._below else gradient,
                )


@cache
def stacked_graph(
    layers: tuple[tuple[LayerKind, int], ...], below: int, dropout: bool, x_type: str, precision: str
) -> StackedGraph:
    """The process's one graph of these layers; tracing takes longer than a small training."""
    return StackedGraph(layers, below, dropout, x_type, precision)
