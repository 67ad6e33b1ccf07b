"""Module 4, second half: the large population's networks on every sub-dataset, saved with model cards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gtl.config import StudyConfig
from gtl.config.learning import NetworkConfig
from gtl.domain.cohort import Population
from gtl.evaluate.metrics import score
from gtl.learn import networks
from gtl.learn.model_card import ModelCard, training_hash
from gtl.learn.predictors import NetworkPredictor, fill_missing, mean_dosages
from gtl.learn.training import FitSettings, Progress, TrainingJob, fit
from gtl.methods.base import Candidate, LearningData, Rows, SubDatasets
from gtl.methods.registry import networks_needed
from gtl.progress import training_reporter
from gtl.random_streams import stream_integer, stream_seed
from gtl.stage_code import code_of
from gtl.steps.learning_data import SubsetSnps, network_file, read_learning_data
from gtl.steps.model_cards import card_of
from gtl.steps.traits import read_trait
from gtl.store import ArtifactRef, ArtifactWriter, Store

METHOD = "large_networks"


def write_networks(
    out: ArtifactWriter, config: StudyConfig, store: Store, code: str, key: str, inputs: Mapping[str, ArtifactRef]
) -> None:
    """Train the networks, one architecture after the other.

    Each architecture is an artefact of its own below ``key``: when the task is killed, the next try begins with the
    first architecture that is not finished. Without a method that starts from networks and can predict this trait, a
    note stands in their place.
    """
    kind = read_trait(store.read(inputs["split"])).kind
    if not networks_needed(config.transfer.methods, kind):
        out.write_text("not_needed.txt", "no method of this study starts from networks that predict such a trait\n")
        return
    snps = SubsetSnps.read({Population.LARGE: store.read(inputs["subsets"])})
    data = read_learning_data(store, inputs["genotypes"], inputs["split"], Population.LARGE, snps.shared_rows)
    subsets = snps.subsets[Population.LARGE]
    training = {"seed": config.seed, "training": config.training.model_dump(mode="json", exclude={"networks"})}
    index, total = {}, len(config.training.networks) * len(subsets)
    for number, network in enumerate(config.training.networks):
        bench = _Bench(config, code, network, data, training_reporter(code, number * len(subsets), total))
        part = store.run(
            f"{key}/{network.key}",
            partial(bench.write, subsets=subsets),
            inputs=inputs,
            params=training | {"network": network.model_dump(mode="json")},
            code=code_of("training.write_networks"),
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
            out.write_text(f"{network_file(subset)}.json", self._card(subset, rows, result.weights, content).to_json())

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

    def _card(self, subset: int, rows: Rows, weights: list[Any], content: bytes) -> ModelCard:
        data, training = self.data, self.config.training
        dosages, case = data.take(rows, data.split.train), data.case[data.split.train]
        predictor = NetworkPredictor(
            self.network, weights, mean_dosages(dosages), training.dropout, training.time_steps
        )
        parts = data.split.validation, data.split.test
        validation, test = (predictor.predict(data.take(rows, people)) for people in parts)
        trained = Candidate(
            METHOD, self.network.name, subset, rows, -1, validation, test, predictor,
            training_hash(dosages, case), len(case),
        )  # fmt: skip
        metric = self.config.selection.metric.value
        metrics = {f"large test {metric}": score(metric, data.case[data.split.test], test)}
        return card_of(trained, self.config, self.code, data.variants, metrics, content)
