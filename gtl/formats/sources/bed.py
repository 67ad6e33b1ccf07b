"""PLINK 1: .bed with .bim and .fam; the counted allele is A1, the .bim's fifth column."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gtl.domain.dosages import MISSING, Dosages
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.packed_calls import PackedCalls, packed_width
from gtl.errors import InputError
from gtl.formats.sources.base import MAX_BLOCK_VARIANTS, FileSource, Wanted
from gtl.formats.sources.people import beside, people_of_plink
from gtl.formats.sources.variant_lines import find_variants

_MAGIC = b"\x6c\x1b\x01"


class BedSource(FileSource):
    """A PLINK 1 fileset. Its bits are ours in another order; scattered variants are read by bed-reader.

    Raises
    ------
    InputError
        If one of the three files is absent or not as it should be, or their sizes do not fit.
    """

    def __init__(self, bed: Path, people: Path | None = None, *, one_allele: bool = False) -> None:
        samples = people_of_plink(bed, people, ".fam")
        super().__init__(bed, samples, imputed=False, one_allele=one_allele)
        self._lines = find_variants(beside(bed, ".bim"))
        _check_size(bed, self._lines.n_variants, len(samples))

    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`."""
        return tuple(self._lines.runs)

    def _read(self, chromosome: str) -> Iterator[tuple[Variants, Dosages]]:
        for variants, calls in self._read_packed(chromosome):
            yield variants, calls.unpacked()

    def _read_packed(self, chromosome: str) -> Iterator[tuple[Variants, PackedCalls]]:
        n_people = len(self.samples)
        width = packed_width(n_people)
        with open(self.location, "rb") as bed:
            for start, variants in self._lines.read(chromosome, self._block_variants()):
                bed.seek(len(_MAGIC) + start * width)
                codes = np.fromfile(bed, dtype=np.uint8, count=len(variants) * width).reshape(len(variants), width)
                yield variants, PackedCalls.of_bed(codes, n_people)

    def blocks_with(self, wanted: Wanted) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`; a row that nobody wants is not read."""
        with self._opened() as bed:
            for start, variants in self._lines.read_all(MAX_BLOCK_VARIANTS):
                rows = wanted(variants)
                dosages = bed.read(index=np.s_[:, start + rows], dtype="int8", order="F", num_threads=1).T
                found = variants.take(rows), np.clip(dosages, MISSING, 2, out=dosages)  # bed-reader's missing is -127
                yield from self._usable(iter([found] if len(rows) else []))

    def _opened(self) -> Any:
        from bed_reader import open_bed

        counts = {"iid_count": len(self.samples), "sid_count": self._lines.n_variants}
        return open_bed(self.location, **counts, num_threads=1, skip_format_check=True)


def _check_size(bed: Path, n_variants: int, n_people: int) -> None:
    with bed.open("rb") as file:
        begin = file.read(3)
    if begin != _MAGIC:
        raise InputError(
            f"{bed}: begins with {begin.hex() or 'nothing'}, expected {_MAGIC.hex()}: a variant-major .bed file; copy "
            "it again, or make it again by plink2 --make-bed"
        )
    size, expected = bed.stat().st_size, 3 + n_variants * -(-n_people // 4)
    if size != expected:
        raise InputError(
            f"{bed}: {size} bytes, expected {expected} for the .bim's {n_variants} variants and the .fam's {n_people} "
            "people; give the three files of one data set, uncut"
        )
