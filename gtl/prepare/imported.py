"""Genotypes of a cohort's files brought into the store's Parquet, a chromosome at a time, and counted on the way."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Variants
from gtl.formats.genotype_source import GenotypeSource, LeftOut
from gtl.formats.genotype_writer import GenotypeWriter
from gtl.prepare.call_counts import CallCounts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class ImportedChromosome:
    """What was imported of one chromosome.

    Attributes
    ----------
    variants : DataFrame of schema VARIANT_COUNTS, in the order of the Parquet file
    called, het : (n_people,) int64, genotypes of each person that are known, and those with both alleles
    left_out : variants of the source that are not in the Parquet file
    imputed : the Parquet file holds hundredths of an allele, as some dosage is no whole number
    """

    variants: "pd.DataFrame"
    called: npt.NDArray[np.int64]
    het: npt.NDArray[np.int64]
    left_out: list[LeftOut]
    imputed: bool

    @property
    def n_variants(self) -> int:
        """Number of variants."""
        return len(self.variants)


def import_chromosome(
    source: GenotypeSource,
    chromosome: str,
    path: str | os.PathLike[str],
    keep: npt.NDArray[np.intp] | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> ImportedChromosome:
    """Write one chromosome of ``source`` to the Parquet file ``path``.

    Variants stay in the order of the source, which need not be that of their positions. Only one block of them is in
    memory at a time, and the table of names and counts.

    Parameters
    ----------
    keep
        Positions of the people to import, in the order wanted; None imports all.
    on_progress
        Called after each block with the number of variants so far.

    Raises
    ------
    InputError
        If the source cannot be read; then no file is left.
    """
    import pandas as pd

    samples = source.samples.ids if keep is None else source.samples.ids[keep]
    chosen = None if keep is None or _everybody(keep, len(source.samples)) else keep
    before = len(_left_out(source, chromosome))
    frames: list[pd.DataFrame] = []
    called, het = np.zeros((2, len(samples)), dtype=np.int64)
    done = 0
    with GenotypeWriter(path, samples) as writer:
        for block in source.stored_blocks(chromosome):
            kept = block if chosen is None else block.take_samples(chosen)
            counts = CallCounts.of(writer.write(kept))
            frames.append(counts.table(kept.variants, done))
            called += counts.person_called
            het += counts.person_het
            done += len(kept.variants)
            if on_progress:
                on_progress(done)
    table = pd.concat(frames or [CallCounts.of(np.empty((0, len(samples)), np.int8)).table(_no_variants())])
    left_out = _left_out(source, chromosome)[before:]
    return ImportedChromosome(table.reset_index(drop=True), called, het, left_out, writer.imputed)


def _everybody(keep: npt.NDArray[np.intp], n_people: int) -> bool:
    return np.array_equal(keep, np.arange(n_people))


def _left_out(source: GenotypeSource, chromosome: str) -> list[LeftOut]:
    return [row for row in source.left_out if row.chrom == chromosome]


def _no_variants() -> Variants:
    text = np.empty(0, dtype=object)
    return Variants(text, np.empty(0, dtype=np.int64), text, text, text)
