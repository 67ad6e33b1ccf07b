"""Variants, haplotypes and genotypes in memory: variant-major arrays beside their variants' names."""

from collections import Counter
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING as MISSING
from gtl.domain.dosages import Dosages
from gtl.errors import InputError


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

    def keys(self) -> npt.NDArray[np.object_]:
        """(n_variants,) text that names each variant in whatever file it is: chromosome, position, sorted alleles.

        >>> word = lambda text: np.array([text], dtype=object)
        >>> Variants(word("chr21"), np.array([5]), word("rs5"), word("T"), word("C")).keys().tolist()
        ['21:5:C:T']
        """
        columns = zip(self.chrom, self.pos.tolist(), self.ref, self.alt, strict=True)
        return np.array([position_id(c, p, *((a, b) if a <= b else (b, a))) for c, p, a, b in columns], dtype=object)

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


def _check_matrix(name: str, matrix: Dosages, shape: tuple[int, int], kinds: tuple[str, ...] = ("int8",)) -> None:
    if matrix.dtype.name not in kinds or matrix.shape != shape:
        expected = " or ".join(kinds)
        raise InputError(f"{name}: expected {expected} of shape {shape}, got {matrix.dtype} of shape {matrix.shape}")


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
    dosages : (n_variants, n_samples) number of ``alt`` alleles: int8 hard calls 0, 1, 2 (-1 = missing), or float32
        imputed dosages from 0 to 2 (NaN = missing)
    """

    variants: Variants
    samples: npt.NDArray[np.object_]
    dosages: Dosages

    def __post_init__(self) -> None:
        _check_matrix("genotypes", self.dosages, (len(self.variants), len(self.samples)), ("int8", "float32"))
        if len({*self.samples}) < len(self.samples):
            [(name, _)] = Counter(self.samples).most_common(1)
            raise InputError(f"genotypes: sample id {name!r} appears twice; ids must be unique")

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
