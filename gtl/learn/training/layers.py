"""Layers of many networks side by side: each forward, and back again by hand.

Values are (E, people, units), one-step weights (E, inputs + 1, gates); see :mod:`gtl.learn.single_step` for what is
left of recurrent layers. Gradients are written out because TensorFlow's own cost a small network more than its
arithmetic: they prepare for broadcasting, and take gates apart one by one.

Each network's numbers must not depend on its neighbours in the stack. TensorFlow's batched matrix product, tanh, their
gradients keep to that bit by bit in stacks of two and more (see :func:`gtl.learn.training.stacked.fit_stack`); its
sigmoid, softmax and sums over people do not in every precision, hence both by tanh and sums as products with ones.
"""

from collections.abc import Callable

import tensorflow as tf

from gtl.config.learning import LayerKind
from gtl.learn.networks import KERNEL_SIZE

EPSILON = 1e-7
"""What Keras keeps logarithms and Adam's quotients from zero by."""

Back = Callable[[tf.Tensor], tuple[tf.Tensor, list[tf.Tensor]]]
"""From the slope of a layer's output to that of its weighted input, and the gradient of a GRU's recurrent bias."""


def layer_inputs(kind: LayerKind, values: tf.Tensor, channels: int, has_ones: bool) -> tf.Tensor:
    """What the kernel multiplies: ``values`` with a last column of ones for the bias; for conv1d a row a window."""
    if kind is LayerKind.CONV1D:
        values = _windows(values, channels)
    return values if has_ones else tf.concat([values, tf.ones_like(values[:, :, :1])], axis=2)


def weigh(kind: LayerKind, inputs: tf.Tensor, kernel: tf.Tensor, people: tf.Tensor) -> tf.Tensor:
    """Weighted input (E, people, gates), or for conv1d (E, people, SNPs * filters)."""
    weighted = tf.raw_ops.BatchMatMul(x=inputs, y=kernel)
    return _by_person(weighted, people) if kind is LayerKind.CONV1D else weighted


def kernel_gradient(kind: LayerKind, inputs: tf.Tensor, slope: tf.Tensor) -> tf.Tensor:
    """Gradient (E, inputs + 1, gates) of the kernel over the bias, for the ``slope`` of the weighted input."""
    return tf.raw_ops.BatchMatMul(x=inputs, y=_by_window(kind, inputs, slope), adj_x=True)


def slope_of_values(
    kind: LayerKind, inputs: tf.Tensor, kernel: tf.Tensor, slope: tf.Tensor, channels: int
) -> tf.Tensor:
    """Slope of the layer's input values (E, people, units) for the ``slope`` of its weighted input."""
    people = tf.shape(slope)[1]
    slope = tf.raw_ops.BatchMatMul(x=_by_window(kind, inputs, slope), y=kernel, adj_y=True)[:, :, :-1]
    return _from_windows(_by_person(slope, people), channels) if kind is LayerKind.CONV1D else slope


def activate(kind: LayerKind, weighted: tf.Tensor, recurrent_bias: tf.Tensor | None = None) -> tuple[tf.Tensor, Back]:
    """Output of a hidden layer for its weighted input, and the way back."""
    if kind in (LayerKind.DENSE, LayerKind.CONV1D):
        output = tf.nn.relu(weighted)
        return output, lambda slope: (tf.raw_ops.ReluGrad(gradients=slope, features=output), [])
    return _lstm(weighted) if recurrent_bias is None else _gru(weighted, recurrent_bias)


def output_loss(weighted: tf.Tensor, truth: tf.Tensor, outputs: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Loss of each output, (E, people, outputs), and its slope for the last layer's weighted input.

    Two outputs: cross-entropy of their softmax with the one-hot case status. One: squared error of the value.
    """
    if outputs == 1:
        error = weighted - truth
        return error * error, 2 * error
    probability = probabilities(weighted)
    return -truth * tf.math.log(probability + EPSILON), probability - truth


def probabilities(logits: tf.Tensor) -> tf.Tensor:
    """Softmax over the two statuses, (E, people, 2), which is a sigmoid of their difference."""
    half = 0.5 * tf.tanh(0.5 * (logits[:, :, 1:] - logits[:, :, :1]))
    return tf.concat([0.5 - half, 0.5 + half], axis=2)


def _lstm(weighted: tf.Tensor) -> tuple[tf.Tensor, Back]:
    third = tf.shape(weighted)[2] // 3
    gates, cell = tf.tanh(0.5 * weighted[:, :, : 2 * third]), tf.tanh(weighted[:, :, 2 * third :])
    enter, leave = tf.split(0.5 * gates + 0.5, 2, axis=2)  # sigmoids
    state = tf.tanh(enter * cell)

    def back(slope: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        of_product = _tanh_slope(state, slope * leave)
        of_gates = 0.25 * _tanh_slope(gates, tf.concat([of_product * cell, slope * state], axis=2))
        return tf.concat([of_gates, _tanh_slope(cell, of_product * enter)], axis=2), []

    return leave * state, back


def _gru(weighted: tf.Tensor, recurrent_bias: tf.Tensor) -> tuple[tf.Tensor, Back]:
    third = tf.shape(weighted)[2] // 3
    gate_bias, candidate_bias = recurrent_bias[:, :, : 2 * third], recurrent_bias[:, :, 2 * third :]
    gates = tf.tanh(0.5 * (weighted[:, :, : 2 * third] + gate_bias))
    update, reset = tf.split(0.5 * gates + 0.5, 2, axis=2)  # sigmoids
    candidate = tf.tanh(weighted[:, :, 2 * third :] + reset * candidate_bias)
    left = 1 - update

    def back(slope: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
        of_candidate = _tanh_slope(candidate, slope * left)
        of_sigmoids = tf.concat([-slope * candidate, of_candidate * candidate_bias], axis=2)
        of_gates = 0.25 * _tanh_slope(gates, of_sigmoids)
        of_recurrent = tf.concat([of_gates, of_candidate * reset], axis=2)
        of_bias = tf.raw_ops.BatchMatMul(x=tf.ones_like(slope[:, :, :1]), y=of_recurrent, adj_x=True)
        return tf.concat([of_gates, of_candidate], axis=2), [of_bias]

    return left * candidate, back


def _tanh_slope(output: tf.Tensor, slope: tf.Tensor) -> tf.Tensor:
    return tf.raw_ops.TanhGrad(y=output, dy=slope)


def _by_window(kind: LayerKind, inputs: tf.Tensor, slope: tf.Tensor) -> tf.Tensor:
    if kind is not LayerKind.CONV1D:
        return slope
    shape = tf.shape(inputs)
    return tf.reshape(slope, [shape[0], shape[1], -1])


def _by_person(values: tf.Tensor, people: tf.Tensor) -> tf.Tensor:
    return tf.reshape(values, [tf.shape(values)[0], people, -1])


def _windows(values: tf.Tensor, channels: int) -> tf.Tensor:
    """Each SNP's neighbourhood, (E, people * SNPs, KERNEL_SIZE * channels), zeros beyond the ends."""
    shape, half = tf.shape(values), KERNEL_SIZE // 2
    snps = shape[2] // channels
    padded = tf.pad(tf.reshape(values, [shape[0], shape[1], snps, channels]), [[0, 0], [0, 0], [half, half], [0, 0]])
    windows = tf.concat([padded[:, :, shift : shift + snps] for shift in range(KERNEL_SIZE)], axis=3)
    return tf.reshape(windows, [shape[0], -1, KERNEL_SIZE * channels])


def _from_windows(slope: tf.Tensor, channels: int) -> tf.Tensor:
    """The slope of each SNP's value: the sum over the windows that it is in."""
    shape, half = tf.shape(slope), KERNEL_SIZE // 2
    snps = shape[2] // (KERNEL_SIZE * channels)
    parts = tf.split(tf.reshape(slope, [shape[0], shape[1], snps, -1]), KERNEL_SIZE, axis=3)
    shifted = [tf.pad(part, [[0, 0], [0, 0], [shift, 2 * half - shift], [0, 0]]) for shift, part in enumerate(parts)]
    return tf.reshape(tf.add_n(shifted)[:, :, half : half + snps], [shape[0], shape[1], -1])
