"""Names for a tool's inputs in place of the study's own: ``v0, v1, ...`` and ``s0, s1, ...``."""

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix, Variants

REF, ALT = "R", "A"
"""Letters that stand for the two alleles of every variant."""

CHROMOSOME = "1"
"""A chromosome that every tool knows and takes for an ordinary one."""


def row_names(letter: str, count: int) -> list[str]:
    """``count`` names.

    >>> row_names("v", 3)
    ['v0', 'v1', 'v2']
    """
    return [f"{letter}{row}" for row in range(count)]


def anonymous_variants(pos: npt.NDArray[np.int64]) -> Variants:
    """Variants at ``pos`` that give away nothing else."""
    texts = (np.full(len(pos), text, dtype=object) for text in (CHROMOSOME, REF, ALT))
    chrom, ref, alt = texts
    return Variants(chrom, pos, np.array(row_names("v", len(pos)), dtype=object), ref, alt)


def anonymous_genotypes(genotypes: GenotypeMatrix) -> GenotypeMatrix:
    """The same dosages, people and variants without names; positions are 1, 2, 3, ... in the order of the rows."""
    variants = anonymous_variants(np.arange(1, len(genotypes.variants) + 1, dtype=np.int64))
    samples = np.array(row_names("s", genotypes.n_samples), dtype=object)
    return GenotypeMatrix(variants, samples, genotypes.dosages)
