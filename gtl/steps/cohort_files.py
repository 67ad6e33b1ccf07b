"""A cohort in the store: its people, its variants with their counts, and a genotype Parquet a chromosome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import Dosages
from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.formats.genotype_parquet import read_dosages, read_genotypes
from gtl.schema import COHORT_PEOPLE, VARIANT_COUNTS
from gtl.store import Artifact, ArtifactRef, Store

GENOTYPES = "genotypes.parquet"
PARTS = "chromosomes.json"
TABLE = "table.parquet"

BLOCK_BYTES = 32_000_000
"""Dosages that are read at a time."""

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class CohortFiles:
    """Reads one cohort that :func:`gtl.stages.make_cohort` made.

    Attributes
    ----------
    store
        Where it lies.
    artifact
        The cohort.
    unsealed
        Whether sealed files may be read.
    """

    store: Store
    artifact: Artifact
    unsealed: bool = False

    @classmethod
    def open(cls, store: Store, ref: ArtifactRef, *, unseal: bool = False) -> Self:
        """Open the cohort that ``ref`` points to."""
        return cls(store, store.read(ref, unseal=unseal), unseal)

    @property
    def exists(self) -> bool:
        """Whether there are people: the final cohort of a study of real people is often a part of the small one."""
        return PARTS in self.artifact.files

    @cached_property
    def people(self) -> pd.DataFrame:
        """Table :data:`gtl.schema.COHORT_PEOPLE`, in the order of the genotypes."""
        return self.artifact.read_table("people.parquet", COHORT_PEOPLE)

    @cached_property
    def variants(self) -> pd.DataFrame:
        """Table :data:`gtl.schema.VARIANT_COUNTS`, chromosome after chromosome."""
        return self.artifact.read_table("variants.parquet", VARIANT_COUNTS)

    @cached_property
    def parts(self) -> dict[str, ArtifactRef]:
        """Chromosome → its genotypes, in the order of the files."""
        return {chrom: ArtifactRef.from_json(ref) for chrom, ref in self.artifact.read_json(PARTS)}

    def read(self, chromosome: str, rows: Rows, columns: Rows | None = None) -> GenotypeMatrix:
        """Genotypes at ``rows`` of a chromosome, of all people or of those at ``columns``."""
        part = self.store.read(self.parts[chromosome], unseal=self.unsealed)
        with part.open(GENOTYPES) as file:
            matrix = read_genotypes(file, rows)
        return matrix if columns is None else matrix.take_samples(columns)

    def dosages(self, chromosome: str, rows: Rows) -> Dosages:
        """Dosages of all people at ``rows`` of a chromosome, without the names that :meth:`read` gives them."""
        part = self.store.read(self.parts[chromosome], unseal=self.unsealed)
        with part.open(GENOTYPES) as file:
            return read_dosages(file, rows)

    def columns_of(self, samples: Sequence[str] | npt.NDArray[np.object_]) -> Rows:
        """Where ``samples`` stand among the cohort's people; :class:`InputError` for one who is not there."""
        place = {sample: column for column, sample in enumerate(self.people["sample"])}
        absent = [sample for sample in samples if sample not in place]
        if absent:
            raise InputError(
                f"{self.artifact.manifest.key}: {len(absent)} of {len(samples)} people are not in the cohort, such as "
                f"{absent[0]!r}"
            )
        return np.array([place[sample] for sample in samples], dtype=np.intp)


def row_blocks(rows: Rows, n_people: int, most_bytes: int = BLOCK_BYTES) -> Iterator[slice]:
    """Slices of ``rows`` whose dosages take at most about ``most_bytes``.

    >>> [(part.start, part.stop) for part in row_blocks(np.arange(5), 10, 20)]
    [(0, 2), (2, 4), (4, 5)]
    """
    step = max(1, most_bytes // max(n_people, 1))
    for start in range(0, len(rows), step):
        yield slice(start, min(start + step, len(rows)))
