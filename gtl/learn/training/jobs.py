"""What is to be trained and what comes back: plain data, no framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from gtl.config.learning import NetworkConfig, TrainingConfig, TrainingEngine, TransferConfig
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn import networks

Dosages = npt.NDArray[np.integer] | npt.NDArray[np.floating]
Truth = npt.NDArray[np.integer] | npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """One network to train or fine-tune.

    Attributes
    ----------
    network : NetworkConfig, whose last layer says the kind of trait (:func:`gtl.learn.networks.trait_kind`)
    x_train, x_validation : (n, P) int8 or float dosages, no missing ones; 0 validation people are allowed
    y_train, y_validation : (n,) int8, 1 = case, 0 = control; or float values of a quantitative trait, standardised
    initial_weights : arrays in the order of Keras' ``get_weights()``
    seed : SeedSequence of this network's batch orders and dropout (:func:`gtl.random_streams.stream_seed`)
    frozen_layers : weight layers that stay as they are, counted from the bottom; all of them: nothing is trained
    """

    network: NetworkConfig
    x_train: Dosages
    y_train: Truth
    x_validation: Dosages
    y_validation: Truth
    initial_weights: Sequence[npt.NDArray[np.floating]]
    seed: np.random.SeedSequence
    frozen_layers: int = 0

    def __post_init__(self) -> None:
        networks.check(self.network, self.kind)
        self._check_part("training", self.x_train, self.y_train)
        self._check_part("validation", self.x_validation, self.y_validation)
        if len(self.y_train) == 0 or self.x_train.shape[1] == 0:
            raise self._error(f"training genotypes of shape {self.x_train.shape}: at least 1 person and 1 SNP needed")
        if self.x_train.shape[1] != self.x_validation.shape[1]:
            raise self._error(f"{self.x_train.shape[1]} training but {self.x_validation.shape[1]} validation SNPs")
        if not 0 <= self.frozen_layers <= len(self.network.layers):
            raise self._error(f"frozen_layers {self.frozen_layers} is not in 0 ... {len(self.network.layers)}")

    @property
    def kind(self) -> TraitKind:
        """Kind of the trait."""
        return networks.trait_kind(self.network)

    def person_weights(self, weighted: bool) -> npt.NDArray[np.float64]:
        """(n,) weight of each training person: 1, or where ``weighted`` that of their case status, if it is one."""
        if weighted and self.kind is TraitKind.BINARY:
            return class_weights(self.y_train.astype(np.intp))
        return np.ones(len(self.y_train))

    def _check_part(self, part: str, x: Dosages, y: Truth) -> None:
        if x.ndim != 2 or y.shape != (len(x),):
            raise self._error(f"{part} genotypes {x.shape} and trait {y.shape}: expected (n, P) and (n,)")
        if self.kind is TraitKind.BINARY and not np.isin(y, (0, 1)).all():
            raise self._error(f"{part} case status {np.unique(y).tolist()}: expected 0 (control) and 1 (case)")
        if not np.isfinite(y).all():
            person = int(np.flatnonzero(~np.isfinite(y))[0])
            raise self._error(f"{part} value of person {person} (from 0) is {y[person]}; leave out who has none")
        if not np.isfinite(x).all() or (x < 0).any():
            person, snp = np.argwhere(~np.isfinite(x) | (x < 0))[0]
            raise self._error(
                f"{part} genotype of person {person}, SNP {snp} (from 0) is {x[person, snp]}; impute missing dosages"
            )

    def _error(self, message: str) -> InputError:
        return InputError(f"training job of network {self.network.name!r}: {message}")


@dataclass(frozen=True)
class FitSettings:
    """How networks are trained; the fields are :class:`~gtl.config.learning.TrainingConfig`'s."""

    epochs: int = 50
    batch_size: int = 50
    learning_rate: float = 0.001
    dropout: float = 0.2
    patience: int = 0
    class_weights: bool = False
    time_steps: int = 1
    engine: TrainingEngine = TrainingEngine.STACKED
    precision: Literal["float32", "float64"] = "float32"
    """float64 shows that engines agree over whole runs, where float32 rounding errors grow."""

    @classmethod
    def base(cls, training: TrainingConfig) -> Self:
        """Settings of the large population's networks."""
        return cls(**{name: getattr(training, name) for name in type(training).model_fields if name != "networks"})

    @classmethod
    def fine_tuning(cls, training: TrainingConfig, transfer: TransferConfig) -> Self:
        """Settings of deep transfer: as the base's, with its own epochs and learning rate."""
        changed = {"epochs": transfer.epochs, "learning_rate": transfer.learning_rate}
        return cls.base(training.model_copy(update=changed))


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A job's result.

    Attributes
    ----------
    weights : arrays in the order of Keras' ``get_weights()``: the last epoch's, with patience the best epoch's
    epochs_run : epochs trained until the end or the early stop
    best_epoch : epoch that the weights are from, counted from 1; 0 where all layers are frozen
    validation_loss : mean cross-entropy (quantitative traits: mean squared error of standardised values) on the
        validation people, one value an epoch with patience > 0; without patience the end's alone, since nothing depends
        on the others; empty without validation people
    """

    weights: list[npt.NDArray[np.floating]]
    epochs_run: int
    best_epoch: int
    validation_loss: tuple[float, ...]


@dataclass(frozen=True)
class Progress:
    """Where training stands: networks finished, networks in all, and the epoch and mean loss of those at work.

    ``share`` of all the training is behind, the epochs of the networks at work counted (0 to 1).
    """

    done: int
    total: int
    epoch: int
    loss: float
    share: float


def class_weights(cases: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Weight of each person, n / (2 * people of the same status): both statuses weigh the same in all.

    >>> class_weights(np.array([1, 0, 0, 0])).round(3).tolist()
    [2.0, 0.667, 0.667, 0.667]
    """
    weights: npt.NDArray[np.float64] = len(cases) / (2 * np.bincount(cases, minlength=2)[cases])
    return weights


def generator(job: TrainingJob, purpose: int) -> np.random.Generator:
    """The job's own random generator for batch orders (``purpose`` 0) or dropout (1)."""
    key = (*job.seed.spawn_key, purpose)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(job.seed.entropy, spawn_key=key)))
