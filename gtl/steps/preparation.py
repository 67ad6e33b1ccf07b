"""Who trains, tunes and chooses, and which variants are pre-selected."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.split import Split
from gtl.domain.trait import TraitKind
from gtl.evaluate.guards import check_split_ids
from gtl.learn.preselect import SubDataset, preselect, scores_of, thresholds_of, with_the_strongest
from gtl.learn.splits import drawn_sizes, split_people, split_samples
from gtl.random_streams import stream
from gtl.schema import ASSOCIATION, PEOPLE, SPLIT, SUBSETS
from gtl.steps.association_tables import read_association
from gtl.steps.phenotypes import read_phenotype
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.traits import read_trait
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store

PARTS = ("train", "validation", "test")


def write_split(
    out: ArtifactWriter, config: StudyConfig, code: str, repeat: int, phenotype: Artifact, people: Artifact
) -> None:
    """Divide the people who are not sealed. The large population's parts are the same in every draw of the roles."""
    everybody = people.read_table("people.parquet", PEOPLE)
    kept = set(everybody.loc[everybody["kept"], "sample"])
    kind = read_trait(phenotype).kind
    frames = []
    for population in Population:
        table = read_phenotype(phenotype, Cohort(population))
        table = table[table["sample"].isin(kept)].reset_index(drop=True)
        draw = [repeat] if repeat > 1 and population is Population.SMALL else []
        rng = stream(config.seed, "split", code, population, *draw)
        if table.empty:  # statistics stand for the large population
            continue
        split = _split(config, population, table, kind, rng)
        for part in PARTS:
            frames.append(table.iloc[getattr(split, part)].assign(part=part, population=population.value))
    parts = pd.concat(frames, ignore_index=True)[SPLIT.names]
    check_split_ids(parts)
    out.write_table("split.parquet", parts, SPLIT)
    for name in ("trait.json", "covariates.json"):
        out.write_json(name, phenotype.read_json(name))


def _split(
    config: StudyConfig, population: Population, table: pd.DataFrame, kind: TraitKind, rng: np.random.Generator
) -> Split:
    everyone = np.full(len(table), True)
    if config.is_simulated:
        sizes = tuple(getattr(config.split, f"{population}_{part}") for part in PARTS)
        return split_samples(table["value"].to_numpy(dtype=np.int8), everyone, sizes, rng)
    roles = config.roles
    most = roles.learning_people if population is Population.SMALL else None
    sizes = drawn_sizes(len(table), most, roles.tuning_share, roles.choosing_share)
    return split_people(table["value"].to_numpy(), kind, sizes, rng)


def read_split(artifact: Artifact, population: Population) -> pd.DataFrame:
    """People of one population who are in a part, in the order of their ids: table SPLIT."""
    table = artifact.read_table("split.parquet", SPLIT)
    return table[table["population"] == population].reset_index(drop=True)


def split_of(table: pd.DataFrame) -> Split:
    """Parts as row numbers of ``table`` (SPLIT of one population)."""
    return Split(**{part: np.flatnonzero(table["part"] == part) for part in PARTS})


def write_subsets(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    genotypes: ArtifactRef,
    association: Mapping[str, ArtifactRef],
    population: Population,
) -> None:
    """Make the sub-datasets of one population from its training people's ``association`` with each chromosome."""
    rule = config.preselection.rule
    shared = SharedGenotypes.open(store, genotypes)
    kept = shared.kept
    table = read_association(store, shared, association, "training").iloc[kept]
    scores, thresholds = scores_of(table, rule), thresholds_of(config.preselection, population)
    if np.isnan(scores).all() and not config.has_large_people:  # published scores alone select nothing
        out.write_table("subsets.parquet", SUBSETS.empty_table().to_pandas(), SUBSETS)
        out.write_table("selected.parquet", table.iloc[:0], ASSOCIATION)
        return
    if not config.is_simulated:
        thresholds = with_the_strongest(scores, thresholds, rule)
    subsets = preselect(scores, thresholds, rule)
    frames = [_subset_frame(subset, kept, table["rsid"].to_numpy()) for subset in subsets]
    out.write_table("subsets.parquet", pd.concat(frames, ignore_index=True), SUBSETS)
    # By what they were selected, so that it can be held to the training people later.
    selected = np.unique(np.concatenate([subset.rows for subset in subsets]))
    out.write_table("selected.parquet", table.iloc[selected], ASSOCIATION)


def _subset_frame(subset: SubDataset, kept: np.ndarray, rsid: np.ndarray) -> pd.DataFrame:
    rows = subset.rows
    columns = {"subset": subset.number, "threshold": subset.threshold, "shared_row": kept[rows], "rsid": rsid[rows]}
    return pd.DataFrame(columns)
