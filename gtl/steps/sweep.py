"""The fan-in of a sweep: final figures and verdicts of all its studies, and what following each verdict brings."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
import pyarrow as pa

from gtl.config import StudyConfig
from gtl.config.sweep import Cell
from gtl.errors import InputError
from gtl.evaluate.ceiling import study_ceilings
from gtl.evaluate.following import follow_verdict
from gtl.schema import (
    FOLLOWING,
    PREDICTIONS,
    RESULTS,
    SWEEP_RESULTS,
    SWEEP_VERDICTS,
    VERDICT,
    by_population,
    is_number,
    of_sweep,
)
from gtl.steps.tables_by_population import POPULATIONS, read_table
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

TABLES: dict[str, pa.Schema] = {"results": SWEEP_RESULTS, "verdicts": SWEEP_VERDICTS, "following": FOLLOWING}
"""Name of each table of a sweep → its contract, to which the settings that vary come as columns."""


def write_sweep(out: ArtifactWriter, store: Store, cells: Sequence[Cell], results: Sequence[ArtifactRef]) -> None:
    """Put the finished studies of a sweep together, in three tables.

    ``results``: rows of RESULTS about final people, each with the ceiling of the causal SNPs (NaN for another metric).
    ``verdicts``: VERDICT of every phenotype and of each study. ``following``: FOLLOWING.
    """
    studies = [store.read(ref) for ref in results]
    several = any(cell.study.several for cell in cells)
    varied = _columns(cells)
    columns = {name: _sample(values) for name, values in varied.items()}
    made: dict[str, list[pd.DataFrame]] = {name: [] for name in TABLES}
    for number, (cell, study) in enumerate(zip(cells, studies, strict=True)):
        own = {key: values[number] for key, values in varied.items()}
        alone = {"population": cell.study.populations.small_name} if several and not cell.study.several else {}
        for name, table in _tables(store, cell.study, study).items():
            new = {key: own[key] for key in own if key not in TABLES[name].names}
            made[name].append(table.assign(**new, **alone))
    for name, schema in _contracts(several=several).items():
        out.write_table(f"{name}.parquet", pd.concat(made[name], ignore_index=True), of_sweep(schema, columns))
    if several:
        out.write_json(POPULATIONS, sorted({name for cell in cells for name in cell.study.populations.small_names}))
    # A list, for JSON files are written with their keys in the alphabet's order.
    out.write_json("varied.json", list(columns.items()))


def read_sweep(store: Store, name: str) -> dict[str, pd.DataFrame]:
    """The tables of :data:`TABLES` of a finished sweep, by name.

    Raises
    ------
    InputError
        If the sweep is not in the store, or not finished.
    """
    ref = store.find(key(name))
    if ref is None:
        raise InputError(f"sweep {name!r} has no results in {store.uri('')}; run `gtl sweep`, or name another --store")
    artifact = store.read(ref)
    varied = dict(artifact.read_json("varied.json"))
    contracts = _contracts(several=POPULATIONS in artifact.files)
    return {name: artifact.read_table(f"{name}.parquet", of_sweep(own, varied)) for name, own in contracts.items()}


def _contracts(*, several: bool) -> dict[str, pa.Schema]:
    """Of the tables; with a column of populations where a study of the sweep has several small ones."""
    return {name: by_population(schema) if several else schema for name, schema in TABLES.items()}


def key(name: str) -> str:
    """Where the tables of a sweep lie."""
    return f"sweeps/{name}/results"


def _tables(store: Store, config: StudyConfig, study: Artifact) -> dict[str, pd.DataFrame]:
    results, verdicts = (
        read_table(study, f"{name}.parquet", schema) for name, schema in (("results", RESULTS), ("verdict", VERDICT))
    )
    ceilings = study_ceilings(config)
    return {
        "results": results[results["split"] == "final"].assign(ceiling=ceilings.causal if ceilings else math.nan),
        "verdicts": verdicts.assign(study=config.name),
        "following": pd.DataFrame(_following(store, config)),
    }


def _following(store: Store, config: StudyConfig) -> Iterator[dict[str, object]]:
    metric, confidence = config.selection.metric.value, config.selection.confidence
    for code in config.codes():
        ref = store.find(f"studies/{config.name}/phenotypes/{code}/scores")
        if ref is None:
            raise InputError(f"study {config.name}: the scores of {code} are gone from the store; run the sweep again")
        predictions = store.read(ref).read_table("predictions.parquet", PREDICTIONS)
        followed = follow_verdict(predictions, metric, confidence)
        where = {"population": code.population} if config.several else {}
        yield {**where, "study": config.name, "phenotype": str(code)} | asdict(followed)


def _columns(cells: Sequence[Cell]) -> dict[str, list[float] | list[str]]:
    """Setting that varies → its value in each cell as it stands in a column: numbers with NaN for empty, or text."""
    return {name: _column([cell.varied[name] for cell in cells]) for name in cells[0].varied}


def _column(values: Sequence[Any]) -> list[float] | list[str]:
    given = [value for value in values if value is not None]
    if given and all(map(is_number, given)):
        return [math.nan if value is None else float(value) for value in values]
    return [value if isinstance(value, str) else json.dumps(value) for value in values]


def _sample(values: Sequence[float] | Sequence[str]) -> float | str:
    """One of a column's values that says its kind; not NaN, which JSON does not have."""
    return next(value for value in values if value == value)
