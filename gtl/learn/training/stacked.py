"""Trains a stack of networks of one architecture together; see :mod:`gtl.learn.training.graph` for the arithmetic.

Random numbers are drawn here, in numpy, from each network's own stream: neither its batches nor its dropout depend on
what else is in the stack.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from gtl.config.learning import LayerKind
from gtl.domain.trait import TraitKind
from gtl.learn.forward import layers_output, outputs
from gtl.learn.single_step import Array, LayerWeights, reduce_layer, restore_layer, split_by_layer
from gtl.learn.training.graph import Schedule, StackedGraph, stacked_graph
from gtl.learn.training.jobs import FitSettings, TrainedNetwork, TrainingJob, generator

SMALL = 256
"""Networks of at most this many SNPs are padded to it and share a stack; wider ones are trained alone."""
EPOCHS_AT_ONCE = 10
"""Epochs of one call of the graph at most: a call costs as much as a step of a small network."""
DRAWN_AT_ONCE = 2**18
"""Numbers drawn for such a call at most (1 MB in float32), so that they stay in the processor's cache."""


def stack_key(job: TrainingJob) -> tuple[object, ...] | None:
    """What jobs must have in common to be trained in one stack: the architecture and the sizes of their arrays.

    None for a job that is trained alone. Its lowest layer costs so much that a stack saves nothing.
    """
    n_people, n_snps = job.x_train.shape
    below = min(job.frozen_layers, 1)
    conv1d = job.network.layers[0][0] is LayerKind.CONV1D
    if not below and (conv1d or n_snps > SMALL):
        return None
    return job.network.layers, below, n_people, n_snps if conv1d else 0, str(job.x_train.dtype)


def fit_stack(
    jobs: Sequence[TrainingJob], settings: FitSettings, report: Callable[[int, float], None]
) -> list[TrainedNetwork]:
    """Train ``jobs``, which have one :func:`stack_key`, together; ``report`` gets each epoch and its mean loss.

    A job that could share a stack never has one to itself, but one with its own copy: TensorFlow's batched matrix
    product of a single small matrix adds up in another order than that of two or more, of which each is multiplied by
    itself. So the last digits do not tell what else was trained either.
    """
    if len(jobs) == 1 and stack_key(jobs[0]) is not None:
        return _fit_members([*jobs, *jobs], settings, report)[:1]
    return _fit_members(jobs, settings, report)


def _fit_members(
    jobs: Sequence[TrainingJob], settings: FitSettings, report: Callable[[int, float], None]
) -> list[TrainedNetwork]:
    members = [_Member(job, settings) for job in jobs]
    network, below = jobs[0].network, members[0].below
    x = tf.constant(np.stack(_padded_inputs(members)))
    trainable = _trainable(jobs, below, settings)
    graph = stacked_graph(network.layers, below, settings.dropout > 0, x.dtype.name, settings.precision)
    graph.start(_stacked_weights(members))
    epoch, at_once = 0, _epochs_at_once(members, settings)
    while epoch < settings.epochs and not all(member.stopped for member in members):
        epochs = min(at_once, settings.epochs - epoch)
        losses = graph.run(x, _schedule(members, epochs), members[0].widths, trainable, settings.learning_rate)
        for loss in losses.reshape(epochs, -1, len(jobs)).sum(axis=1):
            epoch += 1
            report(epoch, float(loss.mean()) / len(jobs[0].y_train))
        if settings.patience or epoch == settings.epochs:
            _observe(members, graph, epoch)
    return [member.result() for member in members]


@dataclass
class _Member:
    """One network of the stack: its inputs, its random streams and, as epochs pass, its best weights."""

    job: TrainingJob
    settings: FitSettings
    history: list[float] = field(default_factory=list)
    best_epoch: int = 0
    stopped: bool = False

    def __post_init__(self) -> None:
        job, precision = self.job, self.settings.precision
        self.keras_layers = split_by_layer(job.network, job.initial_weights)
        self.layers = [
            tuple(array.astype(precision) for array in reduce_layer(kind, arrays))
            for (kind, _), arrays in zip(job.network.layers, self.keras_layers, strict=True)
        ]
        self.below = min(job.frozen_layers, 1)
        self.train = self._input(job.x_train) if self.below else job.x_train
        self.validation = self._input(job.x_validation)
        self.widths = [_width(job, index) for index in range(len(self.layers) - 1)] if self.settings.dropout else []
        truth = np.eye(2)[job.y_train.astype(np.intp)] if job.kind is TraitKind.BINARY else job.y_train
        self._truth = np.column_stack([truth, job.person_weights(self.settings.class_weights)]).astype(precision)
        self._orders, self._dropout = generator(job, 0), generator(job, 1)

    def _input(self, genotypes: npt.NDArray[np.generic]) -> Array:
        return layers_output(self.job.network, self.layers[: self.below], genotypes.astype(self.settings.precision))

    def draw(self, epochs: int) -> tuple[npt.NDArray[np.int32], Array]:
        """The order of people in the next epochs; per place the person's truth, weight, and dropout factors."""
        order = np.concatenate([self._orders.permutation(len(self.train)) for _ in range(epochs)]).astype(np.int32)
        known = self._truth.shape[1]
        beside = np.empty((len(order), known + sum(self.widths)), self._truth.dtype)
        beside[:, :known] = self._truth[order]
        rate = self.settings.dropout
        draws = self._dropout.random((len(order), sum(self.widths)), dtype=np.float32)
        np.multiply(draws >= rate, np.asarray(1 / (1 - rate), beside.dtype), out=beside[:, known:])
        return order, beside

    def observe(self, layers: list[LayerWeights], epoch: int) -> None:
        """Note the weights ``layers`` of the open part after ``epoch``; keep them if they are the best so far."""
        if len(self.job.y_validation):
            self.history.append(self._validation_loss(layers))
        if not self.settings.patience or self.history[-1] < min(self.history[:-1], default=np.inf):
            self.best_epoch = epoch
            self.layers = self.layers[: self.below] + [tuple(array.copy() for array in layer) for layer in layers]
        self.epochs_run = epoch
        self.stopped = 0 < self.settings.patience <= epoch - self.best_epoch

    def _validation_loss(self, layers: list[LayerWeights]) -> float:
        weighted = layers_output(self.job.network, layers, self.validation, self.below)
        predicted, truth = outputs(self.job.network, weighted.astype(np.float64)), self.job.y_validation
        if self.job.kind is TraitKind.QUANTITATIVE:
            return float(np.square(predicted[:, 0] - truth).mean())
        return float(-np.log(predicted[np.arange(len(predicted)), truth.astype(np.intp)]).mean())

    def result(self) -> TrainedNetwork:
        kinds = [kind for kind, _ in self.job.network.layers]
        weights = list(self.job.initial_weights)[: sum(map(len, self.keras_layers[: self.job.frozen_layers]))]
        for index in range(self.job.frozen_layers, len(kinds)):
            weights += restore_layer(kinds[index], self.layers[index], self.keras_layers[index])
        return TrainedNetwork(weights, self.epochs_run, self.best_epoch, tuple(self.history))


def _width(job: TrainingJob, index: int) -> int:
    kind, units = job.network.layers[index]
    copies: int = {LayerKind.CONV1D: job.x_train.shape[1], LayerKind.BILSTM: 2}.get(kind, 1)
    return units * copies


def _is_padded(job: TrainingJob) -> bool:
    return job.frozen_layers == 0 and job.network.layers[0][0] is not LayerKind.CONV1D


def _padded_inputs(members: list[_Member]) -> list[npt.NDArray[np.generic]]:
    # A SNP that nobody carries has a zero gradient, so padding is exact. The last column multiplies the bias.
    if not _is_padded(members[0].job):
        return [member.train for member in members]
    return [
        np.pad(np.pad(member.train, ((0, 0), (0, _padding(member)))), ((0, 0), (0, 1)), constant_values=1)
        for member in members
    ]


def _padding(member: _Member) -> int:
    return max(0, SMALL - int(member.train.shape[1]))


def _stacked_weights(members: list[_Member]) -> list[LayerWeights]:
    opened = [member.layers[member.below :] for member in members]
    if _is_padded(members[0].job):
        for layers, member in zip(opened, members, strict=True):
            rows = member.train.shape[1]
            layers[0] = (np.insert(layers[0][0], [rows] * _padding(member), 0, axis=0), *layers[0][1:])
    return [tuple(map(np.stack, zip(*layer, strict=True))) for layer in zip(*opened, strict=True)]


def _epochs_at_once(members: list[_Member], settings: FitSettings) -> int:
    # Patience looks at every epoch. What is drawn ahead is bounded.
    drawn = len(members) * len(members[0].train) * (3 + sum(members[0].widths))
    return 1 if settings.patience else max(1, min(EPOCHS_AT_ONCE, DRAWN_AT_ONCE // drawn))


def _schedule(members: list[_Member], epochs: int) -> Schedule:
    people, batch_size = len(members[0].train), members[0].settings.batch_size
    begins = np.arange(0, people, batch_size) + people * np.arange(epochs)[:, None]
    borders = np.append(begins, people * epochs).astype(np.int32)
    order, beside = map(np.stack, zip(*(member.draw(epochs) for member in members), strict=True))
    return Schedule(borders, order, beside)


def _observe(members: list[_Member], graph: StackedGraph, epoch: int) -> None:
    stacked = graph.weights()
    for number, member in enumerate(members):
        if not member.stopped:
            layers = [tuple(array[number] for array in layer) for layer in stacked]
            if _is_padded(member.job):
                rows = member.train.shape[1]
                kernel = np.delete(layers[0][0], slice(rows, rows + _padding(member)), axis=0)
                layers[0] = (kernel, *layers[0][1:])
            member.observe(layers, epoch)


def _trainable(jobs: Sequence[TrainingJob], below: int, settings: FitSettings) -> Array:
    layers = np.arange(below, len(jobs[0].network.layers))
    return np.stack([layers >= job.frozen_layers for job in jobs]).astype(settings.precision)
