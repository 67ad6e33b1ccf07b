"""What every source of genotypes has in common: people, blocks of variants, and a row for each variant left out."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.packed_calls import PackedCalls, PackedGenotypes
from gtl.errors import InputError

BLOCK_BYTES = 1 << 22
"""Bytes of dosages in a block: what a processor's cache holds is worked on several times faster than memory."""

MOST_BYTES = 1 << 25
MIN_BLOCK_VARIANTS = 64
"""Variants in a block of very many people, unless these have more than :data:`MOST_BYTES`."""

MAX_BLOCK_VARIANTS = 1 << 14
"""So that the names of a few people's variants stay small, too."""

NO_ALLELE = ("", ".", "0")
"""How files write the allele that nobody in them has."""

NO_FAMILY = "0"

T = TypeVar("T", Dosages, Dosages | PackedCalls)

Wanted = Callable[[Variants], npt.NDArray[np.intp]]
"""Rows of a block's variants that somebody wants, ascending."""

MULTIALLELIC = "more than one alternate allele"
ONE_ALLELE = "names one allele only"
PLOIDY = "more than two alleles a person"
SAME_ALLELE = "names the same allele twice"


@dataclass(frozen=True)
class LeftOut:
    """A variant of a file that is not among its blocks, named as there, and why."""

    chrom: str
    pos: int
    rsid: str
    ref: str
    alt: str
    reason: str


@dataclass(frozen=True, eq=False)
class SourceSamples:
    """People of a source, in the order of its dosages' columns.

    Attributes
    ----------
    ids : (n_people,) str objects, unique: the individual id, or ``FID_IID`` for all where those repeat
    families : (n_people,) str objects; "0" = none
    sex : (n_people,) int8, 0 = unknown, 1 = male, 2 = female
    """

    ids: npt.NDArray[np.object_]
    families: npt.NDArray[np.object_]
    sex: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, ids: Sequence[str], families: Sequence[str], sex: Sequence[int], where: object) -> Self:
        """People as a file names them; :class:`InputError` naming ``where`` if two have the same ids.

        >>> SourceSamples.of(["1", "1"], ["a", "b"], [0, 2], "x.fam").ids.tolist()
        ['a_1', 'b_1']
        """
        if len({*ids}) < len(ids):
            ids = [f"{family}_{own}" for family, own in zip(families, ids, strict=True)]
        repeated = [name for name, count in Counter(ids).items() if count > 1]
        if repeated:
            raise InputError(
                f"{where}: {len(repeated)} sample ids appear more than once, even with the family's id before them "
                f"({', '.join(repeated[:3])}); give every person an id of their own"
            )
        own, family = (np.array([*column], dtype=object) for column in (ids, families))
        return cls(own, family, np.array([*sex], dtype=np.int8))

    @classmethod
    def named(cls, ids: Sequence[str], where: object) -> Self:
        """People of whom a file says their ids only."""
        return cls.of(ids, [NO_FAMILY] * len(ids), [0] * len(ids), where)


class GenotypeSource(Protocol):
    """A cohort's genotypes in files, read chromosome by chromosome in blocks of variants.

    Attributes
    ----------
    location : for messages: the file, or pattern of files
    samples : its people
    imputed : blocks may hold dosages between the whole numbers, float32; otherwise hard calls, int8
    left_out : variants that :meth:`blocks` came across and left out so far
    gvcf : a line came across that stands for many sites where nobody differs from the reference
    """

    location: str
    samples: SourceSamples
    imputed: bool

    @property
    def left_out(self) -> list[LeftOut]:
        """As above."""
        ...

    @property
    def gvcf(self) -> bool:
        """As above."""
        ...

    def chromosomes(self) -> tuple[str, ...]:
        """Chromosomes that have variants, by their usual names (``21``, ``X``), in the order of the files."""
        ...

    def blocks(self, chromosome: str) -> Iterator[GenotypeMatrix]:
        """Consecutive variants of one chromosome, in the order of the file; some 4 MB of dosages, 32 MB at most."""
        ...

    def stored_blocks(self, chromosome: str) -> Iterator[GenotypeMatrix | PackedGenotypes]:
        """As :meth:`blocks`, for who stores them: hard calls stay packed where the files have them so."""
        ...

    def all_blocks(self) -> Iterator[GenotypeMatrix]:
        """The variants of every chromosome, in one pass over the files where that is what it takes."""
        ...

    def blocks_with(self, wanted: Wanted) -> Iterator[GenotypeMatrix]:
        """The variants at the rows of each block that ``wanted`` names; those of others are not read where possible."""
        ...


class FileSource(ABC):
    """A source in files of one format; its subclasses read, this leaves out what is no pair of alleles.

    Parameters
    ----------
    one_allele
        Keep variants of which the file names one allele, as for people who are to be scored: all of them may be
        homozygous.
    """

    def __init__(self, location: object, samples: SourceSamples, *, imputed: bool, one_allele: bool = False) -> None:
        self.location = str(location)
        self.samples = samples
        self.imputed = imputed
        self.left_out: list[LeftOut] = []
        self.gvcf = False
        self._one_allele = one_allele

    @abstractmethod
    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`."""

    @abstractmethod
    def _read(self, chromosome: str) -> Iterator[tuple[Variants, Dosages]]:
        """Blocks of a chromosome that :meth:`chromosomes` names, with all of its variants."""

    def _read_packed(self, chromosome: str) -> Iterator[tuple[Variants, Dosages | PackedCalls]]:
        """As :meth:`_read`; of a format that has its hard calls packed, they stay so."""
        yield from self._read(chromosome)

    def blocks(self, chromosome: str) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`; :class:`InputError` if there is no such chromosome or a file is damaged."""
        self._check_known(chromosome)
        yield from self._usable(self._read(chromosome))

    def stored_blocks(self, chromosome: str) -> Iterator[GenotypeMatrix | PackedGenotypes]:
        """As of :class:`GenotypeSource`; errors as of :meth:`blocks`."""
        self._check_known(chromosome)
        for variants, found in self._kept(self._read_packed(chromosome)):
            if isinstance(found, PackedCalls):
                yield PackedGenotypes(variants, self.samples.ids, found)
            else:
                yield GenotypeMatrix(variants, self.samples.ids, found)

    def all_blocks(self) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`."""
        for chromosome in self.chromosomes():
            yield from self.blocks(chromosome)

    def blocks_with(self, wanted: Wanted) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`."""
        for block in self.all_blocks():
            yield block.take_variants(wanted(block.variants))

    def _check_known(self, chromosome: str) -> None:
        if chromosome not in self.chromosomes():
            raise InputError(
                f"{self.location}: no variants of chromosome {chromosome}; it has {', '.join(self.chromosomes())}"
            )

    def _usable(self, read: Iterator[tuple[Variants, Dosages]]) -> Iterator[GenotypeMatrix]:
        for variants, dosages in self._kept(read):
            yield GenotypeMatrix(variants, self.samples.ids, dosages)

    def _kept(self, read: Iterator[tuple[Variants, T]]) -> Iterator[tuple[Variants, T]]:
        """What was read, without the variants that are left out."""
        for variants, found in read:
            reasons = self._reasons(variants)
            if reasons is not None:
                self._leave_out(variants, reasons)
                kept = reasons == ""
                variants, found = variants.take(kept), found[kept]
            if len(variants):
                yield variants, found

    def _block_variants(self) -> int:
        bytes_each = max(1, len(self.samples)) * (4 if self.imputed else 1)
        most = max(1, MOST_BYTES // bytes_each)
        return min(most, MAX_BLOCK_VARIANTS, max(MIN_BLOCK_VARIANTS, BLOCK_BYTES // bytes_each))

    def _reasons(self, variants: Variants) -> npt.NDArray[np.object_] | None:
        """Why each variant is left out, or ""; None if all are well, as they mostly are."""
        reasons = {pair: self._reason(*pair) for pair in {*zip(variants.ref, variants.alt, strict=True)}}
        if not any(reasons.values()):
            return None
        return np.array([reasons[pair] for pair in zip(variants.ref, variants.alt, strict=True)], dtype=object)

    def _reason(self, ref: str, alt: str) -> str:
        if "," in ref or "," in alt:
            return MULTIALLELIC
        if ref in NO_ALLELE or alt in NO_ALLELE:
            return "" if self._one_allele else ONE_ALLELE
        return SAME_ALLELE if ref == alt else ""

    def _leave_out(self, variants: Variants, reasons: npt.NDArray[np.object_]) -> None:
        for row in np.flatnonzero(reasons != ""):
            names = (getattr(variants, name)[row] for name in ("chrom", "pos", "rsid", "ref", "alt"))
            chrom, pos, rsid, ref, alt = names
            self.left_out.append(LeftOut(chrom, int(pos), rsid, ref, alt, reasons[row]))
