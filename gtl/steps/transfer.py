"""Methods, the choice of one model each, and the one score on the sealed final people."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.trait import TraitKind
from gtl.evaluate.choice import candidate_table, choose, choose_nested
from gtl.evaluate.guards import without_test_labels
from gtl.evaluate.scoring import ChosenModel, Measure, partial_rows, score_final, score_rows
from gtl.evaluate.sealed import Opening, open_final, selection_hash
from gtl.learn.model_card import ModelCard, sha256_of
from gtl.learn.predictors import load
from gtl.methods.base import Candidate, MethodContext
from gtl.methods.registry import lacking_source, method_info, method_order, why_not
from gtl.progress import training_reporter
from gtl.schema import CANDIDATES, PREDICTIONS, RESULTS, SELECTION
from gtl.steps.covariates import StudyCovariates, read_study_covariates
from gtl.steps.evidence import write_selection
from gtl.steps.final_people import FinalPeople, final_hash, read_final
from gtl.steps.leakage import check_chosen, check_selection
from gtl.steps.learning_data import StoredNetworks, SubsetSnps, genome_rows, read_learning_data
from gtl.steps.model_cards import card_of
from gtl.steps.phenotypes import read_phenotype
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.source_traits import check_scales
from gtl.steps.source_weights import StoredWeights
from gtl.steps.traits import TRAIT, read_trait
from gtl.steps.truth import check_truth_kept, read_truth
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store
from gtl.store.manifest import canonical_json
from gtl.store.records import Records

_CARD, _KEYS, _NOT_RUN = "card.json", "variants.json", "not_run.json"

Inputs = Mapping[str, ArtifactRef]


def write_method(
    out: ArtifactWriter, config: StudyConfig, store: Store, code: str, method: str, inputs: Inputs
) -> None:
    """Train every candidate of one method; keep the one that the small population's choosing people choose.

    A method that cannot run on this trait leaves the reason in its place.
    """
    check_truth_kept(method, inputs)
    of_sources, trait = not config.has_large_people, read_trait(store.read(inputs["split"]))
    info = method_info(method).learned_from(sources=of_sources)
    covariates = read_study_covariates(store, inputs["split"], trait.kind, nested=info.nested)
    reason = why_not(
        info,
        trait.kind,
        truth=config.is_simulated,
        covariates=bool(covariates.names),
        sources=of_sources,
    )
    if reason:
        out.write_json(_NOT_RUN, {"method": method, "reason": reason})
        return
    truth = read_truth(store, method, inputs)
    people = _People.read(config, store, code, inputs, info.nested, truth.rows if truth else None)
    context = replace(people.context, causal=truth.among(people.snps.shared_rows) if truth else None)
    if not info.nested:
        check_selection(people.subsets, context)
    large, small = (
        covariates.freed(population, data)
        for population, data in (
            (Population.LARGE, context.large),
            (Population.SMALL, context.small if info.nested else without_test_labels(context.small)),
        )
    )
    genetic = list(info.load().candidates(replace(context, large=large, small=small)))
    if not genetic and of_sources:
        out.write_json(_NOT_RUN, {"method": method, "reason": lacking_source(info)})
        return
    on_top = [covariates.on_top(candidate, context.small) for candidate in genetic]
    table = candidate_table(on_top, context.small, config.selection)
    choice = choose_nested(table) if info.nested else choose(table, config.selection)
    table["chosen"] = np.arange(len(table)) == choice.index
    small = covariates.freed(Population.SMALL, context.small)
    check_chosen(genetic[choice.index], replace(context, large=large, small=small), info.nested)
    out.write_table("candidates.parquet", table, CANDIDATES)
    write_selection(out, config, code, on_top, context.small)
    _write_chosen(out, context, on_top[choice.index], covariates, people.lacking)


@dataclass(frozen=True, eq=False)
class _People:
    """What a method is given, and what that was read from."""

    context: MethodContext
    snps: SubsetSnps
    subsets: Mapping[Population, Artifact]
    lacking: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    """(n_variants,) which the small population's files do not have."""

    @classmethod
    def read(
        cls,
        config: StudyConfig,
        store: Store,
        code: str,
        inputs: Inputs,
        nested: bool,
        causal: "np.ndarray | None",
    ) -> "_People":
        subsets = {p: store.read(inputs[f"subsets_{p}"]) for p in Population}
        shared = SharedGenotypes.open(store, inputs["genotypes"])
        genome = genome_rows(shared) if nested else np.empty(0, np.intp)
        weights = StoredWeights.read(store.read(inputs["sources"])) if "sources" in inputs else None
        if weights is not None:
            check_scales(config, store.read(inputs["sources"]), read_trait(store.read(inputs["split"])))
            genome = np.intersect1d(shared.kept, weights.rows)
        snps = SubsetSnps.read(subsets, genome if causal is None else np.union1d(genome, causal))
        large, small = (
            read_learning_data(store, inputs["genotypes"], inputs["split"], population, snps.shared_rows)
            for population in Population
        )
        context = MethodContext(
            config, code, large, small, snps.subsets[Population.LARGE], snps.subsets[Population.SMALL],
            StoredNetworks(store, inputs["networks"]) if "networks" in inputs else {},
            training_reporter(code, 0, 0),
            genome=np.searchsorted(snps.shared_rows, genome),
            sources=None if weights is None else weights.among(snps.shared_rows),
        )  # fmt: skip
        return cls(context, snps, subsets, shared.lacking[snps.shared_rows])


def _write_chosen(
    out: ArtifactWriter,
    context: MethodContext,
    candidate: Candidate,
    covariates: StudyCovariates,
    lacking: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
) -> None:
    small, test = context.small, _test_rows(context, candidate)
    out.write_table("test.parquet", test, RESULTS)
    content = candidate.predictor.to_bytes()
    metrics = {f"small test {metric}": value for metric, value in zip(test["metric"], test["value"], strict=True)}
    learning = small.split.learning
    genetic = candidate.predictor.predict(small.take(candidate.rows, learning))
    card = card_of(
        candidate, context.config, context.code, small.variants, metrics, content, covariates.small,
        covariates.predicted(learning, genetic), lacking,
    )  # fmt: skip
    out.write_bytes(f"model{candidate.predictor.kind.suffix}", content)
    out.write_text(_CARD, card.to_json())
    out.write_text(_KEYS, json.dumps(small.variants.take(candidate.rows).keys().tolist()))


def _test_rows(context: MethodContext, candidate: Candidate) -> pd.DataFrame:
    """Table RESULTS of the choosing people; empty for a nested method, which learned from them."""
    if np.isnan(candidate.test).all():
        empty: pd.DataFrame = RESULTS.empty_table().to_pandas()
        return empty
    small, config = context.small, context.config
    measure = Measure(small.kind, config.traits.prevalence)
    value = small.value[small.split.test]
    return score_rows(ChosenModel.of(candidate), value, candidate.test, "test", config, context.code, measure)


def write_scores(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    code: str,
    repeat: int,
    records_key: str,
    inputs: Inputs,
    methods: Sequence[str],
) -> None:
    """Open the final people for the models that were chosen, and score them: once."""
    artifacts = {method: store.read(inputs[method]) for method in sorted(methods, key=method_order)}
    reasons = [artifact.read_json(_NOT_RUN) for artifact in artifacts.values() if _NOT_RUN in artifact.files]
    ran = {method: artifact for method, artifact in artifacts.items() if _NOT_RUN not in artifact.files}
    opening = Opening(
        config.name,
        code if repeat == 1 else f"{code}/draw-{repeat:03d}",
        selection_hash({method: _selection_of(artifact, config) for method, artifact in ran.items()}),
        final_hash(store, inputs),
    )
    keys = {method: artifact.read_json(_KEYS) for method, artifact in ran.items()}
    final = open_final(opening, Records(store.root / records_key), lambda: read_final(store, inputs, keys))
    measure = Measure(final.trait.kind, config.traits.prevalence, repeat)
    predictions, results = score_final(
        list(_chosen(ran, final)), final.dosages, final.samples, final.value, config, code, measure, final.covariates
    )
    if final.trait.kind is TraitKind.QUANTITATIVE:
        results = pd.concat([results, partial_rows(predictions, results, config.selection.confidence)])
    tables = {
        "results.parquet": (RESULTS, pd.concat([*_all(ran, "test.parquet", RESULTS, repeat), results])),
        "predictions.parquet": (PREDICTIONS, predictions),
        "candidates.parquet": (CANDIDATES, pd.concat(_all(ran, "candidates.parquet", CANDIDATES))),
        "selection.parquet": (SELECTION, pd.concat(_all(ran, "selection.parquet", SELECTION, repeat))),
    }
    for name, (schema, table) in tables.items():
        out.write_table(name, table.reset_index(drop=True), schema)
    out.write_json(_NOT_RUN, reasons)
    learning = len(read_phenotype(store.read(inputs["phenotype"]), Cohort.SMALL))
    if not config.is_simulated and config.roles.learning_people is not None:
        learning = min(learning, config.roles.learning_people)
    people = {"learning": learning, "final": len(final.samples)}
    out.write_json(TRAIT, {"slug": code, "kind": final.trait.kind.value, **people})


def _all(ran: Mapping[str, Artifact], name: str, schema: object, repeat: int | None = None) -> list[pd.DataFrame]:
    tables = [artifact.read_table(name, schema) for artifact in ran.values()]
    return tables if repeat is None else [table.assign(repeat=np.int16(repeat)) for table in tables]


def _chosen(ran: Mapping[str, Artifact], final: FinalPeople) -> Iterator[ChosenModel]:
    for method, artifact in ran.items():
        card = ModelCard.from_json(artifact.read_bytes(_CARD).decode())
        predictor = load(artifact.read_bytes(f"model{card.kind.suffix}"), card)
        yield ChosenModel(
            card.method, card.algorithm, card.frozen_layers, final.rows[method], predictor, card.covariate_model
        )


def _selection_of(artifact: Artifact, config: StudyConfig) -> str:
    """What was chosen: algorithm, sub-dataset, frozen layers, variants and settings; not the last digit of a weight.

    An upgrade, another processor or a retry gives other bytes of the same choice, and is no second look. Settings that
    are as they are by default do not count: a release may add some.
    """
    candidates = artifact.read_table("candidates.parquet", CANDIDATES)
    chosen = candidates.loc[candidates["chosen"], ["method", "algorithm", "subset", "frozen_layers"]]
    meaning = [chosen.astype(str).to_numpy().tolist(), artifact.read_json(_KEYS), _settings_of_choice(config)]
    return sha256_of(canonical_json(meaning))


def _settings_of_choice(config: StudyConfig) -> dict[str, Any]:
    sections: dict[str, Any] = {"seed": True, "classical": True, "training": True, "transfer": True, "selection": True}
    other = {"transfer": {"methods"}, "selection": {"confidence"}}
    changed = config.model_dump(mode="json", exclude_defaults=True, include=sections, exclude=other)
    return {name: values for name, values in changed.items() if values != {}}
