"""BGEN 1.1 to 1.3: imputed dosages of variants with two alleles; a man's one allele on X counts two.

BGEN does not say which allele is the reference. The dosage read is that of the allele called ``alt`` whichever it is,
and variants are matched by both alleles and turned where their order differs. So ``counted`` names the two, no more:

* ``"last"``, the default: ``ref`` is the file's first allele and ``alt``, the counted one, its second. This is how
  files are made that put the reference first, such as UK Biobank's;
* ``"first"``: ``alt`` is the first allele, for files that put the reference last, such as those of plink2's
  ``--export bgen-1.2`` with its default ``ref-last``, which regenie expects.

A wrong choice shows every variant's frequency as one less it, and changes no dosage's meaning. Only of A/T and C/G
variants does the order tell something, the strand, to a rule that goes by it: such a rule drops them after a wrong
choice. Matching by frequencies does not depend on it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages
from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.sources.base import MULTIALLELIC, ONE_ALLELE, PLOIDY, FileSource, SourceSamples
from gtl.formats.sources.dosage_range import expected_dosage
from gtl.formats.sources.people import check_order, read_people_file
from gtl.formats.variant_fields import chromosome as usual_name
from gtl.formats.variant_fields import is_unknown, variants_of_columns

Counted = Literal["first", "last"]

_OLD_LAYOUT = 1
"""Of BGEN 1.1."""


class BgenSource(FileSource):
    """A BGEN file, read by the package bgen; with an index (.bgi) beside it, only the chromosome asked for.

    Parameters
    ----------
    people
        A .sample file or other list; without it, the .sample file of the same name, or the ids in the BGEN.
    chromosome
        Of a file that does not name it.

    Raises
    ------
    InputError
        If the file is none, is cut off, or its people are not known or not as many as listed.
    """

    def __init__(
        self,
        path: Path,
        people: Path | None = None,
        counted: Counted = "last",
        chromosome: str | None = None,
        *,
        one_allele: bool = False,
    ) -> None:
        super().__init__(path, _samples(path, people), imputed=True, one_allele=one_allele)
        self._path = path
        self._counted = counted
        self._chromosome = chromosome
        self._names: dict[str, list[str]] = {}

    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`; a file without an index is run through for it, once."""
        if not self._names:
            with bgen_errors(self._path):
                for name in _chromosome_names(self._path):
                    self._names.setdefault(self._usual(name), []).append(name)
        return tuple(self._names)

    def _usual(self, name: str) -> str:
        return usual_name(self._chromosome if self._chromosome and is_unknown(name) else name)

    def _read(self, chromosome: str) -> Iterator[tuple[Variants, Dosages]]:
        with bgen_errors(self._path), closing(_opened(self._path)) as reader:
            entries = self._entries(reader, self._names[chromosome])
            while block := list(islice(entries, self._block_variants())):
                yield self._block(block)

    def _entries(self, reader: Any, names: list[str]) -> Iterator[tuple[Any, list[str]]]:
        """Variants and their alleles; those without two are left out, as their genotypes are of more."""
        indexed = _index(self._path).is_file()
        entries = (entry for name in names for entry in reader.fetch(name)) if indexed else reader
        for entry in entries:
            if entry.chrom not in names:
                continue
            alleles = entry.alleles
            if len(alleles) == 2:
                yield entry, alleles
            else:
                variants = self._variants([(entry, [alleles[0], ",".join(alleles[1:])])])
                reason = MULTIALLELIC if len(alleles) > 2 else ONE_ALLELE
                self._leave_out(variants, np.array([reason], dtype=object))

    def _block(self, entries: list[tuple[Any, list[str]]]) -> tuple[Variants, Dosages]:
        dosages = np.empty((len(entries), len(self.samples)), dtype=np.float32)
        reasons, diploid = np.full(len(entries), "", dtype=object), bytes([2]) * len(self.samples)
        for row, (entry, _) in enumerate(entries):
            dosages[row], reasons[row] = _dosages(entry, diploid)
        if self._counted == "first":
            np.subtract(2, dosages, out=dosages)
        variants, kept = self._variants(entries), reasons == ""
        self._leave_out(variants, reasons)
        return (variants, dosages) if kept.all() else (variants.take(kept), dosages[kept])

    def _variants(self, entries: list[tuple[Any, list[str]]]) -> Variants:
        places = ((self._usual(entry.chrom), str(entry.pos), entry.rsid) for entry, _ in entries)
        chrom, pos, rsid = zip(*places, strict=True)
        first, last = zip(*(alleles for _, alleles in entries), strict=True)
        ref, alt = (first, last) if self._counted == "last" else (last, first)
        return variants_of_columns(chrom, pos, rsid, ref, alt, lambda row: f"{self.location}: {chrom[row]}")


def _dosages(entry: Any, diploid: bytes) -> tuple[npt.NDArray[np.float32], str]:
    """Dosages of the second allele, and why they cannot be used, or ""; ``diploid`` is two copies of everybody."""
    if entry.layout == _OLD_LAYOUT:  # all have two alleles
        p = entry.probabilities.astype(np.float32)
        return expected_dosage(p[:, 1], p[:, 2], p.sum(axis=1)), ""
    ploidy = entry.ploidy
    if ploidy.tobytes() == diploid:  # one comparison takes a tenth of looking for the least and the largest
        return entry.alt_dosage, ""
    if ploidy.max() > 2:
        return np.full(len(ploidy), np.nan, dtype=np.float32), PLOIDY
    dosages = entry.alt_dosage
    return np.where(ploidy == 1, 2 * dosages, dosages), ""


@contextmanager
def bgen_errors(path: Path) -> Iterator[None]:
    """Turn what the package raises of a damaged file into an :class:`InputError` that names it."""
    try:
        yield
    except (ValueError, IndexError, sqlite3.Error) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: cannot be read as BGEN: {error}; copy or download it again, its .bgi too") from error


def _opened(path: Path) -> Any:
    from bgen import BgenReader

    return BgenReader(str(path), delay_parsing=True)


def _index(path: Path) -> Path:
    return path.with_name(f"{path.name}.bgi")


def _chromosome_names(path: Path) -> list[str]:
    if _index(path).is_file():
        with closing(sqlite3.connect(f"{_index(path).resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as index:
            _check_index(index, path)
            query = "SELECT chromosome FROM Variant GROUP BY chromosome ORDER BY MIN(file_start_position)"
            return [name for (name,) in index.execute(query)]
    with closing(_opened(path)) as reader:
        return [*dict.fromkeys(entry.chrom for entry in reader)]


def _check_index(index: sqlite3.Connection, path: Path) -> None:
    """Refuse the index of another file, which would name places where other variants are."""
    described = index.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'Metadata'").fetchone()[0]
    sizes = [size for (size,) in index.execute("SELECT file_size FROM Metadata")] if described else []
    if sizes and path.stat().st_size not in sizes:
        raise InputError(
            f"{_index(path)}: made of a file of {sizes[0]} bytes, but {path.name} has {path.stat().st_size}; delete it "
            f"or make it again (bgenix -index -g {path.name})"
        )


def _samples(path: Path, people: Path | None) -> SourceSamples:
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path in the settings")
    with bgen_errors(path), closing(_opened(path)) as reader:
        header = reader.header
        own = list(reader.samples) if header.has_sample_ids else []
    default = path.with_suffix(".sample")
    listed = people or (default if default.is_file() else None)
    if listed is None and not own:
        raise InputError(f"{path}: names no people, and {default.name} is not beside it; name its .sample file")
    samples = read_people_file(listed) if listed else SourceSamples.named(own, path)
    if len(samples) != header.nsamples:
        raise InputError(
            f"{listed}: {len(samples)} people, but {path.name} has genotypes of {header.nsamples}; "
            "give the .sample file that belongs to it"
        )
    check_order(own, samples, listed, path)
    return samples
