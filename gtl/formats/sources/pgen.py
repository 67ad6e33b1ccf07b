"""PLINK 2: .pgen with .pvar and .psam; the counted allele is ALT, and dosages are read where the file has them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import MISSING, Dosages, row_parts
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.sources.base import MAX_BLOCK_VARIANTS, FileSource, Wanted
from gtl.formats.sources.people import beside, people_of_plink
from gtl.formats.sources.pgen_header import PgenHeader, read_pgen_header
from gtl.formats.sources.variant_lines import VariantLines, find_variants


class PgenSource(FileSource):
    """A PLINK 2 fileset, read by pgenlib; ``imputed`` if a variant of it has dosages.

    Raises
    ------
    InputError
        If one of the three files is absent or not as it should be, or their counts do not agree.
    """

    def __init__(self, pgen: Path, people: Path | None = None, *, one_allele: bool = False) -> None:
        header = read_pgen_header(pgen)
        samples = people_of_plink(pgen, people, ".psam", ".fam")
        super().__init__(pgen, samples, imputed=header.has_dosages, one_allele=one_allele)
        self._lines = find_variants(beside(pgen, ".pvar", ".pvar.zst", ".bim"))
        _check_counts(pgen, header, self._lines, len(samples))

    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`."""
        return tuple(self._lines.runs)

    def _read(self, chromosome: str) -> Iterator[tuple[Variants, Dosages]]:
        reader = self._opened()
        try:
            for start, variants in self._lines.read(chromosome, self._block_variants()):
                yield variants, self._dosages(reader, start, len(variants))
        except RuntimeError as error:
            raise InputError(
                f"{self.location}: chromosome {chromosome} cannot be read: {_text(error)}; the file is cut off or "
                "damaged, copy or download it again"
            ) from None
        finally:
            reader.close()

    def blocks_with(self, wanted: Wanted) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`; a row that nobody wants is not read."""
        with closing(self._opened()) as reader:
            for start, variants in self._lines.read_all(MAX_BLOCK_VARIANTS):
                for row in wanted(variants).tolist():
                    one = slice(row, row + 1)
                    yield from self._usable(iter([(variants.take(one), self._dosages(reader, start + row, 1))]))

    def _dosages(self, reader: Any, start: int, n_variants: int) -> Dosages:
        shape, stop = (n_variants, len(self.samples)), start + n_variants
        if self.imputed:
            dosages = np.empty(shape, dtype=np.float32)
            reader.read_dosages_range(start, stop, dosages)
            dosages[dosages < 0] = np.nan  # pgenlib's missing is -9
            return dosages
        calls = np.empty(shape, dtype=np.int8)
        for part in row_parts(calls):  # what was just written is still in the processor's cache
            reader.read_range(start + part.start, start + part.stop, calls[part])
            np.clip(calls[part], MISSING, 2, out=calls[part])  # pgenlib's missing is -9
        return calls

    def _opened(self) -> Any:
        from pgenlib import PgenReader

        offsets = _allele_offsets(self._lines) if self._lines.multiallelic else None
        try:
            return PgenReader(self.location.encode(), raw_sample_ct=len(self.samples), allele_idx_offsets=offsets)
        except RuntimeError as error:
            raise InputError(f"{self.location}: cannot be read: {_text(error)}; write it again by plink2") from None


def _allele_offsets(found: VariantLines) -> npt.NDArray[np.uintp]:
    """Number of alleles before each variant, which pgenlib has to be told where a variant has more than two."""
    counts = np.full(found.n_variants, 2, dtype=np.uintp)
    counts[list(found.multiallelic)] = np.array([*found.multiallelic.values()], dtype=np.uintp) + np.uintp(1)
    return np.concatenate([np.zeros(1, dtype=np.uintp), np.cumsum(counts, dtype=np.uintp)])


def _check_counts(pgen: Path, header: PgenHeader, found: VariantLines, n_people: int) -> None:
    counts = ((header.n_variants, found.n_variants, "variants"), (header.n_people, n_people, "people"))
    for stored, named, what in counts:
        if stored is not None and stored != named:
            raise InputError(
                f"{pgen}: genotypes of {stored} {what}, but the files beside it name {named}; "
                "give the three files of one data set"
            )


def _text(error: RuntimeError) -> str:
    text = error.args[0] if error.args else ""
    return (text.decode(errors="replace") if isinstance(text, bytes) else str(text)).strip().rstrip(".")
