"""What stands beside a study's figures: how they were selected, the verdict, what was attainable, calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from gtl.config import StudyConfig
from gtl.domain.trait import TraitKind
from gtl.evaluate.attainable import attainable_shares
from gtl.evaluate.calibration import calibration_table
from gtl.evaluate.ceiling import study_ceilings
from gtl.evaluate.on_top import on_top_table
from gtl.evaluate.verdict import verdict_table
from gtl.evaluate.winners_curse import luck_of_choice
from gtl.methods.base import Candidate, LearningData
from gtl.random_streams import stream
from gtl.report.scores import final_percent
from gtl.schema import ATTAINABLE, EVIDENCE, PREDICTIONS, SELECTION
from gtl.stage_keys import Branch
from gtl.steps.tables_by_population import of_population, read_table, write_tables
from gtl.steps.traits import TRAIT
from gtl.store import Artifact, ArtifactWriter


def write_selection(
    out: ArtifactWriter, config: StudyConfig, code: str, candidates: Sequence[Candidate], small: LearningData
) -> None:
    """Set the best score of a method among the choosing people beside what chance gives its candidates.

    No row for a nested method, which those people do not choose, nor for a quantitative trait.
    """
    if small.kind is TraitKind.QUANTITATIVE or np.isnan([candidate.test for candidate in candidates]).all():
        out.write_table("selection.parquet", SELECTION.empty_table().to_pandas(), SELECTION)
        return
    method, metric = candidates[0].method, config.selection.metric.value
    predictions = np.array([candidate.test for candidate in candidates])
    case = small.case[small.split.test]
    luck = luck_of_choice(metric, case, predictions, stream(config.seed, "luck", code, method))
    row = {"phenotype": code, "method": method, "repeat": 1, "metric": metric} | asdict(luck)
    out.write_table("selection.parquet", pd.DataFrame([row]), SELECTION)


Scores = Mapping[Branch, Artifact]


def write_evidence(
    out: ArtifactWriter, config: StudyConfig, results: Mapping[str, pd.DataFrame], scores: Mapping[str, Scores]
) -> None:
    """The tables :data:`gtl.schema.EVIDENCE` of the study, from all traits' and draws' scores, by small population.

    Verdicts are passed on all populations together, for their intervals hold together.
    """
    verdicts = _verdicts(config, scores)
    tables = {
        "verdict": {name: of_population(verdicts, name) for name in scores},
        "selection": {name: _selection(own) for name, own in scores.items()},
        "on_top": {name: _on_top(config, results[name], own) for name, own in scores.items()},
        "attainable": {name: _attainable(config, own) for name, own in results.items()},
        "calibration": {name: _calibration(config, own) for name, own in scores.items()},
    }
    for name, by_population in tables.items():
        write_tables(out, f"{name}.parquet", EVIDENCE[name], by_population)


def _verdicts(config: StudyConfig, scores: Mapping[str, Scores]) -> pd.DataFrame:
    """Table VERDICT, with a column of populations where there are several."""
    together = {branch: artifact for own in scores.values() for branch, artifact in own.items()}
    traits = _traits(together)
    return verdict_table(
        _by_trait(together, "predictions.parquet", PREDICTIONS),
        _primary(config, traits),
        config.selection.confidence,
        baseline=config.baseline,
        training=_learning(traits),
        population=_population_of_traits(scores) if len(scores) > 1 else None,
    )


def _population_of_traits(scores: Mapping[str, Scores]) -> dict[str, str]:
    return {branch.code: name for name, own in scores.items() for branch in own}


def _traits(scores: Scores) -> dict[str, dict[str, Any]]:
    return {branch.code: artifact.read_json(TRAIT) for branch, artifact in scores.items()}


def _primary(config: StudyConfig, traits: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {code: config.selection.primary(TraitKind(trait["kind"])) for code, trait in traits.items()}


def _learning(traits: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    return {code: int(trait["learning"]) for code, trait in traits.items()}


def _on_top(config: StudyConfig, results: pd.DataFrame, scores: Scores) -> pd.DataFrame:
    traits, predictions = _traits(scores), _by_trait(scores, "predictions.parquet", PREDICTIONS)
    metrics = _primary(config, traits)
    return on_top_table(predictions, results, metrics, config.selection.confidence, _learning(traits))


def _selection(scores: Scores) -> pd.DataFrame:
    selection = [table for table in _by_trait(scores, "selection.parquet", SELECTION).values() if len(table)]
    empty: pd.DataFrame = SELECTION.empty_table().to_pandas()
    return pd.concat(selection, ignore_index=True) if selection else empty


def _calibration(config: StudyConfig, scores: Scores) -> pd.DataFrame:
    predictions, traits = _by_trait(scores, "predictions.parquet", PREDICTIONS), _traits(scores)
    binary = {code: table for code, table in predictions.items() if traits[code]["kind"] == TraitKind.BINARY}
    return calibration_table(binary, config.selection.confidence)


def _by_trait(scores: Mapping[Branch, Artifact], name: str, schema: pa.Schema) -> dict[str, pd.DataFrame]:
    found: dict[str, list[pd.DataFrame]] = {}
    for branch, artifact in scores.items():
        found.setdefault(branch.code, []).append(artifact.read_table(name, schema))
    return {code: pd.concat(tables, ignore_index=True) for code, tables in found.items()}


def _attainable(config: StudyConfig, results: pd.DataFrame) -> pd.DataFrame:
    """Only a simulation knows what the causal SNPs would gain."""
    if not config.is_simulated:
        empty: pd.DataFrame = ATTAINABLE.empty_table().to_pandas()
        return empty
    scores = final_percent(results, config.selection.metric.value) / 100
    ceilings = study_ceilings(config)
    return attainable_shares(scores, ceilings.causal if ceilings else None, config.selection.confidence)


def read_evidence(results: Artifact) -> dict[str, pd.DataFrame]:
    """The tables of :data:`gtl.schema.EVIDENCE` by name."""
    return {name: read_table(results, f"{name}.parquet", schema) for name, schema in EVIDENCE.items()}
