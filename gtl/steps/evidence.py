"""What stands beside a study's figures: how they were selected, the verdict, what was attainable, calibration."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
import pyarrow as pa

from gtl.config import StudyConfig
from gtl.evaluate.attainable import attainable_shares
from gtl.evaluate.calibration import calibration_table
from gtl.evaluate.ceiling import study_ceiling
from gtl.evaluate.metrics import Cases
from gtl.evaluate.verdict import verdict_table
from gtl.evaluate.winners_curse import luck_of_choice
from gtl.methods.base import Candidate
from gtl.random_streams import stream
from gtl.report.scores import final_percent
from gtl.schema import ATTAINABLE, CALIBRATION, PREDICTIONS, SELECTION, VERDICT
from gtl.store import Artifact, ArtifactWriter

EVIDENCE: dict[str, pa.Schema] = {
    "verdict": VERDICT, "selection": SELECTION, "attainable": ATTAINABLE, "calibration": CALIBRATION,
}  # fmt: skip
"""Name of each table → its contract; the file is ``<name>.parquet``."""


def write_selection(
    out: ArtifactWriter, config: StudyConfig, code: str, candidates: Sequence[Candidate], case_test: Cases
) -> None:
    """Set the best test score of a method beside what chance gives its candidates."""
    method, metric = candidates[0].method, config.selection.metric.value
    predictions = np.array([candidate.test for candidate in candidates])
    luck = luck_of_choice(metric, case_test, predictions, stream(config.seed, "luck", code, method))
    row = {"phenotype": code, "method": method, "metric": metric} | asdict(luck)
    out.write_table("selection.parquet", pd.DataFrame([row]), SELECTION)


def write_evidence(out: ArtifactWriter, config: StudyConfig, results: pd.DataFrame, scores: Sequence[Artifact]) -> None:
    """The four tables of the whole study; ``scores`` are its phenotypes' in the order of the settings."""
    metric, confidence = config.selection.metric, config.selection.confidence
    predictions = {
        str(code): artifact.read_table("predictions.parquet", PREDICTIONS)
        for code, artifact in zip(config.codes(), scores, strict=True)
    }
    selection = [artifact.read_table("selection.parquet", SELECTION) for artifact in scores]
    shares = attainable_shares(final_percent(results, metric.value) / 100, study_ceiling(config), confidence)
    out.write_table("selection.parquet", pd.concat(selection, ignore_index=True), SELECTION)
    out.write_table("verdict.parquet", verdict_table(predictions, metric.value, confidence), VERDICT)
    out.write_table("attainable.parquet", shares, ATTAINABLE)
    out.write_table("calibration.parquet", calibration_table(predictions, confidence), CALIBRATION)


def read_evidence(results: Artifact) -> dict[str, pd.DataFrame]:
    """The tables of :data:`EVIDENCE` by name."""
    return {name: results.read_table(f"{name}.parquet", schema) for name, schema in EVIDENCE.items()}
