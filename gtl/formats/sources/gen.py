"""Oxford .gen with its .sample: p(AA) p(AB) p(BB) a person; the counted allele is B.

The dosage is p(AB) + 2 p(BB), out of the sum of the three.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages
from gtl.domain.genotypes import Variants
from gtl.errors import InputError
from gtl.formats.sources.base import FileSource
from gtl.formats.sources.dosage_range import OUT_OF_RANGE, expected_dosage, in_range
from gtl.formats.sources.people import read_people_file
from gtl.formats.text_file import as_text, lines, words
from gtl.formats.variant_fields import USUAL_CHROMOSOMES, is_unknown, variants_of_columns
from gtl.formats.variant_fields import chromosome as usual_name

_NAMES = 5
"""SNP id, rs id, position, alleles A and B; newer files have the chromosome before them, plink2's instead of SNP id."""

Line = tuple[int, list[bytes]]


class GenSource(FileSource):
    """A .gen file, plain or gzip.

    Parameters
    ----------
    chromosome
        Of a file that does not name it, as those with five columns before the probabilities mostly do not, and others
        by ``NA``.

    Raises
    ------
    InputError
        If there is no .sample file, or the first line does not have three probabilities for each of its people.
    """

    def __init__(
        self, path: Path, people: Path | None = None, chromosome: str | None = None, *, one_allele: bool = False
    ) -> None:
        samples = read_people_file(people or _sample_beside(path))
        super().__init__(path, samples, imputed=True, one_allele=one_allele)
        self._path = path
        self._columns = _name_columns(path, len(samples))
        self._named = self._columns > _NAMES or chromosome is None
        # people who are scored are found by ids, wherever these lie
        self._chromosome = usual_name(chromosome) if chromosome else usual_name("") if one_allele else ""
        self._found: tuple[str, ...] = ()

    def chromosomes(self) -> tuple[str, ...]:
        """As of :class:`GenotypeSource`; a file that names them is read for it, once."""
        if not self._named:
            return (self._chromosome,)
        if not self._found:
            runs = groupby(self._chromosome_of(number, line) for number, line in lines(self._path))
            self._found = tuple(dict.fromkeys(name for name, _ in runs))
        return self._found

    def _chromosome_of(self, number: int, line: bytes) -> str:
        where = f"{self.location}: line {number}"
        name = usual_name(as_text(b"".join(line.split(None, 1)[:1]), where).strip("'\""))
        if not self._leaves_open(name):
            return name
        if not self._chromosome:
            raise InputError(
                f"{where}: {name!r} is no chromosome; put it before the SNP id of every line, or in the file's name "
                "and give the pattern, such as cohort_chr{chrom}.gen"
            )
        return self._chromosome

    def _leaves_open(self, name: str) -> bool:
        """Whether the first word of a line is no chromosome: a SNP's id, or a mark of one that is not known."""
        return is_unknown(name) or (self._columns == _NAMES and name not in USUAL_CHROMOSOMES)

    def _read(self, chromosome: str) -> Iterator[tuple[Variants, Dosages]]:
        rows = self._rows(chromosome)
        while block := list(islice(rows, self._block_variants())):
            variants = self._variants([line for line, _ in block])
            dosages = np.stack([values for _, values in block])
            reasons = np.array(["" if in_range(row) else OUT_OF_RANGE for row in dosages], dtype=object)
            self._leave_out(variants, reasons)
            yield variants.take(reasons == ""), np.clip(dosages[reasons == ""], 0, 2)

    def _rows(self, chromosome: str) -> Iterator[tuple[Line, npt.NDArray[np.float32]]]:
        for number, line in lines(self._path):
            if self._named and self._chromosome_of(number, line) != chromosome:
                continue
            fields = line.split()
            where = f"{self.location}: line {number}"
            if len(fields) != self._columns + 3 * len(self.samples):
                raise _wrong_columns(where, len(fields), len(self.samples))
            yield (number, fields[: self._columns]), _dosages(fields[self._columns :], where)

    def _variants(self, rows: list[Line]) -> Variants:
        fields = [words(as_text(b" ".join(names), f"{self.location}: line {number}")) for number, names in rows]
        rsid, pos, ref, alt = zip(*(row[-4:] for row in fields), strict=True)
        chrom = [
            self._chromosome if not self._named or self._leaves_open(usual_name(row[0])) else row[0] for row in fields
        ]
        return variants_of_columns(chrom, pos, rsid, ref, alt, lambda row: f"{self.location}: line {rows[row][0]}")


def _dosages(fields: list[bytes], where: str) -> npt.NDArray[np.float32]:
    """p(AB) + 2 p(BB), out of the three's sum; NaN for three zeros, a genotype that was not called."""
    try:
        triples = np.array(fields, dtype=np.float32).reshape(-1, 3)
    except ValueError as error:
        raise InputError(f"{where}: probabilities must be numbers: {error}") from None
    return expected_dosage(triples[:, 1], triples[:, 2], triples.sum(axis=1))


def _name_columns(path: Path, n_people: int) -> int:
    """Number of columns before the probabilities."""
    number, line = next(lines(path))
    extra = len(line.split()) - 3 * n_people
    if extra not in (_NAMES, _NAMES + 1):
        raise _wrong_columns(f"{path}: line {number}", extra + 3 * n_people, n_people)
    return extra


def _sample_beside(path: Path) -> Path:
    name = path.name.removesuffix(".gz").removesuffix(".gen")
    if not path.with_name(f"{name}.sample").is_file():
        raise InputError(f"{path}: {name}.sample is not beside it; put it there, or name the .sample file")
    return path.with_name(f"{name}.sample")


def _wrong_columns(where: str, found: int, n_people: int) -> InputError:
    return InputError(
        f"{where}: {found} columns, expected {_NAMES} or {_NAMES + 1} and three for each of the {n_people} people of "
        "the .sample file; give the .sample that belongs to this file"
    )
