"""Module 4, second half: the large population's networks on every sub-dataset, saved with model cards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gtl.config import StudyConfig
from gtl.config.learning import NetworkConfig
from gtl.domain.cohort import Population
from gtl.domain.trait import TraitKind
from gtl.evaluate.metrics import score
from gtl.learn import networks
from gtl.learn.model_card import ModelCard
from gtl.learn.predictors import NetworkPredictor, fill_missing
from gtl.learn.training import FitSettings, Progress, TrainingJob, fit
from gtl.methods.base import Candidate, LearningData, Rows, SubDatasets
from gtl.methods.registry import networks_needed
from gtl.methods.training_people import TrainingPeople
from gtl.progress import training_reporter
from gtl.random_streams import stream_integer, stream_seed
from gtl.stage_code import code_of
from gtl.steps.covariates import read_study_covariates
from gtl.steps.learning_data import SubsetSnps, network_file, read_learning_data
from gtl.steps.model_cards import card_of
from gtl.store import ArtifactRef, ArtifactWriter, Store

METHOD = "large_networks"


def write_networks(
    out: ArtifactWriter, config: StudyConfig, store: Store, code: str, key: str, inputs: Mapping[str, ArtifactRef]
) -> None:
    """Train the networks, one architecture after the other.

    Each architecture is an artefact of its own below ``key``: when the task is killed, the next try begins with the
    first architecture that is not finished. Without a method that starts from networks, a note stands in their place.
    A quantitative trait is freed of covariates, as all methods see it, and standardised by the training people.
    """
    if not (networks_needed(config.transfer.methods) and config.has_large_people):
        out.write_text("not_needed.txt", "no method of this study starts from networks\n")
        return
    snps = SubsetSnps.read({Population.LARGE: store.read(inputs["subsets"])})
    data = read_learning_data(store, inputs["genotypes"], inputs["split"], Population.LARGE, snps.shared_rows)
    covariates = read_study_covariates(store, inputs["split"], data.kind, nested=False)
    data = covariates.freed(Population.LARGE, data)
    subsets = snps.subsets[Population.LARGE]
    training = {"seed": config.seed, "training": config.training.model_dump(mode="json", exclude={"networks"})}
    index, total = {}, len(config.training.networks) * len(subsets)
    for number, architecture in enumerate(config.training.networks):
        network = networks.for_trait(architecture, data.kind)
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
        data, validation = self.data, self.data.split.validation
        people = TrainingPeople.of(rows, data)
        return TrainingJob(
            self.network,
            fill_missing(people.dosages, people.means),
            people.network_target(people.value),
            fill_missing(data.take(rows, validation), people.means),
            people.network_target(data.value[validation]),
            weights,
            stream_seed(self.config.seed, METHOD, "training", self.code, self.network.name, subset),
        )

    def _card(self, subset: int, rows: Rows, weights: list[Any], content: bytes) -> ModelCard:
        data, training = self.data, self.config.training
        people = TrainingPeople.of(rows, data)
        predictor = NetworkPredictor(
            self.network, weights, people.means, training.dropout, training.time_steps,
            shift=people.standard.mean, scale=people.standard.scale,
        )  # fmt: skip
        parts = data.split.validation, data.split.test
        validation, test = (predictor.predict(data.take(rows, people)) for people in parts)
        trained = Candidate(
            METHOD, self.network.name, subset, rows, -1, validation, test, predictor,
            people.digest, people.n,
        )  # fmt: skip
        metric = self.config.selection.primary(data.kind)
        truth = data.case if data.kind is TraitKind.BINARY else data.value
        metrics = {f"large test {metric}": score(metric, truth[data.split.test], test)}
        return card_of(trained, self.config, self.code, data.variants, metrics, content)
