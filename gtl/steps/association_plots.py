"""Module 3: pictures of a trait's association in both populations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.figure import Figure

from gtl.association import lambda_gc, ld_matrix, rows_around
from gtl.config import StudyConfig
from gtl.domain.cohort import Cohort, Population
from gtl.domain.trait import TraitKind
from gtl.plots import (
    LinkageRegion,
    association_title,
    ld_heatmap,
    linkage_title,
    manhattan,
    new_figure,
    qq,
    quantitative_title,
    render,
    statistics_title,
)
from gtl.schema import CAUSAL
from gtl.steps.association_tables import read_association
from gtl.steps.preparation import read_split
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.steps.traits import read_trait
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store


def write_plots(
    out: ArtifactWriter,
    config: StudyConfig,
    store: Store,
    code: str,
    inputs: Mapping[str, ArtifactRef],
    association: Mapping[Population, Mapping[str, ArtifactRef]],
) -> None:
    """Draw Manhattan, QQ and LD plots of both populations; nothing where the settings switch them off."""
    if not config.association.plots:
        return
    causal = _causal(store.read(inputs["phenotype"]))
    shared, split = SharedGenotypes.open(store, inputs["genotypes"]), store.read(inputs["split"])
    inflation = {}
    for population in Population:
        table = read_association(store, shared, association[population], "cohort")
        if table["p_value"].isna().all():  # published scores stand for the population
            continue
        plots = _PopulationPlots(config, code, population, shared, split, table)
        for name, figure in plots.figures(causal).items():
            picture = render(figure)
            out.write_bytes(f"{population}_{name}.png", picture.png)
            out.write_bytes(f"{population}_{name}.svg", picture.svg)
        inflation[population.value] = lambda_gc(table["p_value"].to_numpy())
    out.write_json("lambda_gc.json", inflation)


def _causal(phenotype: Artifact) -> set[str]:
    """Ids of the causal variants, which only a simulation knows."""
    if "causal.parquet" not in phenotype.files:
        return set()
    return set(phenotype.read_table("causal.parquet", CAUSAL)["rsid"])


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
        people = self.shared.people(self.population, self._samples, rows)
        r2 = ld_matrix(people.dosages)
        figure, ax = new_figure(7, 6)
        title = linkage_title(self.code, self._name, len(rows), str(self.table["rsid"].iloc[strongest]))
        ld_heatmap(LinkageRegion(r2, people.variants.pos, str(people.variants.chrom[0])), ax, title=title)
        return figure

    @property
    def _samples(self) -> npt.NDArray[np.object_]:
        """Who has the trait; where statistics stand for the population, the people of its LD reference."""
        if self._by_sources:
            return self.shared.files(Cohort.LARGE).people["sample"].to_numpy(dtype=object)
        return read_split(self.split, self.population)["sample"].to_numpy(dtype=object)

    @property
    def _by_sources(self) -> bool:
        return self.population is Population.LARGE and not self.config.has_large_people

    def _title(self) -> str:
        people, n_snps = read_split(self.split, self.population), len(self.table)
        if self._by_sources:
            return statistics_title(self.code, self._name, n_snps, int(self.table["n"].max()))
        covariates = len(self.split.read_json("covariates.json"))
        if read_trait(self.split).kind is TraitKind.QUANTITATIVE:
            return quantitative_title(self.code, self._name, n_snps, len(people), covariates)
        counts = int((people["value"] == 1).sum()), int((people["value"] == 0).sum())
        return association_title(self.code, self._name, n_snps, self.config.association.test, *counts, covariates)

    @property
    def _name(self) -> str:
        return str(getattr(self.config.populations, self.population))
