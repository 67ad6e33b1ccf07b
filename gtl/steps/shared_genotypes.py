"""The genotypes that a study works on: each cohort at the SNPs that both populations have, one allele counted."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.cohort import Cohort, Population
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.formats.genotype_parquet import read_genotypes
from gtl.harmonise import orient
from gtl.schema import SHARED
from gtl.store import Artifact, ArtifactRef, Store

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class SharedGenotypes:
    """Reads cohorts through the table of shared variants; a row means the same SNP in every cohort.

    Attributes
    ----------
    store
        Where the cohorts lie.
    artifact
        What :func:`gtl.stages.harmonise_variants` made.
    """

    store: Store
    artifact: Artifact

    @classmethod
    def open(cls, store: Store, ref: ArtifactRef) -> Self:
        """Open the shared genotypes that ``ref`` points to."""
        return cls(store, store.read(ref))

    @cached_property
    def table(self) -> pd.DataFrame:
        """The shared variants, :data:`gtl.schema.SHARED`."""
        return self.artifact.read_table("shared.parquet", SHARED)

    @cached_property
    def variants(self) -> Variants:
        """The shared variants in the order of their rows."""
        columns = {name: self.table[name].to_numpy(dtype=object) for name in ("chrom", "rsid", "ref", "alt")}
        return Variants(pos=self.table["pos"].to_numpy(), **columns)

    def cohort(self, cohort: Cohort, rows: Rows | None = None, *, unseal: bool = False) -> GenotypeMatrix:
        """Genotypes of one cohort at the shared variants ``rows`` (all by default).

        ``unseal`` is needed for the final cohort; see :meth:`gtl.store.Store.read`.
        """
        table = self.table if rows is None else self.table.iloc[rows]
        artifact = self.store.read(self.cohort_ref(cohort), unseal=unseal)
        with artifact.open("genotypes.parquet") as file:
            matrix = read_genotypes(file, table[f"{cohort}_row"].to_numpy(dtype=np.intp))
        flip = table["small_flip"].to_numpy() if cohort.population is Population.SMALL else np.zeros(len(table), bool)
        variants = self.variants if rows is None else self.variants.take(rows)
        return GenotypeMatrix(variants, matrix.samples, orient(matrix.dosages, flip))

    def population(self, population: Population) -> GenotypeMatrix:
        """All people of a population: with the small cohort come those of the sealed final one, after it."""
        if population is Population.LARGE:
            return self.cohort(Cohort.LARGE)
        small, final = self.cohort(Cohort.SMALL), self.cohort(Cohort.FINAL, unseal=True)
        samples = np.concatenate([small.samples, final.samples])
        return GenotypeMatrix(small.variants, samples, np.concatenate([small.dosages, final.dosages], axis=1))

    def cohort_ref(self, cohort: Cohort) -> ArtifactRef:
        """Reference to the cohort's own artefact."""
        return ArtifactRef.from_json(self.artifact.read_json("cohorts.json")[cohort.value])
