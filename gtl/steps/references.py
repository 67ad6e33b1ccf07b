"""People to take linkage disequilibrium from, at a study's shared variants: the artefacts that hold it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.cohort import Cohort
from gtl.domain.dosages import Dosages, counted_other
from gtl.learn.summary.blocks import LdBlock, ld_blocks
from gtl.learn.summary.chromosome_ld import ChromosomeLd, write_ld
from gtl.prepare.links import MatchingRules
from gtl.prepare.matching import match_variants
from gtl.prepare.variant_quality import check_names
from gtl.schema import VARIANT_COUNTS
from gtl.steps.cohort_files import GENOTYPES, CohortFiles, row_blocks
from gtl.steps.reference_groups import ReferenceGroups
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Artifact, ArtifactRef, ArtifactWriter, Store
from gtl.store.manifest import sha256_of

LD = "ld.parquet"

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Reference:
    """A source's people at the shared variants.

    Attributes
    ----------
    files
        Their genotypes.
    rows : (n_shared,) int, row in the genotypes of the chromosome; -1 where their files lack the variant
    flip : (n_shared,) bool, whether the files count the other allele
    places
        Chromosome → its shared variants.
    groups
        Who of their files is of which group, if that is known.
    """

    files: CohortFiles
    rows: npt.NDArray[np.int32]
    flip: npt.NDArray[np.bool_]
    places: dict[str, Rows]
    groups: ReferenceGroups | None = None

    @classmethod
    def large(cls, shared: SharedGenotypes) -> Self:
        """The people of the first source, who are the study's large cohort: it counts the shared alleles."""
        rows = shared.table["large_row"].to_numpy(dtype=np.int32)
        return cls(shared.files(Cohort.LARGE), rows, np.zeros(len(rows), dtype=bool), shared.places)

    @classmethod
    def open(cls, store: Store, ref: ArtifactRef, shared: SharedGenotypes, *, same_strand: bool) -> Self:
        """Another source's people, matched with the shared variants by position or id, and alleles."""
        files = CohortFiles.open(store, ref)
        wanted = _counts_of(shared)
        matched = match_variants(
            check_names(wanted), check_names(files.variants), rules=MatchingRules(same_strand)
        ).shared
        rows = np.full(len(wanted), -1, dtype=np.int32)
        flip = np.zeros(len(wanted), dtype=bool)
        places = matched["large_row"].to_numpy()
        rows[places], flip[places] = matched["small_row"], matched["small_flip"]
        return cls(files, rows, flip, shared.places)

    @cached_property
    def frequency(self) -> npt.NDArray[np.float64]:
        """(n_shared,) of the counted allele among them; NaN where their files lack the variant."""
        counts = self.files.variants.set_index(["chrom", "row"])["frequency"]
        chroms = np.repeat(np.array([*self.places], dtype=object), [len(rows) for rows in self.places.values()])
        found = counts.reindex(pd.MultiIndex.from_arrays([chroms, self.rows])).to_numpy(dtype=np.float64)
        return np.asarray(np.where(self.flip, 1 - found, found))

    def dosages(self, chromosome: str) -> Iterator[Dosages]:
        """Their dosages at the shared variants of a chromosome, in blocks of variants; missing where they lack one."""
        rows = self.places[chromosome]
        for part in row_blocks(rows, len(self.files.people)):
            yield self._read(chromosome, rows[part])

    def _read(self, chromosome: str, places: Rows) -> Dosages:
        there = self.rows[places] >= 0
        if not there.any():  # their files may lack the whole chromosome
            return np.full((len(places), len(self.files.people)), -1, dtype=np.int8)
        found = self.files.dosages(chromosome, self.rows[places[there]].astype(np.intp))
        found = counted_other(found, self.flip[places[there]])
        if there.all():
            return found
        missing = -1 if found.dtype == np.int8 else np.nan
        whole = np.full((len(places), found.shape[1]), missing, dtype=found.dtype)
        whole[there] = found
        return whole


def _counts_of(shared: SharedGenotypes) -> pd.DataFrame:
    """The shared variants as a table of counts, numbered by their rows, with the large cohort's frequencies."""
    names = shared.table[["chrom", "pos", "rsid", "ref", "alt"]]
    frequency = Reference.large(shared).frequency
    numbers = {name: np.zeros(len(names), dtype=np.int32) for name in ("called", "hom_ref", "het", "hom_alt")}
    counts = names.assign(row=np.arange(len(names), dtype=np.int32), frequency=frequency, **numbers)
    table: pd.DataFrame = counts[VARIANT_COUNTS.names].reset_index(drop=True)
    return table


def ld_made_of(reference: Reference, chromosome: str, bounds: Sequence[int] | None) -> dict[str, str]:
    """All that LD of a chromosome depends on: bytes of the reference's genotypes, variants, alleles and blocks.

    What else a study has makes no difference, nor where its files lie.
    """
    part = reference.files.parts.get(chromosome)
    genotypes = "" if part is None else reference.files.store.read(part).manifest.outputs[GENOTYPES]["sha256"]
    places = reference.places[chromosome]
    numbers = {"rows": reference.rows[places], "flip": reference.flip[places]}
    numbers |= {} if bounds is None else {"bounds": np.asarray(bounds, dtype=np.int64)}
    digests = {name: sha256_of(np.ascontiguousarray(values).tobytes()) for name, values in numbers.items()}
    return {"chromosome": chromosome, "genotypes": str(genotypes), **digests}


def write_chromosome_ld(
    out: ArtifactWriter, reference: Reference, chromosome: str, bounds: Sequence[int] | None
) -> None:
    """Write the LD of a chromosome's shared variants by blocks, found here or, with ``bounds``, those of another."""
    blocks: Iterator[LdBlock] = ld_blocks(reference.dosages(chromosome), bounds)
    with out.file(LD) as path:
        write_ld(blocks, path, len(reference.files.people))


@contextmanager
def chromosome_ld(artifact: Artifact) -> Iterator[ChromosomeLd]:
    """What :func:`write_chromosome_ld` wrote; matrices are read one at a time."""
    with artifact.open(LD) as file:
        yield ChromosomeLd.read(file)
