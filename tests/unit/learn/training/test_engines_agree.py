"""The stacked engine against Keras fit: same weights at first, same batches, no dropout."""

import numpy as np
import pytest

from gtl.config.learning import PAPER_NETWORKS, LayerKind, NetworkConfig
from gtl.domain.trait import TraitKind
from gtl.learn import networks
from gtl.learn.training import FitSettings, TrainingJob, fit
from gtl.learn.training.keras_fit import fit_with_keras
from gtl.random_streams import stream_seed

CONV = NetworkConfig(
    name="CNN",
    layers=((LayerKind.CONV1D, 4), (LayerKind.CONV1D, 3), (LayerKind.DENSE, 10), (LayerKind.DENSE, 2)),
)
ALL_NETWORKS = [
    pytest.param(networks.for_trait(network, kind), id=f"{network.name}, {kind}")
    for kind in TraitKind
    for network in (*PAPER_NETWORKS, CONV)
]


def _job(network: NetworkConfig, n_snps: int = 17, frozen_layers: int = 0) -> TrainingJob:
    rng = np.random.default_rng(n_snps)
    x, y = rng.integers(0, 3, (80, n_snps)).astype(np.int8), rng.integers(0, 2, 80)
    if networks.trait_kind(network) is TraitKind.QUANTITATIVE:
        y = rng.normal(size=80)
    weights = networks.build(network, n_snps, dropout=0.0, time_steps=1, seed=5).get_weights()
    return TrainingJob(
        network, x[:70], y[:70], x[70:], y[70:], weights, stream_seed(1, n_snps, frozen_layers), frozen_layers
    )


def _largest_difference(a, b) -> float:
    return max(np.abs(u - v).max() for u, v in zip(a, b, strict=True))


@pytest.mark.parametrize("network", ALL_NETWORKS)
def test_a_few_steps_in_float32_equal_keras_fit_at_every_depth(network):
    settings = FitSettings(epochs=2, dropout=0.0)
    jobs = [_job(network, frozen_layers=depth) for depth in networks.freeze_depths(network)]
    for job, trained in zip(jobs, fit(jobs, settings), strict=True):
        reference = fit_with_keras(job, settings, lambda epoch, loss: None, eager=True)
        assert _largest_difference(trained.weights, reference.weights) < 1e-5
        assert trained.validation_loss == pytest.approx(reference.validation_loss, abs=1e-5)
        assert _largest_difference(trained.weights, job.initial_weights) > 1e-4
