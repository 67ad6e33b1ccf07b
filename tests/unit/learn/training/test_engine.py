from dataclasses import replace

import numpy as np
import pytest

from gtl.config.learning import PAPER_NETWORKS, LayerKind, NetworkConfig, TrainingConfig, TransferConfig
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.learn import networks
from gtl.learn.forward import predict
from gtl.learn.training import FitSettings, Progress, TrainingJob, fit, fit_groups
from gtl.learn.training.jobs import class_weights
from gtl.learn.training.keras_fit import fit_with_keras
from gtl.random_streams import stream_seed

DENSE, GRU, BILSTM = PAPER_NETWORKS[0], PAPER_NETWORKS[3], PAPER_NETWORKS[8]
CONV = NetworkConfig(name="CNN", layers=((LayerKind.CONV1D, 3), (LayerKind.DENSE, 2)))
LINEAR, LINEAR_GRU, LINEAR_CONV = (
    networks.for_trait(network, TraitKind.QUANTITATIVE) for network in (DENSE, GRU, CONV)
)
SETTINGS = FitSettings(epochs=3)


def _job(network: NetworkConfig = DENSE, n_snps: int = 20, frozen_layers: int = 0, seed: int = 1) -> TrainingJob:
    rng = np.random.default_rng(n_snps)
    x = rng.integers(0, 3, (90, n_snps)).astype(np.int8)
    y = (x[:, 0] + rng.random(90) > 1.5).astype(np.int8)
    if networks.trait_kind(network) is TraitKind.QUANTITATIVE:
        y = x[:, 0] - 1 + rng.normal(scale=0.5, size=90)
    weights = networks.build(network, n_snps, dropout=0.0, time_steps=1, seed=n_snps).get_weights()
    return TrainingJob(network, x[:70], y[:70], x[70:], y[70:], weights, stream_seed(seed, n_snps), frozen_layers)


def _assert_same(a, b) -> None:
    for one, other in zip(a.weights, b.weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert a.validation_loss == b.validation_loss


def _assert_close(a, b, tolerance: float) -> None:
    for one, other in zip(a.weights, b.weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=tolerance)


def test_a_network_does_not_depend_on_what_else_is_trained():
    mixed = [
        _job(GRU, 20), _job(DENSE, 20), _job(DENSE, 31), _job(DENSE, 31, 2), _job(GRU, 300), _job(GRU, 31),
        _job(DENSE, 20, 1), _job(CONV, 20), _job(BILSTM, 20, 3), _job(CONV, 31, 1), _job(BILSTM, 31, 1),
        _job(CONV, 31), _job(CONV, 31, 1, seed=2), _job(DENSE, 300), _job(DENSE, 300, 0, seed=2), _job(DENSE, 200),
        _job(LINEAR, 20), _job(LINEAR, 31), _job(LINEAR, 20, 1), _job(LINEAR_GRU, 20, 1), _job(LINEAR_GRU, 31, 2),
    ]  # fmt: skip
    together = fit(mixed, SETTINGS)
    for job, trained in zip(mixed, together, strict=True):
        _assert_same(fit([job], SETTINGS)[0], trained)
    for trained, reversed_order in zip(together, fit(mixed[::-1], SETTINGS)[::-1], strict=True):
        _assert_same(trained, reversed_order)


def test_seed_decides_batches_and_dropout():
    assert not np.allclose(fit([_job(seed=1)], SETTINGS)[0].weights[0], fit([_job(seed=2)], SETTINGS)[0].weights[0])
    without, with_dropout = (fit([_job()], replace(SETTINGS, dropout=rate))[0] for rate in (0.0, 0.2))
    assert not np.allclose(without.weights[0], with_dropout.weights[0])


@pytest.mark.parametrize(
    ("network", "frozen_layers"),
    [
        (network, depth)
        for network in (*PAPER_NETWORKS, CONV, LINEAR, LINEAR_GRU, LINEAR_CONV)
        for depth in networks.freeze_depths(network)
    ],
    ids=lambda value: f"{value.name} {value.layers[-1][1]}" if isinstance(value, NetworkConfig) else value,
)
def test_whole_float64_runs_equal_keras_fit(network, frozen_layers):
    settings = FitSettings(epochs=12, dropout=0.0, precision="float64", class_weights=True, patience=3)
    job = _job(network, frozen_layers=frozen_layers)
    reference = fit_with_keras(job, settings, lambda epoch, loss: None, eager=True)
    trained = fit([job], settings)[0]
    _assert_close(trained, reference, 1e-9)
    assert (trained.epochs_run, trained.best_epoch) == (reference.epochs_run, reference.best_epoch)
    assert trained.validation_loss == pytest.approx(reference.validation_loss, rel=1e-9)


def test_each_network_stops_by_itself_and_keeps_its_best_weights():
    jobs = [_job(n_snps=20), _job(n_snps=31), _job(n_snps=200)]
    settings = FitSettings(epochs=60, dropout=0.0, patience=2, learning_rate=0.02)
    stopped = fit(jobs, settings)
    assert len({trained.epochs_run for trained in stopped}) > 1
    for job, trained in zip(jobs, stopped, strict=True):
        assert trained.epochs_run == trained.best_epoch + 2 == len(trained.validation_loss)
        assert min(trained.validation_loss) == trained.validation_loss[trained.best_epoch - 1]
        until_best = fit([job], replace(settings, patience=0, epochs=trained.best_epoch))[0]
        _assert_close(until_best, trained, 0.0)


def test_keras_engine_is_chosen_by_setting_and_gives_the_same():
    settings = FitSettings.base(TrainingConfig(epochs=2, dropout=0.0))
    keras = fit([_job()], FitSettings.base(TrainingConfig(epochs=2, dropout=0.0, engine="keras")))[0]
    _assert_close(fit([_job()], settings)[0], keras, 1e-5)


def test_several_time_steps_fall_back_to_keras():
    job = _job(GRU, n_snps=20)
    weights = networks.build(GRU, 20, dropout=0.0, time_steps=2, seed=1).get_weights()
    trained = fit([replace(job, initial_weights=weights)], FitSettings(epochs=1, time_steps=2))[0]
    assert trained.weights[0].shape == (10, 150)
    assert not np.allclose(trained.weights[1], weights[1])  # the recurrent kernel learns, unlike with one step


def test_training_learns_a_causal_snp():
    job = _job()
    carriers = [(x[:, 0] > 0).astype(np.int8) for x in (job.x_train, job.x_validation)]
    job = replace(job, y_train=carriers[0], y_validation=carriers[1])
    trained = fit([job], FitSettings(epochs=60, learning_rate=0.01))[0]
    called = predict(DENSE, trained.weights, job.x_validation) > 0.5
    assert (called == job.y_validation).mean() >= 0.9


def test_one_linear_unit_learns_least_squares():
    """Without hidden layers the network is a regression: its minimum is that of numpy's least squares."""
    network = NetworkConfig(name="regression", layers=((LayerKind.DENSE, 1),))
    job = _job(network, n_snps=4)
    settings = FitSettings(epochs=300, learning_rate=0.02, dropout=0.0)
    kernel, bias = fit([job], settings)[0].weights
    design = np.column_stack([job.x_train, np.ones(70)])
    best, *_ = np.linalg.lstsq(design, job.y_train, rcond=None)
    excess = np.square(design @ np.append(kernel[:, 0], bias) - job.y_train).mean()
    assert excess < 1.02 * np.square(design @ best - job.y_train).mean()


def test_weights_of_cases_and_controls_mean_nothing_to_a_quantitative_trait():
    plain, weighted = (fit([_job(LINEAR)], replace(SETTINGS, class_weights=on))[0] for on in (False, True))
    _assert_same(plain, weighted)


def test_validation_loss_is_the_mean_squared_error():
    job = _job(LINEAR)
    trained = fit([job], SETTINGS)[0]
    error = predict(LINEAR, trained.weights, job.x_validation) - job.y_validation
    assert trained.validation_loss == pytest.approx([np.square(error).mean()])


def test_values_that_are_not_known_are_refused():
    job = _job(LINEAR)
    with pytest.raises(InputError, match=r"training value of person 3 .* is nan; leave out"):
        replace(job, y_train=np.where(np.arange(70) == 3, np.nan, job.y_train))


def test_frozen_layers_stay_as_they_are():
    job = _job(frozen_layers=2)
    trained = fit([job], SETTINGS)[0]
    for number, (before, after) in enumerate(zip(job.initial_weights, trained.weights, strict=True)):
        assert np.array_equal(before, after) == (number < 4)
    _assert_close(fit([_job(frozen_layers=3)], SETTINGS)[0], type(trained)(job.initial_weights, 0, 0, ()), 0.0)


def test_groups_come_one_by_one_and_the_rest_can_be_resumed():
    jobs = [_job(DENSE, 20), _job(GRU, 20), _job(DENSE, 31)]
    seen: list[Progress] = []
    groups = list(fit_groups(jobs, SETTINGS, seen.append))
    assert [numbers for numbers, _ in groups] == [(0, 2), (1,)]
    assert [(at.done, at.total, at.epoch) for at in seen] == [
        (done, 3, epoch) for done in (0, 2) for epoch in (1, 2, 3)
    ]
    assert [at.share for at in seen] == pytest.approx([2 / 9, 4 / 9, 6 / 9, 7 / 9, 8 / 9, 1])
    _assert_same(fit(jobs[1:2], SETTINGS)[0], groups[1][1][0])


def test_fine_tuning_has_its_own_epochs_and_learning_rate():
    settings = FitSettings.fine_tuning(TrainingConfig(batch_size=7), TransferConfig(epochs=9, learning_rate=0.01))
    assert (settings.epochs, settings.learning_rate, settings.batch_size) == (9, 0.01, 7)


def test_class_weights_by_hand():
    assert class_weights(np.array([1, 1, 1, 0])).tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_patience_without_validation_people_is_refused():
    job = replace(_job(), x_validation=np.zeros((0, 20), np.int8), y_validation=np.zeros(0, np.int8))
    with pytest.raises(InputError, match="patience 2 needs validation people"):
        fit([job], replace(SETTINGS, patience=2))
    assert fit([job], SETTINGS)[0].validation_loss == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": np.full((70, 20), -1, np.int8)}, "person 0, SNP 0 .* is -1; impute"),
        ({"x_validation": np.full((20, 20), np.nan)}, "is nan; impute"),
        ({"y_train": np.full(70, 2)}, r"case status \[2\]: expected 0"),
        ({"y_train": np.zeros(69, np.int8)}, "expected \\(n, P\\) and \\(n,\\)"),
        ({"frozen_layers": 4}, "frozen_layers 4 is not in 0 ... 3"),
        ({"x_validation": np.zeros((20, 19), np.int8)}, "20 training but 19 validation SNPs"),
        ({"x_train": np.zeros((70, 0), np.int8), "x_validation": np.zeros((20, 0), np.int8)}, "at least 1 person"),
    ],
)
def test_bad_jobs_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        replace(_job(), **changes)
