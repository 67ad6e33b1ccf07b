"""Deep transfer: the large population's networks, used as they are or fine-tuned on the small one (Module 5).

Every base network (architecture × sub-dataset of the large population) is tried with its lowest d layers frozen, for
every d. With all layers frozen nothing is trained, so this row of the grid and the paper's "direct use" are one and
the same predictions: they are one candidate, labelled with all layers frozen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.config.learning import NetworkConfig, TransferConfig
from gtl.domain.dosages import Dosages
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactMissing, InputError
from gtl.learn import networks
from gtl.learn.forward import predict
from gtl.learn.predictors import NetworkPredictor, fill_missing
from gtl.learn.training import FitSettings, TrainingJob, fit_groups
from gtl.methods.base import Candidate, MethodContext, Rows
from gtl.methods.training_people import TrainingPeople, at_level_of
from gtl.random_streams import stream_seed

Weights = list[npt.NDArray[np.floating]]


@dataclass(frozen=True, eq=False)
class _Base:
    """One network of the large population, beside what it is tried on."""

    network: NetworkConfig
    subset: int
    rows: Rows
    weights: Weights
    validation: Dosages
    test: Dosages
    large: TrainingPeople
    small: TrainingPeople


@dataclass(frozen=True)
class DeepTransfer:
    """Base networks used directly and fine-tuned at every configured freeze depth.

    Fine-tuning trains on the small population's training people; its validation people decide early stopping, if
    ``training.patience`` asks for it. Frozen layers share their arrays with the base network.

    A quantitative trait is learned standardised: by the large population's training people in the base network, by the
    small one's in fine-tuning, which starts with the output's bias moved until the small training people's mean
    prediction is 0. The level belongs to the small population: predictions, direct ones too, are moved until their mean
    is right for its training people (:func:`gtl.methods.training_people.at_level_of`). Networks of a binary trait keep
    their own intercept, as the paper's do.
    """

    name: str

    def candidates(self, context: MethodContext) -> Iterator[Candidate]:
        """One candidate for each base network and freeze depth; the direct ones first, then as training ends."""
        transfer = context.config.transfer
        check_depths(transfer, context.config.training.networks)
        bases = list(_bases(context))
        for base in bases:
            if uses_directly(transfer, base.network):
                yield self._candidate(context, base, len(base.network.layers), base.weights, base.large)
        runs = [(base, depth) for base in bases for depth in tuned_depths(transfer, base.network)]
        jobs = [self._job(context, base, depth) for base, depth in runs]
        settings = FitSettings.fine_tuning(context.config.training, transfer)
        for numbers, trained in fit_groups(jobs, settings, context.on_progress):
            for number, result in zip(numbers, trained, strict=True):
                base, depth = runs[number]
                yield self._candidate(context, base, depth, _sharing(base.weights, result.weights), base.small)

    def _job(self, context: MethodContext, base: _Base, depth: int) -> TrainingJob:
        code, small = context.code, context.small
        x_train = fill_missing(base.small.dosages, base.small.means)
        return TrainingJob(
            network=base.network,
            x_train=x_train,
            y_train=base.small.network_target(base.small.value),
            x_validation=fill_missing(base.validation, base.small.means),
            y_validation=base.small.network_target(small.value[small.split.validation]),
            initial_weights=_centred(base, x_train, context.config.training.time_steps),
            seed=stream_seed(context.config.seed, self.name, code, base.network.name, base.subset, depth),
            frozen_layers=depth,
        )

    def _candidate(
        self, context: MethodContext, base: _Base, depth: int, weights: Weights, people: TrainingPeople
    ) -> Candidate:
        training = context.config.training
        predictor = NetworkPredictor(
            base.network, weights, people.means, training.dropout, training.time_steps,
            shift=people.standard.mean, scale=people.standard.scale,
        )  # fmt: skip
        if context.kind is TraitKind.QUANTITATIVE:
            predictor = at_level_of(predictor, base.small)
        validation, test = predictor.predict(base.validation), predictor.predict(base.test)
        return Candidate(
            self.name, base.network.name, base.subset, base.rows, depth, validation, test, predictor,
            people.digest, people.n,
        )  # fmt: skip


def tuned_depths(transfer: TransferConfig, network: NetworkConfig) -> list[int]:
    """Freeze depths that ``network`` is fine-tuned with: the configured ones that leave it a layer to train.

    >>> from gtl.config.learning import PAPER_NETWORKS
    >>> tuned_depths(TransferConfig(freeze_depths=(0, 2, 4)), PAPER_NETWORKS[0])
    [0, 2]
    """
    possible = networks.freeze_depths(network)
    return [depth for depth in possible if transfer.freeze_depths is None or depth in transfer.freeze_depths]


def uses_directly(transfer: TransferConfig, network: NetworkConfig) -> bool:
    """Whether ``network`` is also used as it is: asked for by ``direct``, or by naming its number of layers."""
    return transfer.direct or (transfer.freeze_depths is not None and len(network.layers) in transfer.freeze_depths)


def check_depths(transfer: TransferConfig, architectures: tuple[NetworkConfig, ...]) -> None:
    """Raise :class:`InputError` if a configured freeze depth is beyond the deepest network."""
    deepest = max(len(network.layers) for network in architectures)
    beyond = [depth for depth in transfer.freeze_depths or () if depth > deepest]
    if beyond:
        raise InputError(
            f"transfer.freeze_depths: {beyond} layers cannot be frozen, the deepest of training.networks has {deepest}"
        )


def _bases(context: MethodContext) -> Iterator[_Base]:
    small = context.small
    for subset, rows in context.subsets_large.items():
        validation, test = small.take(rows, small.split.validation), small.take(rows, small.split.test)
        large, own = TrainingPeople.of(rows, context.large), TrainingPeople.of(rows, small)
        for architecture in context.config.training.networks:
            network = networks.for_trait(architecture, context.kind)
            weights: Weights = list(networks.read_weights(_stored(context, network.name, subset)))
            yield _Base(network, subset, rows, weights, validation, test, large, own)


def _stored(context: MethodContext, name: str, subset: int) -> bytes:
    try:
        return context.networks[name, subset]
    except KeyError:
        raise ArtifactMissing(
            f"{context.code}: there is no base network {name!r} of sub-dataset {subset}; train the networks first"
        ) from None


def _centred(base: _Base, x_train: npt.NDArray[np.float32], time_steps: int) -> Weights:
    """The base's weights; of a quantitative trait with a mean output of 0 for the small training people."""
    if base.small.kind is TraitKind.BINARY:
        return base.weights
    *others, bias = base.weights
    level = predict(base.network, base.weights, x_train, time_steps).mean()
    return [*others, (bias - level).astype(bias.dtype)]


def _sharing(base: Weights, tuned: Weights) -> Weights:
    """``tuned`` with the base's own arrays where nothing changed, so that hundreds of candidates fit in memory."""
    return [old if np.array_equal(old, new) else new for old, new in zip(base, tuned, strict=True)]
