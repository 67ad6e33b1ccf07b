"""Module 5: methods, the choice of one model each, and the one score on the sealed final cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.genotypes import GenotypeMatrix
from gtl.domain.phenotype import PhenotypeTable
from gtl.domain.phenotype_code import PhenotypeCode
from gtl.evaluate.choice import candidate_table, choose
from gtl.evaluate.guards import without_test_labels
from gtl.evaluate.scoring import ChosenModel, score_final, score_rows
from gtl.evaluate.sealed import Opening, open_final, selection_hash
from gtl.learn.model_card import ModelCard, sha256_of
from gtl.learn.predictors import load
from gtl.methods.base import Candidate, MethodContext
from gtl.methods.registry import method_info, method_order
from gtl.progress import training_reporter
from gtl.schema import CANDIDATES, PREDICTIONS, RESULTS, SELECTION
from gtl.steps.evidence import write_selection
from gtl.steps.leakage import check_chosen, check_selection
from gtl.steps.learning_data import StoredNetworks, SubsetSnps, read_learning_data
from gtl.steps.model_cards import card_of
from gtl.steps.phenotypes import read_phenotype
from gtl.steps.shared_genotypes import Rows, SharedGenotypes
from gtl.steps.truth import read_truth
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store
from gtl.store.records import Records

_CARD, _ROWS = "card.json", "shared_rows.json"


def write_method(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    code: str,
    method: str,
    inputs: Mapping[str, ArtifactRef],
) -> None:
    """Train every candidate of one method; keep the one that the small population's test people choose."""
    truth = read_truth(store, method, inputs)
    subsets = {p: store.read(inputs[f"subsets_{p}"]) for p in Population}
    snps = SubsetSnps.read(subsets, truth.rows if truth else None)
    context = replace(_context(config, store, code, snps, inputs), causal=truth and truth.among(snps.shared_rows))
    check_selection(subsets, context)
    small = context.small
    candidates = list(method_info(method).load().candidates(replace(context, small=without_test_labels(small))))
    case_test = small.case[small.split.test]
    table = candidate_table(candidates, small.case[small.split.validation], case_test, config.selection)
    choice = choose(table, config.selection)
    table["chosen"] = np.arange(len(table)) == choice.index
    check_chosen(candidates[choice.index], context)
    out.write_table("candidates.parquet", table, CANDIDATES)
    write_selection(out, config, code, candidates, case_test)
    _write_chosen(out, context, candidates[choice.index], snps.shared_rows)


def _context(
    config: StudyConfig, store: Store, code: str, snps: SubsetSnps, inputs: Mapping[str, ArtifactRef]
) -> MethodContext:
    large, small = (
        read_learning_data(store, inputs["genotypes"], inputs["split"], population, snps.shared_rows)
        for population in Population
    )
    networks = StoredNetworks(store, inputs["networks"]) if "networks" in inputs else {}
    subsets = snps.subsets[Population.LARGE], snps.subsets[Population.SMALL]
    return MethodContext(
        config, PhenotypeCode.parse(code), large, small, *subsets, networks, training_reporter(code, 0, 0)
    )


def _write_chosen(out: ArtifactWriter, context: MethodContext, candidate: Candidate, shared_rows: Rows) -> None:
    model, small = ChosenModel.of(candidate), context.small
    test = score_rows(model, small.case[small.split.test], candidate.test, "test", context.config, context.code)
    out.write_table("test.parquet", test, RESULTS)
    content = candidate.predictor.to_bytes()
    metrics = {f"small test {metric}": value for metric, value in zip(test["metric"], test["value"], strict=True)}
    card = card_of(candidate, context.config, str(context.code), context.small.variants, metrics, content)
    out.write_bytes(f"model{candidate.predictor.kind.suffix}", content)
    out.write_text(_CARD, card.to_json())
    out.write_json(_ROWS, shared_rows[candidate.rows].tolist())


def write_scores(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    code: str,
    records_key: str,
    inputs: Mapping[str, ArtifactRef],
    methods: Sequence[str],
) -> None:
    """Open the final cohort for the models that were chosen, and score them: once."""
    artifacts = {method: store.read(inputs[method]) for method in sorted(methods, key=method_order)}
    rows = {method: np.array(artifact.read_json(_ROWS)) for method, artifact in artifacts.items()}
    union = np.unique(np.concatenate(list(rows.values()))).astype(np.intp)
    chosen = [_chosen(artifact, np.searchsorted(union, rows[method])) for method, artifact in artifacts.items()]
    opening = Opening(
        config.name,
        code,
        selection_hash({method: _model_hash(artifact) for method, artifact in artifacts.items()}),
        _final_hash(store, inputs),
    )
    people, phenotype = open_final(
        opening, Records(store.root / records_key), lambda: _read_final(store, inputs, union)
    )
    predictions, final = score_final(
        chosen, people.dosages, people.samples, phenotype.case, config, PhenotypeCode.parse(code)
    )
    test = [artifact.read_table("test.parquet", RESULTS) for artifact in artifacts.values()]
    candidates = [artifact.read_table("candidates.parquet", CANDIDATES) for artifact in artifacts.values()]
    out.write_table("results.parquet", pd.concat([*test, final], ignore_index=True), RESULTS)
    out.write_table("predictions.parquet", predictions, PREDICTIONS)
    out.write_table("candidates.parquet", pd.concat(candidates, ignore_index=True), CANDIDATES)
    selection = [artifact.read_table("selection.parquet", SELECTION) for artifact in artifacts.values()]
    out.write_table("selection.parquet", pd.concat(selection, ignore_index=True), SELECTION)


def _chosen(artifact: Artifact, rows: Rows) -> ChosenModel:
    card = ModelCard.from_json(artifact.read_bytes(_CARD).decode())
    predictor = load(artifact.read_bytes(f"model{card.kind.suffix}"), card)
    return ChosenModel(card.method, card.algorithm, card.frozen_layers, rows, predictor)


def _model_hash(artifact: Artifact) -> str:
    """Hash of the chosen model and of the SNPs that it reads: settings that change neither make no other selection."""
    files = [name for name in artifact.files if name.startswith("model")]
    return sha256_of(" ".join(artifact.manifest.outputs[name]["sha256"] for name in [*files, _ROWS]).encode())


def _final_hash(store: Store, inputs: Mapping[str, ArtifactRef]) -> str:
    """Hash of the final people's genotypes and phenotypes, from the manifests: nothing is opened for it."""
    people = store.read(SharedGenotypes.open(store, inputs["genotypes"]).cohort_ref(Cohort.FINAL))
    genotypes = people.manifest.outputs["genotypes.parquet"]["sha256"]
    phenotypes = store.read(inputs["phenotype"]).manifest.outputs["final.parquet"]["sha256"]
    return sha256_of(f"{genotypes} {phenotypes}".encode())


def _read_final(store: Store, inputs: Mapping[str, ArtifactRef], rows: Rows) -> tuple[GenotypeMatrix, PhenotypeTable]:
    people = SharedGenotypes.open(store, inputs["genotypes"]).cohort(Cohort.FINAL, rows, unseal=True)
    return people, read_phenotype(store.read(inputs["phenotype"], unseal=True), Cohort.FINAL)
