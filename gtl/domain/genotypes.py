"""Variants, haplotypes and genotypes in memory: variant-major arrays beside their variants' names."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

MISSING = -1
"""Dosage of a genotype that was not called."""


@dataclass(frozen=True, eq=False)
class Variants:
    """Biallelic variants in the order of their rows; the counted (effect) allele is always ``alt``.

    Attributes
    ----------
    chrom, rsid, ref, alt : (n_variants,) arrays of str objects; ``rsid`` is :func:`position_id` where a file has none
    pos : (n_variants,) int64, base pairs, build as the source's
    """

    chrom: npt.NDArray[np.object_]
    pos: npt.NDArray[np.int64]
    rsid: npt.NDArray[np.object_]
    ref: npt.NDArray[np.object_]
    alt: npt.NDArray[np.object_]

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in ("chrom", "pos", "rsid", "ref", "alt")}
        if len(set(lengths.values())) > 1:
            raise InputError(f"variants: columns differ in length: {lengths}")

    def __len__(self) -> int:
        return len(self.pos)

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """The variants at ``rows`` (indices, mask or slice)."""
        return type(self)(self.chrom[rows], self.pos[rows], self.rsid[rows], self.ref[rows], self.alt[rows])


def position_id(chrom: str, pos: object, ref: str, alt: str) -> str:
    """Id of a variant that its file gives none; ``chr21`` and ``21`` are the same, as tools add or drop the prefix.

    Parameters
    ----------
    chrom, pos, ref, alt
        As the variant's file has them.

    Examples
    --------
    >>> position_id("chr21", 14_305_409, "A", "C")
    '21:14305409:A:C'
    """
    return f"{chrom.removeprefix('chr')}:{pos}:{ref}:{alt}"


def _check_matrix(name: str, matrix: npt.NDArray[np.int8], shape: tuple[int, int]) -> None:
    if matrix.dtype != np.int8 or matrix.shape != shape:
        raise InputError(f"{name}: expected int8 of shape {shape}, got {matrix.dtype} of shape {matrix.shape}")


@dataclass(frozen=True, eq=False)
class Haplotypes:
    """Phased reference haplotypes of one population.

    Attributes
    ----------
    variants : Variants
    alleles : (n_variants, n_haplotypes) int8, 0 = ref, 1 = alt
    """

    variants: Variants
    alleles: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        _check_matrix("haplotypes", self.alleles, (len(self.variants), self.alleles.shape[-1]))

    @property
    def n_haplotypes(self) -> int:
        """Number of haplotypes: two a person."""
        return int(self.alleles.shape[1])

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """The same haplotypes at fewer variants."""
        return type(self)(self.variants.take(rows), self.alleles[rows])


@dataclass(frozen=True, eq=False)
class GenotypeMatrix:
    """Genotypes of one cohort.

    Attributes
    ----------
    variants : Variants
    samples : (n_samples,) array of str objects, unique
    dosages : (n_variants, n_samples) int8, number of ``alt`` alleles 0, 1 or 2; -1 = missing
    """

    variants: Variants
    samples: npt.NDArray[np.object_]
    dosages: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        _check_matrix("genotypes", self.dosages, (len(self.variants), len(self.samples)))
        names, counts = np.unique(self.samples.astype(str), return_counts=True)
        if (counts > 1).any():
            raise InputError(f"genotypes: sample id {str(names[counts > 1][0])!r} appears twice; ids must be unique")

    @property
    def n_samples(self) -> int:
        """Number of people."""
        return len(self.samples)

    def take_variants(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """The same people at fewer variants."""
        return type(self)(self.variants.take(rows), self.samples, self.dosages[rows])

    def take_samples(self, columns: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """Fewer people at the same variants."""
        return type(self)(self.variants, self.samples[columns], np.ascontiguousarray(self.dosages[:, columns]))
