"""The deep grid of one phenotype: the stacked engine beside plain Keras fit.

The grid: the paper's nine networks on ten sub-datasets (table 2's sizes), trained on 700 people for 50 epochs and saved
as .keras, then fine-tuned on 70 people at every freeze depth and scored on 10. Ours runs whole, as in a study: in one
new process, as `gtl run` has it, and once more in two, as Airflow has it. Their start, TensorFlow's import, tracing,
building and saving all count. Keras fit is sampled in this process: every network at three sizes, base and two freeze
depths, a few epochs each; an epoch's cost is carried to 50 epochs, other sizes are interpolated. Its import, saving and
loading do not count. This model of its cost is then held to one row of the grid that is run in full. With --full
nothing is extrapolated (about an hour).

    python -m benchmarks.deep_grid [--full] [--sizes 17 48 154] [--people 700] [--epochs 50]
"""

import argparse
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.measure import measure, say_goal
from gtl.config.learning import PAPER_NETWORKS, NetworkConfig
from gtl.learn import forward, networks
from gtl.learn.training import FitSettings, TrainingJob, fit_groups
from gtl.random_streams import stream, stream_seed
from gtl.worker_environment import WORKER_ENVIRONMENT

TABLE_2 = (17, 18, 48, 154, 193, 1135, 1196, 3421, 4901, 6629)
FINE_TUNING_PEOPLE = 70
SAMPLED_EPOCHS = 4


@dataclass(frozen=True)
class Grid:
    """What is trained."""

    sizes: tuple[int, ...]
    people: int
    epochs: int

    @property
    def settings(self) -> FitSettings:
        """The paper's training, as every study has it by default."""
        return FitSettings(epochs=self.epochs)

    def arguments(self) -> list[str]:
        """The grid on the command line of a stage."""
        return ["--sizes", *map(str, self.sizes), "--people", str(self.people), "--epochs", str(self.epochs)]


@dataclass(frozen=True)
class People:
    """Genotypes (n, P) int8 and case status, of which about a fifth is explained by the SNPs."""

    x: npt.NDArray[np.int8]
    y: npt.NDArray[np.int8]

    @classmethod
    @cache
    def simulated(cls, name: str, number: int, n_snps: int) -> "People":
        """The people of one population at ``n_snps`` SNPs; the same for equal arguments."""
        rng = stream(1, "benchmark", name, n_snps)
        frequency = rng.uniform(0.05, 0.5, n_snps)
        x = sum((rng.random((number, n_snps), np.float32) < frequency).astype(np.int8) for _ in range(2))
        score = x @ rng.normal(size=n_snps)
        liability = score / score.std() + rng.normal(scale=2, size=number)
        return cls(x, (liability > np.median(liability)).astype(np.int8))


def main() -> None:
    os.environ.update(WORKER_ENVIRONMENT)  # one thread for both sides, as a study's workers have
    options = _options()
    grid = Grid(tuple(options.sizes), options.people, options.epochs)
    if options.stages:
        for stage in options.stages:
            STAGES[stage](grid, Path(options.folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        one = measure(lambda: _run_stages(grid, folder, *STAGES))
        two = [measure(lambda stage=stage: _run_stages(grid, folder, stage)) for stage in STAGES]
    keras_fit = KerasFit(grid, options.full)
    theirs = [keras_fit.base_seconds(), keras_fit.fine_tuning_seconds()]
    if not options.full:
        keras_fit.check_model()
    _print(grid, one.cpu_seconds, [row.cpu_seconds for row in two], theirs)


def train_networks(grid: Grid, folder: Path) -> None:
    """Stage 1 of ours: every network on every sub-dataset, saved."""
    runs = list(itertools.product(PAPER_NETWORKS, grid.sizes))
    jobs, models = [], []
    for network, n_snps in runs:
        models.append(networks.build(network, n_snps, dropout=0.2, time_steps=1, seed=n_snps))
        jobs.append(_job(network, n_snps, "large", grid.people, 100, models[-1].get_weights(), 0))
    for numbers, trained in fit_groups(jobs, grid.settings):
        for number, result in zip(numbers, trained, strict=True):
            models[number].set_weights(result.weights)
            (folder / _file(*runs[number])).write_bytes(networks.save(models[number]))


def fine_tune(grid: Grid, folder: Path) -> None:
    """Stage 2 of ours: every saved network at every freeze depth, scored on the validation people."""
    jobs = []
    for network, n_snps in itertools.product(PAPER_NETWORKS, grid.sizes):
        weights = networks.read_weights((folder / _file(network, n_snps)).read_bytes())
        for depth in networks.freeze_depths(network):
            jobs.append(_job(network, n_snps, "small", FINE_TUNING_PEOPLE, 10, weights, depth))
    for numbers, trained in fit_groups(jobs, grid.settings):
        for number, result in zip(numbers, trained, strict=True):
            forward.predict(jobs[number].network, result.weights, jobs[number].x_validation)


STAGES = {"base networks": train_networks, "fine-tuning": fine_tune}


class KerasFit:
    """CPU seconds of the same grid by plain ``fit``, sampled or in full."""

    def __init__(self, grid: Grid, full: bool) -> None:
        self._grid, self._full = grid, full
        self._epochs = grid.epochs if full else min(grid.epochs, SAMPLED_EPOCHS)
        smallest, largest = min(grid.sizes), max(grid.sizes)
        middle = min(grid.sizes, key=lambda size: abs(size - largest / 5))
        self._sizes = sorted(grid.sizes if full else {smallest, middle, largest})

    def base_seconds(self) -> float:
        """All base networks."""
        return sum(self._over_sizes(self._base_row(network, self._sizes)) for network in PAPER_NETWORKS)

    def check_model(self) -> None:
        """Print what the model says of one row, the first network at every size and epoch, beside what it takes."""
        network = PAPER_NETWORKS[0]
        modelled = self._over_sizes(self._base_row(network, self._sizes))
        self._epochs = self._grid.epochs
        measured = sum(self._base_row(network, list(self._grid.sizes)))
        print(f"Keras fit, {network.name}, base, all sizes and epochs: modelled {modelled:.1f} CPU-s, "
              f"measured {measured:.1f}: {100 * (modelled / measured - 1):+.1f} %")  # fmt: skip

    def _base_row(self, network: NetworkConfig, sizes: list[int]) -> list[float]:
        seconds = [self._seconds(network, n_snps, "large", self._grid.people, 100, 0) for n_snps in sizes]
        _note(network, f"base, {self._epochs} epochs run", sizes, seconds)
        return seconds

    def fine_tuning_seconds(self) -> float:
        """All fine-tunings."""
        seconds = 0.0
        for network in PAPER_NETWORKS:
            possible = networks.freeze_depths(network)
            depths = list(possible) if self._full else [possible[0], possible[-1]]
            for depth in depths:
                sampled = [
                    self._seconds(network, n_snps, "small", FINE_TUNING_PEOPLE, 10, depth) for n_snps in self._sizes
                ]
                seconds += self._over_sizes(sampled) * len(possible) / len(depths)
                _note(network, f"{depth} frozen", self._sizes, sampled)
        return seconds

    def _over_sizes(self, sampled: list[float]) -> float:
        return float(np.interp(self._grid.sizes, self._sizes, sampled).sum())

    def _seconds(
        self, network: NetworkConfig, n_snps: int, name: str, people: int, validation: int, depth: int
    ) -> float:
        import keras

        job = _job(network, n_snps, name, people, validation, [], depth)
        data = [networks.as_input(network, x, 1) for x in (job.x_train, job.x_validation)]
        keras.backend.clear_session()
        clock, begin = _EpochClock(), time.process_time()
        model = networks.build(network, n_snps, dropout=0.2, time_steps=1, seed=1)
        for number in range(1, depth + 1):
            model.get_layer(f"layer_{number}").trainable = False
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(
            data[0],
            job.y_train,
            batch_size=50,
            epochs=self._epochs,
            validation_data=(data[1], job.y_validation),
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=clock)],
            verbose=0,
        )
        return clock.whole_run(begin, self._grid.epochs)


class _EpochClock:
    """CPU time at the end of each epoch; the first one holds Keras's tracing."""

    def __init__(self) -> None:
        self._ends: list[float] = []

    def __call__(self, epoch: int, logs: Any) -> None:
        self._ends.append(time.process_time())

    def whole_run(self, begin: float, epochs: int) -> float:
        epoch = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        return self._ends[0] - begin + (epochs - 1) * epoch


def _job(
    network: NetworkConfig, n_snps: int, name: str, people: int, validation: int, weights: list[Any], depth: int
) -> TrainingJob:
    everyone = People.simulated(name, people + validation, n_snps)
    return TrainingJob(
        network,
        everyone.x[:people],
        everyone.y[:people],
        everyone.x[people:],
        everyone.y[people:],
        weights,
        stream_seed(1, name, network.name, n_snps, depth),
        depth,
    )


def _file(network: NetworkConfig, n_snps: int) -> str:
    return f"{network.name}-{n_snps}.keras"


def _run_stages(grid: Grid, folder: str, *stages: str) -> None:
    command = [sys.executable, "-m", "benchmarks.deep_grid", "--stages", *stages, "--folder", folder]
    subprocess.run([*command, *grid.arguments()], check=True)


def _note(network: NetworkConfig, what: str, sizes: list[int], seconds: list[float]) -> None:
    cells = ", ".join(f"{size} SNPs {value:.1f} s" for size, value in zip(sizes, seconds, strict=True))
    print(f"Keras fit, {network.name}, {what}: {cells}", flush=True)


def _print(grid: Grid, one: float, two: list[float], theirs: list[float]) -> None:
    base = len(PAPER_NETWORKS) * len(grid.sizes)
    tuned = sum(len(networks.freeze_depths(network)) for network in PAPER_NETWORKS) * len(grid.sizes)
    rows = [
        ("whole grid, one process", base + tuned, one, sum(theirs)),
        ("whole grid, two processes", base + tuned, sum(two), sum(theirs)),
        ("  base networks", base, two[0], theirs[0]),
        ("  fine-tuning", tuned, two[1], theirs[1]),
    ]
    print(f"\n{'':26}{'networks':>9}{'ours, CPU-s':>13}{'Keras, CPU-s':>14}{'ratio':>7}")
    for name, count, ours, keras_seconds in rows:
        print(f"{name:26}{count:9}{ours:13.1f}{keras_seconds:14.0f}{keras_seconds / ours:7.1f}")
    say_goal("deep grid, Keras fit over ours", sum(theirs) / one, 45, "x", at_least=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of our processes: {peak:.0f} MB; of Keras fit: {_peak_mb():.0f} MB")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="run Keras fit on the whole grid")
    parser.add_argument("--sizes", type=int, nargs="+", default=TABLE_2, help="SNPs of the sub-datasets")
    parser.add_argument("--people", type=int, default=700, help="training people of the large population")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--stages", choices=STAGES, nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
