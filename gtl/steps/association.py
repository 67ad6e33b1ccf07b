"""Module 3: association with case status, and its plots."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from gtl.association import associate, lambda_gc, ld_matrix, rows_around
from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.plots import (
    LinkageRegion,
    association_title,
    ld_heatmap,
    linkage_title,
    manhattan,
    new_figure,
    qq,
    render,
)
from gtl.schema import ASSOCIATION, CAUSAL, SPLIT
from gtl.steps.engines import AssociationEngine
from gtl.steps.preparation import read_split
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store


def write_association(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    genotypes: ArtifactRef,
    split: ArtifactRef,
    population: Population,
    engine: AssociationEngine | None,
) -> None:
    """Test every shared SNP, once in all people that passed quality control, once in the training people alone.

    Plots show the first table; pre-selection uses the second, so that no test person has a say in it.
    """
    people = SharedGenotypes.open(store, genotypes).cohort(Cohort(population))
    parts, case = read_split(store.read(split), population, people.n_samples)
    for name, rows in (("cohort", parts.everyone), ("training", parts.train)):
        table = (engine or associate)(people.take_samples(rows), case[rows], config.association.test)
        out.write_table(f"{name}.parquet", table, ASSOCIATION)


def write_plots(
    out: ArtifactWriter, config: StudyConfig, store: Store, code: str, inputs: Mapping[str, ArtifactRef]
) -> None:
    """Draw Manhattan, QQ and LD plots of both populations; nothing where the settings switch them off."""
    if not config.association.plots:
        return
    causal = set(store.read(inputs["phenotype"]).read_table("causal.parquet", CAUSAL)["rsid"])
    shared, split = SharedGenotypes.open(store, inputs["genotypes"]), store.read(inputs["split"])
    inflation = {}
    for population in Population:
        table = store.read(inputs[population]).read_table("cohort.parquet", ASSOCIATION)
        plots = _PopulationPlots(config, code, population, shared, split, table)
        for name, figure in plots.figures(causal).items():
            picture = render(figure)
            out.write_bytes(f"{population}_{name}.png", picture.png)
            out.write_bytes(f"{population}_{name}.svg", picture.svg)
        inflation[population.value] = lambda_gc(table["p_value"].to_numpy())
    out.write_json("lambda_gc.json", inflation)


@dataclass(frozen=True, eq=False)
class _PopulationPlots:
    """The three figures of one population."""

    config: StudyConfig
    code: str
    population: Population
    shared: SharedGenotypes
    split: Artifact
    table: pd.DataFrame

    def figures(self, causal: Collection[str]) -> dict[str, Figure]:
        return {"manhattan": self._manhattan(causal), "qq": self._qq(), "ld": self._linkage()}

    def _manhattan(self, causal: Collection[str]) -> Figure:
        figure, ax = new_figure()
        manhattan(self.table, ax, title=self._title(), causal=causal)
        return figure

    def _qq(self) -> Figure:
        figure, ax = new_figure(6, 6)
        qq(self.table, ax, title=self._title())
        return figure

    def _linkage(self) -> Figure:
        strongest = int(np.nan_to_num(self.table["p_value"].to_numpy(), nan=1.0).argmin())
        rows = np.arange(len(self.table))[rows_around(strongest, self.config.association.ld_snps, len(self.table))]
        people = self.shared.cohort(Cohort(self.population), rows)
        parts, _ = read_split(self.split, self.population, people.n_samples)
        r2 = ld_matrix(people.take_samples(parts.everyone).dosages)
        figure, ax = new_figure(7, 6)
        title = linkage_title(self.code, self._name, len(rows), str(self.table["rsid"].iloc[strongest]))
        ld_heatmap(LinkageRegion(r2, people.variants.pos, str(people.variants.chrom[0])), ax, title=title)
        return figure

    def _title(self) -> str:
        people = self.split.read_table("split.parquet", SPLIT)
        cases = people.loc[people["population"] == self.population.value, "case"]
        counts = int(cases.sum()), int((cases == 0).sum())
        return association_title(self.code, self._name, len(self.table), self.config.association.test, *counts)

    @property
    def _name(self) -> str:
        return str(getattr(self.config.populations, self.population))
