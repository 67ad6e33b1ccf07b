"""What stands beside a study's figures: how they were selected, the verdict, what was attainable, calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa

from gtl.config import StudyConfig
from gtl.domain.trait import TraitKind
from gtl.evaluate.attainable import attainable_shares
from gtl.evaluate.calibration import calibration_table
from gtl.evaluate.ceiling import study_ceilings
from gtl.evaluate.verdict import verdict_table
from gtl.evaluate.winners_curse import luck_of_choice
from gtl.methods.base import Candidate, LearningData
from gtl.random_streams import stream
from gtl.report.scores import final_percent
from gtl.schema import ATTAINABLE, CALIBRATION, PREDICTIONS, SELECTION, VERDICT
from gtl.stage_keys import Branch
from gtl.steps.traits import TRAIT
from gtl.store import Artifact, ArtifactWriter

EVIDENCE: dict[str, pa.Schema] = {
    "verdict": VERDICT, "selection": SELECTION, "attainable": ATTAINABLE, "calibration": CALIBRATION,
}  # fmt: skip
"""Name of each table → its contract; the file is ``<name>.parquet``."""


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


def write_evidence(
    out: ArtifactWriter, config: StudyConfig, results: pd.DataFrame, scores: Mapping[Branch, Artifact]
) -> None:
    """The four tables of the whole study, from all traits' and draws' scores."""
    confidence = config.selection.confidence
    predictions = _by_trait(scores, "predictions.parquet", PREDICTIONS)
    traits = {branch.code: artifact.read_json(TRAIT) for branch, artifact in scores.items()}
    metrics = {code: config.selection.primary(TraitKind(trait["kind"])) for code, trait in traits.items()}
    training = {code: int(trait["learning"]) for code, trait in traits.items()}
    verdicts = verdict_table(predictions, metrics, confidence, baseline=config.baseline, training=training)
    selection = [table for table in _by_trait(scores, "selection.parquet", SELECTION).values() if len(table)]
    empty = SELECTION.empty_table().to_pandas()
    out.write_table("selection.parquet", pd.concat(selection, ignore_index=True) if selection else empty, SELECTION)
    out.write_table("verdict.parquet", verdicts, VERDICT)
    out.write_table("attainable.parquet", _attainable(config, results), ATTAINABLE)
    binary = {code: table for code, table in predictions.items() if traits[code]["kind"] == TraitKind.BINARY}
    out.write_table("calibration.parquet", calibration_table(binary, confidence), CALIBRATION)


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
    """The tables of :data:`EVIDENCE` by name."""
    return {name: results.read_table(f"{name}.parquet", schema) for name, schema in EVIDENCE.items()}
