"""Reference path: plain Keras ``fit``, one network after the other.

Batches come in the order of the network's own stream, as in the stacked engine, so that without dropout both engines
give the same weights. Dropout is Keras' own, seeded.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras
import numpy as np
import numpy.typing as npt

from gtl.domain.trait import TraitKind
from gtl.learn import networks
from gtl.learn.training.jobs import FitSettings, TrainedNetwork, TrainingJob, generator

_LOSSES = {TraitKind.BINARY: "sparse_categorical_crossentropy", TraitKind.QUANTITATIVE: "mean_squared_error"}


def fit_with_keras(
    job: TrainingJob, settings: FitSettings, report: Callable[[int, float], None], eager: bool = False
) -> TrainedNetwork:
    """Train one job by ``keras.Model.fit``; ``report`` gets each epoch and its mean loss.

    ``eager`` runs the same arithmetic without a graph: quicker for a few steps, slower for many.
    """
    with _precision(settings.precision):
        model = _compiled_model(job, settings, eager)
        stopping = _callbacks(settings)
        history = model.fit(
            _batches(job, settings),
            steps_per_epoch=-(-len(job.y_train) // settings.batch_size),
            epochs=settings.epochs,
            validation_data=_validation(job, settings),
            callbacks=[*stopping, _Report(report)],
            shuffle=False,
            verbose=0,
        )
    losses = tuple(history.history.get("val_loss", ()))
    best = stopping[0].best_epoch + 1 if stopping else len(history.epoch)
    kept = losses if settings.patience else losses[-1:]
    return TrainedNetwork(model.get_weights(), len(history.epoch), best, kept)


@contextmanager
def _precision(name: str) -> Iterator[None]:
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx(name)
    keras.config.set_dtype_policy(name)
    try:
        yield
    finally:
        keras.config.set_floatx(before[0])
        keras.config.set_dtype_policy(before[1])


class _Report(keras.callbacks.Callback):  # type: ignore[misc]
    """Passes each epoch's mean loss on."""

    def __init__(self, report: Callable[[int, float], None]) -> None:
        super().__init__()
        self._report = report

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._report(epoch + 1, (logs or {})["loss"])


def _compiled_model(job: TrainingJob, settings: FitSettings, eager: bool) -> keras.Model:
    seed = int(generator(job, 1).integers(2**31))
    model = networks.build(job.network, job.x_train.shape[1], settings.dropout, settings.time_steps, seed)
    model.set_weights(job.initial_weights)
    for number in range(1, job.frozen_layers + 1):
        model.get_layer(f"layer_{number}").trainable = False
    optimizer = keras.optimizers.Adam(settings.learning_rate)
    model.compile(optimizer, _LOSSES[job.kind], run_eagerly=eager)
    return model


def _batches(job: TrainingJob, settings: FitSettings) -> Iterator[tuple[npt.NDArray[np.generic], ...]]:
    x, y, orders = _input(job, job.x_train, settings), job.y_train, generator(job, 0)
    people_weights = job.person_weights(settings.class_weights)
    for _ in range(settings.epochs):
        order = orders.permutation(len(y))
        for start in range(0, len(y), settings.batch_size):
            people = order[start : start + settings.batch_size]
            yield x[people], y[people], people_weights[people]


def _callbacks(settings: FitSettings) -> list[keras.callbacks.EarlyStopping]:
    if not settings.patience:
        return []
    return [keras.callbacks.EarlyStopping("val_loss", patience=settings.patience, restore_best_weights=True)]


def _validation(job: TrainingJob, settings: FitSettings) -> tuple[npt.NDArray[np.generic], ...] | None:
    if not len(job.y_validation):
        return None
    return _input(job, job.x_validation, settings), job.y_validation


def _input(job: TrainingJob, genotypes: npt.NDArray[np.generic], settings: FitSettings) -> npt.NDArray[np.generic]:
    return networks.as_input(job.network, genotypes, settings.time_steps).astype(settings.precision)
