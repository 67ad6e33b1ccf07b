"""People of one population whose phenotypes are simulated, read from the store in parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gtl.domain.cohort import Cohort, Population
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.steps.cohort_files import row_blocks
from gtl.steps.shared_genotypes import SharedGenotypes

Rows = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedPeople:
    """:class:`gtl.simulate.phenotypes.people.People` of a study: with the small cohort come the sealed final people.

    Attributes
    ----------
    genotypes
        The variants that all cohorts have.
    population
        Whose people.
    """

    genotypes: SharedGenotypes
    population: Population

    @property
    def variants(self) -> Variants:
        """The shared variants."""
        return self.genotypes.variants

    @cached_property
    def samples(self) -> npt.NDArray[np.object_]:
        """Sample ids; the final people come last."""
        files = [self.genotypes.files(cohort, unseal=cohort is Cohort.FINAL) for cohort in self._cohorts]
        return np.concatenate([cohort_files.people["sample"].to_numpy(dtype=object) for cohort_files in files])

    def frequency(self) -> FloatArray:
        """Frequency of the alt allele among called genotypes, by the cohorts' counts."""
        counts = [self._counts(cohort) for cohort in self._cohorts]
        alleles, called = (np.sum(column, axis=0) for column in zip(*counts, strict=True))
        frequency: FloatArray = np.full(len(called), np.nan)
        np.divide(alleles, 2 * called, out=frequency, where=called > 0)
        return frequency

    def at(self, rows: Rows) -> GenotypeMatrix:
        """Everybody at the shared variants ``rows``."""
        parts = [self.genotypes.cohort(cohort, rows, unseal=cohort is Cohort.FINAL) for cohort in self._cohorts]
        return GenotypeMatrix(parts[0].variants, self.samples, np.concatenate([part.dosages for part in parts], axis=1))

    def blocks(self) -> Iterator[GenotypeMatrix]:
        """Everybody at all shared variants, chromosome by chromosome."""
        chromosomes = self.variants.chrom
        for chromosome in dict.fromkeys(chromosomes):
            rows = np.flatnonzero(chromosomes == chromosome)
            for part in row_blocks(rows, len(self.samples)):
                yield self.at(rows[part])

    @property
    def _cohorts(self) -> tuple[Cohort, ...]:
        return (Cohort.LARGE,) if self.population is Population.LARGE else (Cohort.SMALL, Cohort.FINAL)

    def _counts(self, cohort: Cohort) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Alt alleles, and called people, at each shared variant."""
        shared = self.genotypes.table
        counts = self.genotypes.files(cohort, unseal=cohort is Cohort.FINAL).variants
        # Chromosome after chromosome, and in each by row: where one begins tells where its rows are.
        first = {chromosome: int(place) for chromosome, place in _first_places(counts["chrom"].to_numpy(dtype=object))}
        places = shared["chrom"].map(first).to_numpy() + shared[f"{cohort}_row"].to_numpy()
        het, hom, called = (counts[name].to_numpy(np.int64)[places] for name in ("het", "hom_alt", "called"))
        alleles = het + 2 * hom
        flip = np.zeros(len(shared), bool) if cohort is Cohort.LARGE else shared[f"{cohort}_flip"].to_numpy()
        return np.where(flip, 2 * called - alleles, alleles), called


def _first_places(chromosomes: npt.NDArray[np.object_]) -> Iterator[tuple[str, int]]:
    starts = np.flatnonzero(np.concatenate([[True], chromosomes[1:] != chromosomes[:-1]]))
    return zip(chromosomes[starts].tolist(), starts.tolist(), strict=True)
