"""The genotypes that a study works on: people by id at the variants that both populations have, one allele counted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.cohort import Cohort, Population
from gtl.domain.dosages import Dosages, as_float, counted_other
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.schema import SHARED
from gtl.steps.cohort_files import BLOCK_BYTES, CohortFiles, row_blocks
from gtl.steps.recent_dosages import recently_read
from gtl.store import Artifact, ArtifactRef, Store

Rows = npt.NDArray[np.intp]
Samples = npt.NDArray[np.object_]
ReadDosages = Callable[[str, Rows, Callable[[Rows], Dosages]], Dosages]
"""As :func:`gtl.steps.recent_dosages.recently_read`."""


@dataclass(frozen=True)
class SharedGenotypes:
    """Reads cohorts through the table of shared variants; a row means the same variant in every cohort.

    Attributes
    ----------
    store
        Where the cohorts lie.
    artifact
        What :func:`gtl.stages.match_variants` made.
    chromosome
        The only one whose variants are looked at; "" for all.
    """

    store: Store
    artifact: Artifact
    chromosome: str = ""

    @classmethod
    def open(cls, store: Store, ref: ArtifactRef, chromosome: str = "") -> Self:
        """Open the shared genotypes that ``ref`` points to."""
        return cls(store, store.read(ref), chromosome)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The shared variants, :data:`gtl.schema.SHARED`."""
        wanted = [("chrom", "==", self.chromosome)] if self.chromosome else None
        return self.artifact.read_table("shared.parquet", SHARED, wanted)

    @cached_property
    def variants(self) -> Variants:
        """The shared variants in the order of their rows."""
        columns = {name: self.table[name].to_numpy(dtype=object) for name in ("chrom", "rsid", "ref", "alt")}
        return Variants(pos=self.table["pos"].to_numpy(), **columns)

    @cached_property
    def kept(self) -> Rows:
        """Rows of the shared variants that passed quality control."""
        return np.flatnonzero(self.table["kept"].to_numpy())

    @cached_property
    def places(self) -> dict[str, Rows]:
        """Chromosome → rows of its variants, in the order of the shared variants, which has each in one piece."""
        chromosomes = self.table["chrom"].to_numpy(dtype=object)
        return {name: np.flatnonzero(chromosomes == name) for name in dict.fromkeys(chromosomes)}

    @cached_property
    def lacking(self) -> npt.NDArray[np.bool_]:
        """(n_variants,) which the small cohort's files, or the sealed people's own, do not have."""
        return np.asarray((self.table[["small_row", "final_row"]] < 0).any(axis=1))

    @cached_property
    def measured(self) -> Rows:
        """Those of :attr:`kept` that all files have: people are compared by these."""
        return self.kept[~self.lacking[self.kept]]

    @cached_property
    def _large_means(self) -> npt.NDArray[np.float32]:
        """(n_variants,) mean dosage in the large cohort, which stands in where others lack the variant.

        To the nearest 64th of an allele: sums and means of such values are exact, so that a variant that is the same in
        everybody is seen to be so, as it is among hard calls.
        """
        frequency = self._open(Cohort.LARGE, unseal=False).variants.set_index(["chrom", "row"])["frequency"]
        rows = pd.MultiIndex.from_arrays([self.table["chrom"], self.table["large_row"]])
        means = 2 * frequency.reindex(rows).to_numpy(dtype=np.float64)
        return np.asarray(np.rint(64 * means) / 64, dtype=np.float32)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self.variants.keys())}

    def rows_of(self, keys: Sequence[str]) -> Rows:
        """Rows of the variants that :meth:`gtl.domain.genotypes.Variants.keys` calls ``keys``."""
        return np.array([self._place[key] for key in keys], dtype=np.intp)

    def cohort(self, cohort: Cohort, rows: Rows | None = None, *, unseal: bool = False) -> GenotypeMatrix:
        """Genotypes of all people of one cohort at the shared variants ``rows`` (all by default).

        ``unseal`` is needed for the final cohort; see :meth:`gtl.store.Store.read`.
        """
        return self._read(cohort, self._open(cohort, unseal), None, rows)

    def people(
        self, population: Population, samples: Samples, rows: Rows | None = None, *, unseal: bool = False
    ) -> GenotypeMatrix:
        """Genotypes of the people called ``samples``, in their order, at the shared variants ``rows``.

        People of the small population are looked for among the small cohort; with ``unseal`` in the final one, too.
        """
        cohort = Cohort(population)
        files = self._open(cohort, unseal=False)
        if unseal and population is Population.SMALL and (final := self._open(Cohort.FINAL, unseal=True)).exists:
            cohort, files = Cohort.FINAL, final
        return self._read(cohort, files, files.columns_of(samples), rows)

    def in_order(self, population: Population, samples: Samples) -> Samples:
        """``samples`` of a population, sorted as its genotypes are."""
        columns = self._open(Cohort(population), unseal=False).columns_of(samples)
        return samples[np.argsort(columns)]

    def blocks(
        self,
        population: Population,
        samples: Samples,
        *,
        beside: int = 0,
        most_bytes: int = BLOCK_BYTES,
    ) -> Iterator[GenotypeMatrix]:
        """As :meth:`people`, in blocks of variants one after the other: never the whole matrix.

        A block takes about ``most_bytes``, with ``beside`` bytes that the caller needs for each variant.
        """
        files = self._open(Cohort(population), unseal=False)
        found = files.columns_of(samples)
        columns = None if np.array_equal(found, np.arange(len(files.people))) else found  # everybody: no copy
        rows = np.arange(len(self.table))
        for part in row_blocks(rows, len(files.people) + beside, most_bytes):
            yield self._read(Cohort(population), files, columns, rows[part], _read_once)

    def cohort_ref(self, cohort: Cohort) -> ArtifactRef:
        """Reference to the cohort's own artefact."""
        return ArtifactRef.from_json(self.artifact.read_json("cohorts.json")[cohort.value])

    def files(self, cohort: Cohort, *, unseal: bool = False) -> CohortFiles:
        """The cohort as it was made."""
        return self._open(cohort, unseal)

    def _open(self, cohort: Cohort, unseal: bool) -> CohortFiles:
        return CohortFiles.open(self.store, self.cohort_ref(cohort), unseal=unseal)

    def _read(
        self,
        cohort: Cohort,
        files: CohortFiles,
        columns: Rows | None,
        rows: Rows | None,
        read: ReadDosages = recently_read,
    ) -> GenotypeMatrix:
        table = self.table if rows is None else self.table.iloc[rows]
        samples = files.people["sample"].to_numpy(dtype=object)
        variants = self.variants if rows is None else self.variants.take(rows)
        dosages = self._dosages(cohort, files, columns, table, len(samples) if columns is None else len(columns), read)
        return GenotypeMatrix(variants, samples if columns is None else samples[columns], dosages)

    def _dosages(
        self,
        cohort: Cohort,
        files: CohortFiles,
        columns: Rows | None,
        table: pd.DataFrame,
        n_people: int,
        read: ReadDosages,
    ) -> Dosages:
        """(len(table), n_people): int8 where all chromosomes hold hard calls and none is lacking, else float32."""
        in_file = table[f"{cohort}_row"].to_numpy(dtype=np.intp)
        chromosomes = table["chrom"].to_numpy(dtype=object)
        flip = np.zeros(len(table), bool) if cohort is Cohort.LARGE else table[f"{cohort}_flip"].to_numpy()
        found, there = [], in_file >= 0
        for chromosome in dict.fromkeys(chromosomes[there]):
            places = np.flatnonzero(there & (chromosomes == chromosome))
            part = read(files.parts[chromosome].sha256, in_file[places], partial(files.dosages, chromosome))
            found.append((places, part if columns is None else part[:, columns]))
        imputed = not there.all() or any(dosages.dtype != np.int8 for _, dosages in found)
        joined: Dosages = np.empty((len(table), n_people), dtype=np.float32 if imputed else np.int8)
        for places, dosages in found:
            joined[places] = as_float(dosages) if imputed else dosages
        if not there.all():
            joined[~there] = self._large_means[table.index.to_numpy()[~there], None]
        return counted_other(joined, flip) if flip.any() else joined


def _read_once(_: str, rows: Rows, read: Callable[[Rows], Dosages]) -> Dosages:
    """Blocks of a pass are not kept: memory would go with how many there are."""
    return read(rows)
