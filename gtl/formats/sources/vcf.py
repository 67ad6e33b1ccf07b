"""VCF and BCF: genotypes (GT) or dosages (DS, HDS, GP) of variants with one alternate allele; ALT is counted.

A man's single allele on X counts two, as PLINK counts it; a half-call such as ``./1`` is missing. ``<NON_REF>``,
``<*>``, ``<X>`` and ``*`` stand for alleles that a line does not have; whoever has one is missing there. Blocks of a
gVCF, which have the letter of their first site only, are known at that site.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from gtl.domain.dosages import MISSING, Dosages
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.sources.base import MULTIALLELIC, ONE_ALLELE, PLOIDY, FileSource, SourceSamples
from gtl.formats.sources.dosage_range import OUT_OF_RANGE, in_range
from gtl.formats.sources.vcf_file import check_whole, chromosome_names, opened, vcf_errors
from gtl.formats.sources.vcf_index import index_of
from gtl.formats.sources.vcf_values import UNKNOWN, Field, called_dosages, calls, dosages
from gtl.formats.variant_fields import chromosome as usual_name
from gtl.formats.variant_fields import variants_of_columns

_FIELDS: tuple[Field, ...] = ("DS", "HDS", "GP", "GT")
_ABSENT_ALLELES = frozenset({"<NON_REF>", "<*>", "<X>", "*"})
_HAPLOID = ("X", "Y", "MT")
"""Chromosomes of which men, or all people, have one copy."""

_NO_VALUES = "has no genotypes"

Line = tuple[tuple[str, str, str, str, str], Dosages]
"""Chromosome, position, id, REF and ALT as the file has them, and the people's dosages."""


class VcfSource(FileSource):
    """A VCF or BCF file, read by cyvcf2.

    Parameters
    ----------
    field
        What to read; "auto" is the first of DS, HDS and GP that the header declares, else GT. A line without it is read
        by its GT, and so is a person whose value of it is missing.

    Raises
    ------
    InputError
        If the file is none, is cut off, names no people, or does not declare ``field``.
    """

    def __init__(self, path: Path, field: str = "auto", *, one_allele: bool = False) -> None:
        check_whole(path)
        with vcf_errors(path):
            vcf = opened(path)
            self._field = _chosen_field(vcf.raw_header, field, path)
            names = list(vcf.samples)
            vcf.close()
        if not names:
            raise InputError(f"{path}: the header names no samples; give a file with genotypes after FORMAT")
        imputed = self._field != "GT"
        super().__init__(path, SourceSamples.named(names, path), imputed=imputed, one_allele=one_allele)
        self._path = path
        self._names: dict[str, list[str]] = {}

    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`; a file without an index is read for it, once."""
        if not self._names:
            with vcf_errors(self._path):
                for name in chromosome_names(self._path):
                    self._names.setdefault(usual_name(name), []).append(name)
        return tuple(self._names)

    def all_blocks(self) -> Iterator[GenotypeMatrix]:
        """As of :class:`GenotypeSource`; no index is needed."""
        yield from self._usable(self._read(None))

    def _read(self, chromosome: str | None) -> Iterator[tuple[Variants, Dosages]]:
        with vcf_errors(self._path):
            lines = (line for record in self._records(chromosome) if (line := self._line(record)))
            while block := list(islice(lines, self._block_variants())):
                yield self._block(block)

    def _records(self, chromosome: str | None) -> Iterator[Any]:
        vcf = opened(self._path)
        names = [] if chromosome is None else self._names[chromosome]
        if chromosome is None:
            yield from vcf
        elif index_of(self._path) is not None:
            for name in names:
                yield from vcf(name)
        else:
            yield from (record for record in vcf if record.CHROM in names)
        vcf.close()

    def _line(self, record: Any) -> Line | None:
        alts = [alt for alt in record.ALT if alt not in _ABSENT_ALLELES]
        names = (record.CHROM, str(record.POS), record.ID or ".", record.REF, ",".join(alts) or ".")
        found: Dosages | str
        self.gvcf = self.gvcf or (not alts and record.end - record.start > len(record.REF))
        if len(alts) > 1:
            found = MULTIALLELIC
        elif not alts and not self._one_allele:
            found = ONE_ALLELE
        else:
            allele = record.ALT.index(alts[0]) + 1 if alts else 0
            found = self._dosages(record, allele)
        if isinstance(found, str):
            self._leave_out(_variants([names], self.location), np.array([found], dtype=object))
            return None
        return names, found

    def _dosages(self, record: Any, allele: int) -> Dosages | str:
        """Dosages of one allele, or why there are none."""
        values = None
        if self._field != "GT":
            haploid = usual_name(record.CHROM) in _HAPLOID
            values = dosages(record, self._field, allele, haploid=haploid)
        if values is not None:
            if np.isnan(values).any() and "GT" in record.FORMAT and record.ploidy <= 2:
                values = np.where(np.isnan(values), called_dosages(record, allele), values)  # as plink2
            return values if in_range(values) else OUT_OF_RANGE
        if "GT" not in record.FORMAT:
            return _NO_VALUES
        if record.ploidy > 2:
            return PLOIDY
        return called_dosages(record, allele) if self.imputed else calls(record, allele)

    def _block(self, lines: list[Line]) -> tuple[Variants, Dosages]:
        found = np.stack([values for _, values in lines])
        if self.imputed:
            np.clip(found, 0, 2, out=found)
        else:
            found[found == UNKNOWN] = MISSING
        return _variants([names for names, _ in lines], self.location), found


def _variants(names: list[tuple[str, str, str, str, str]], location: str) -> Variants:
    chrom, pos, rsid, ref, alt = zip(*names, strict=True)
    return variants_of_columns(chrom, pos, rsid, ref, alt, lambda row: f"{location}: {chrom[row]}")


def _chosen_field(header: str, field: str, path: Path) -> Field:
    declared = [name for name in _FIELDS if f"##FORMAT=<ID={name}," in header]
    if field != "auto" and field not in declared:
        raise InputError(
            f"{path}: the header declares no {field} for each person; it has {', '.join(declared) or 'none of GT, DS'}"
        )
    wanted = declared if field == "auto" else [field]
    return next((name for name in _FIELDS if name in wanted), "GT")
