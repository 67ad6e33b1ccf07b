"""Module 4, second half: the large population's networks on every sub-dataset, saved with model cards."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gtl.config import StudyConfig
from gtl.config.learning import NetworkConfig
from gtl.domain.cohort import Population
from gtl.evaluate.metrics import score
from gtl.learn import networks
from gtl.learn.forward import predict
from gtl.learn.model_card import ModelCard, ModelKind, sha256_of, training_hash
from gtl.learn.predictors import fill_missing, mean_dosages
from gtl.learn.training import FitSettings, Progress, TrainingJob, fit
from gtl.methods.base import LearningData, Rows, SubDatasets
from gtl.progress import announce
from gtl.random_streams import stream_integer, stream_seed
from gtl.steps.learning_data import SubsetSnps, model_snps, network_file, read_learning_data
from gtl.store import ArtifactRef, ArtifactWriter, Store

METHOD = "large_networks"
_SECONDS_BETWEEN_REPORTS = 5


def write_networks(
    out: ArtifactWriter, config: StudyConfig, store: Store, code: str, key: str, inputs: Mapping[str, ArtifactRef]
) -> None:
    """Train the networks, one architecture after the other.

    Each architecture is an artefact of its own below ``key``: when the task is killed, the next try begins with the
    first architecture that is not finished.
    """
    snps = SubsetSnps.read({Population.LARGE: store.read(inputs["subsets"])})
    data = read_learning_data(store, inputs["genotypes"], inputs["split"], Population.LARGE, snps.shared_rows)
    subsets = snps.subsets[Population.LARGE]
    training = {"seed": config.seed, "training": config.training.model_dump(mode="json", exclude={"networks"})}
    index, total = {}, len(config.training.networks) * len(subsets)
    for number, network in enumerate(config.training.networks):
        bench = _Bench(config, code, network, data, progress(code, number * len(subsets), total))
        part = store.run(
            f"{key}/{network.name.replace(' ', '-')}",
            lambda files, bench=bench: bench.write(files, subsets),
            inputs=inputs,
            params=training | {"network": network.model_dump(mode="json")},
        )
        index[network.name] = part.to_json()
    out.write_json("index.json", index)


@dataclass(frozen=True)
class _Bench:
    """Trains one architecture on all sub-datasets."""

    config: StudyConfig
    code: str
    network: NetworkConfig
    data: LearningData
    report: Callable[[Progress], None]

    def write(self, out: ArtifactWriter, subsets: SubDatasets) -> None:
        models = {subset: self._build(subset, len(rows)) for subset, rows in subsets.items()}
        jobs = [self._job(subset, rows, models[subset].get_weights()) for subset, rows in subsets.items()]
        trained = fit(jobs, FitSettings.base(self.config.training), self.report)
        for (subset, rows), result in zip(subsets.items(), trained, strict=True):
            models[subset].set_weights(result.weights)
            content = networks.save(models[subset])
            out.write_bytes(f"{network_file(subset)}.keras", content)
            out.write_text(f"{network_file(subset)}.json", self._card(rows, result.weights, content).to_json())

    def _build(self, subset: int, n_snps: int) -> Any:
        seed = stream_integer(self.config.seed, METHOD, self.code, self.network.name, subset)
        settings = self.config.training
        return networks.build(self.network, n_snps, settings.dropout, settings.time_steps, seed)

    def _job(self, subset: int, rows: Rows, weights: list[Any]) -> TrainingJob:
        data, train, validation = self.data, self.data.split.train, self.data.split.validation
        dosages = data.take(rows, train)
        means = mean_dosages(dosages)
        return TrainingJob(
            self.network,
            fill_missing(dosages, means),
            data.case[train],
            fill_missing(data.take(rows, validation), means),
            data.case[validation],
            weights,
            stream_seed(self.config.seed, METHOD, "training", self.code, self.network.name, subset),
        )

    def _card(self, rows: Rows, weights: list[Any], content: bytes) -> ModelCard:
        data, config = self.data, self.config
        dosages, case = data.take(rows, data.split.train), data.case[data.split.train]
        means = mean_dosages(dosages)
        test, metric = fill_missing(data.take(rows, data.split.test), means), config.selection.metric.value
        probabilities = predict(self.network, weights, test, config.training.time_steps)
        return ModelCard(
            kind=ModelKind.NETWORK,
            study=config.name,
            phenotype=self.code,
            method=METHOD,
            algorithm=self.network.name,
            frozen_layers=-1,
            snps=model_snps(data, rows, means),
            training_people=len(case),
            training_sha256=training_hash(dosages, case),
            seed=config.seed,
            model_sha256=sha256_of(content),
            architecture=self.network.model_dump(mode="json"),
            dropout=config.training.dropout,
            time_steps=config.training.time_steps,
            metrics={f"large test {metric}": score(metric, data.case[data.split.test], probabilities)},
        )


def progress(code: str, done: int, total: int) -> Callable[[Progress], None]:
    """A callback that announces how far training is, every few seconds; ``done`` of ``total`` networks came before."""
    begin = last = time.monotonic()

    def report(at: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _SECONDS_BETWEEN_REPORTS:
            return
        last = now
        finished = done + at.done
        left = f", about {(now - begin) / at.done * (total - finished):.0f} s left" if at.done else ""
        announce(code, f"{finished} of {total} networks trained; epoch {at.epoch}, loss {at.loss:.3f}{left}")

    return report
