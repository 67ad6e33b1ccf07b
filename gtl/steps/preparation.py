"""Module 4, first half: quality control, splits and SNP pre-selection."""

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.split import Split
from gtl.evaluate.guards import check_split_ids
from gtl.learn.preselect import SubDataset, preselect, scores_of, thresholds_of
from gtl.learn.qc import quality_control
from gtl.learn.splits import split_samples
from gtl.random_streams import stream
from gtl.schema import ASSOCIATION, KEPT_SAMPLES, KEPT_VARIANTS, REMOVED, SPLIT, SUBSETS
from gtl.steps.phenotypes import read_phenotype
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

PARTS = ("train", "validation", "test")


def write_quality(
    out: ArtifactWriter, config: StudyConfig, store: Store, genotypes: ArtifactRef, phenotype: Artifact
) -> None:
    """Check each population by itself; a SNP has to pass in both to be of use for transfer."""
    shared = SharedGenotypes.open(store, genotypes)
    reports = {
        population: quality_control(
            shared.cohort(Cohort(population)),
            read_phenotype(phenotype, Cohort(population)).case,
            config.quality_control,
            population,
        )
        for population in Population
    }
    variants = np.logical_and.reduce([report.keep_variants for report in reports.values()])
    samples = [(p.value, row) for p, report in reports.items() for row in np.flatnonzero(report.keep_samples)]
    out.write_table("variants.parquet", pd.DataFrame({"shared_row": np.flatnonzero(variants)}), KEPT_VARIANTS)
    out.write_table("samples.parquet", pd.DataFrame(samples, columns=["population", "row"]), KEPT_SAMPLES)
    removed = pd.concat([report.removed for report in reports.values()], ignore_index=True)
    out.write_table("removed.parquet", removed, REMOVED)


def write_split(out: ArtifactWriter, config: StudyConfig, code: str, phenotype: Artifact, quality: Artifact) -> None:
    """Divide the people that passed quality control."""
    kept = quality.read_table("samples.parquet", KEPT_SAMPLES)
    frames = []
    for population in Population:
        people = read_phenotype(phenotype, Cohort(population))
        keep = np.zeros(len(people.samples), bool)
        keep[kept.loc[kept["population"] == population, "row"]] = True
        sizes = tuple(getattr(config.split, f"{population}_{part}") for part in PARTS)
        split = split_samples(people.case, keep, sizes, stream(config.seed, "split", code, population))
        for part in PARTS:
            rows = getattr(split, part)
            columns = {"sample": people.samples[rows], "row": rows, "part": part, "case": people.case[rows]}
            frames.append(pd.DataFrame({"population": population.value, **columns}))
    table = pd.concat(frames, ignore_index=True)
    check_split_ids(table)
    out.write_table("split.parquet", table, SPLIT)


def read_split(artifact: Artifact, population: Population, n_people: int) -> tuple[Split, np.ndarray]:
    """Split of one population, and the case status of its ``n_people`` (0 for those in no part)."""
    table = artifact.read_table("split.parquet", SPLIT)
    table = table[table["population"] == population]
    rows = {part: np.sort(table.loc[table["part"] == part, "row"].to_numpy(dtype=np.intp)) for part in PARTS}
    case = np.zeros(n_people, np.int8)
    case[table["row"]] = table["case"]
    return Split(**rows), case


def write_subsets(
    out: ArtifactWriter, config: StudyConfig, quality: Artifact, association: Artifact, population: Population
) -> None:
    """Make the sub-datasets of one population from its training people's association."""
    rule = config.preselection.rule
    kept = quality.read_table("variants.parquet", KEPT_VARIANTS)["shared_row"].to_numpy(dtype=np.intp)
    table = association.read_table("training.parquet", ASSOCIATION).iloc[kept]
    subsets = preselect(scores_of(table, rule), thresholds_of(config.preselection, population), rule)
    frames = [_subset_frame(subset, kept, table["rsid"].to_numpy()) for subset in subsets]
    out.write_table("subsets.parquet", pd.concat(frames, ignore_index=True), SUBSETS)
    # By what they were selected, so that it can be held to the training people later.
    selected = np.unique(np.concatenate([subset.rows for subset in subsets]))
    out.write_table("selected.parquet", table.iloc[selected], ASSOCIATION)


def _subset_frame(subset: SubDataset, kept: np.ndarray, rsid: np.ndarray) -> pd.DataFrame:
    rows = subset.rows
    columns = {"subset": subset.number, "threshold": subset.threshold, "shared_row": kept[rows], "rsid": rsid[rows]}
    return pd.DataFrame(columns)
