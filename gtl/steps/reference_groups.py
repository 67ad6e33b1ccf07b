"""Groups of the people in the file that a source's reference is from: they tell of which ancestry its GWAS is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gtl.config.people import CohortFiles
from gtl.domain.genotypes import Variants
from gtl.formats.genotype_source import open_genotypes
from gtl.prepare.ancestry_mixture import ancestry_check, group_frequencies, group_labels
from gtl.prepare.statistics_alignment import align_statistics
from gtl.prepare.statistics_checks import Check
from gtl.prepare.statistics_reference import reference_variants
from gtl.prepare.summary_statistics import UsableStatistics

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ReferenceGroups:
    """Everybody in a reference's files by groups, also those whom the settings' ``where`` leaves out.

    Attributes
    ----------
    files
        Settings of the reference.
    told
        ``TABLE:COLUMN``, as of :func:`gtl.prepare.ancestry_mixture.group_labels`.
    chromosomes
        Those of the study.
    """

    files: CohortFiles
    told: str
    chromosomes: frozenset[str]

    def check(self, found: UsableStatistics, people: Sequence[str]) -> Check:
        """The GWAS's frequencies as a mixture of the groups, and whether ``people`` of the reference are one, too."""
        read = self._read  # once for all traits of a source
        aligned = align_statistics(found, read.variants, read.frequency)
        here = np.array([read.group_of[sample] for sample in people], dtype=object)
        return ancestry_check(aligned.frequency, read.names, read.by_group, here)

    @cached_property
    def _read(self) -> "_Frequencies":
        files, chromosomes = self.files, set(self.chromosomes)
        source = open_genotypes(str(files.genotypes), samples=files.samples, counted=files.counted, field=files.field)
        labels = group_labels(source, self.told)
        names, by_group = group_frequencies(source, chromosomes, labels)
        variants, frequency = reference_variants(source, chromosomes)
        return _Frequencies(variants, frequency, names, by_group, dict(zip(source.samples.ids, labels, strict=True)))


@dataclass(frozen=True, eq=False)
class _Frequencies:
    """Variants, frequency of ``alt`` in everybody, groups, (n_variants, n_groups) in each, and person → group."""

    variants: Variants
    frequency: Array
    names: list[str]
    by_group: Array
    group_of: dict[str, str]
