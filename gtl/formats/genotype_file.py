"""New people's genotypes in whichever format they come: cohort files, or 23andMe's text, by the file's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import joined
from gtl.domain.genotypes import MISSING, GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_source import GenotypeSource, existing_file, open_genotypes
from gtl.formats.variant_names import name_of_place, names_by_one_allele, names_of

_EXPECTED = (
    "expected .parquet (as gtl writes it), .vcf, .vcf.gz, .bcf, .bgen, .gen, .bed or .pgen or the prefix of these "
    "(with the other files of the set beside it), or .txt (23andMe)"
)
NO_ALLELE = (".", "0")
"""How VCF and PLINK write the allele that nobody in the file has."""

_KINDS = (object, np.int64, object, object, object)
"""Types of the columns of variants."""

_LETTERS = frozenset("ACGT")
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True, eq=False)
class NewPeople:
    """What a file has of the variants that are wanted.

    Attributes
    ----------
    genotypes : the variants found, ids as they are wanted, alleles as the file has them; a variant may be there twice
    unusable : id of a wanted variant → why the file's genotypes of it cannot be used
    """

    genotypes: GenotypeMatrix
    unusable: Mapping[str, str]


def read_people(path: Path, wanted: Variants) -> NewPeople:
    """Genotypes of the variants that are known by the id of one ``wanted``, with the file's own alleles.

    Lists of ids, ids that say where a variant lies, and variants without an id are recognised
    (:mod:`gtl.formats.variant_names`). Where a file names no alleles but those that its people have (23andMe; a VCF or
    PLINK file where all are homozygous for the same one), they are taken to be of the wanted variant's two, or of their
    complements. The file is read in blocks.

    Raises
    ------
    InputError
        If the file's name is of no known format, or the file is not what its name says.
    """
    if path.name.lower().endswith(".txt"):
        return NewPeople(_read_23andme(path, wanted), {})
    if existing_file(path) is None:
        raise InputError(f"{path}: {'not a format that is known' if path.exists() else 'no such file'}; {_EXPECTED}")
    names = _names_of_wanted(wanted)
    source = open_genotypes(str(path), one_allele=True)
    genotypes = with_wanted_alleles(_found(source, names), wanted)
    unusable = {
        rsid: f"the file's genotypes are not used: {row.reason}"
        for row in source.left_out
        if (rsid := _wanted_id(names, row.rsid, row.chrom, row.pos, row.ref, row.alt))
    }
    return NewPeople(genotypes, unusable)


def _names_of_wanted(wanted: Variants) -> dict[str, str]:
    """Name under which a file may have a variant → its id."""
    found: dict[str, str] = {}
    for rsid in wanted.rsid:
        for name in names_of(rsid):
            for known in (name, *names_by_one_allele(name)):
                found.setdefault(known, rsid)
    return found


def _wanted_id(names: Mapping[str, str], rsid: str, *place: object) -> str | None:
    """Id of the wanted variant that a file's variant is, going by its own ids first, then by where it lies."""
    chrom, pos, ref, alt = place
    known = (*names_of(rsid), name_of_place(str(chrom), pos, str(ref), str(alt)))
    return next((names[name] for name in known if name in names), None)


def _found(source: GenotypeSource, names: Mapping[str, str]) -> GenotypeMatrix:
    """The variants that have one of ``names``, ids as they are wanted."""
    nothing = np.empty((0, len(source.samples.ids)), dtype=np.float32 if source.imputed else np.int8)
    columns: list[list[npt.NDArray[Any]]] = [[np.empty(0, dtype=kind)] for kind in _KINDS]
    dosages = [nothing]
    for block in source.all_blocks():
        here = block.variants
        table = zip(here.rsid, here.chrom, here.pos.tolist(), here.ref, here.alt, strict=True)
        ids = np.array([_wanted_id(names, *row) for row in table], dtype=object)
        rows = np.flatnonzero(ids != None)  # noqa: E711
        for column, values in zip(columns, (here.chrom, here.pos, ids, here.ref, here.alt), strict=True):
            column.append(values[rows])
        dosages.append(block.dosages[rows])
    variants = Variants(*(np.concatenate(column) for column in columns))
    return GenotypeMatrix(variants, source.samples.ids, joined(dosages))


def with_wanted_alleles(people: GenotypeMatrix, wanted: Variants) -> GenotypeMatrix:
    """The same genotypes, with the wanted allele where the file leaves one out."""
    rsid, alleles = people.variants.rsid, dict(zip(wanted.rsid, zip(wanted.ref, wanted.alt, strict=True), strict=True))
    ref, alt = people.variants.ref.copy(), people.variants.alt.copy()
    carried = (people.dosages > 0).any(axis=1)
    other = ((people.dosages >= 0) & (people.dosages < 2)).any(axis=1)
    for row in np.flatnonzero(np.isin(alt, NO_ALLELE) & ~carried):
        alt[row] = partner(ref[row], *alleles[rsid[row]])
    for row in np.flatnonzero(np.isin(ref, NO_ALLELE) & ~other):
        ref[row] = partner(alt[row], *alleles[rsid[row]])
    variants = Variants(people.variants.chrom, people.variants.pos, rsid, ref, alt)
    return GenotypeMatrix(variants, people.samples, people.dosages)


def partner(allele: str, ref: str, alt: str) -> str:
    """The other one of two alleles, on the strand of ``allele``; "0" if it is neither."""
    for first, second in ((ref, alt), (ref.translate(_COMPLEMENT), alt.translate(_COMPLEMENT))):
        if allele in (first, second):
            return second if allele == first else first
    return NO_ALLELE[1]


_LENGTHS = "DI"
"""What 23andMe writes for the shorter and for the longer allele of an indel."""


def _read_23andme(path: Path, wanted: Variants) -> GenotypeMatrix:
    from gtl.formats.twentythreeandme import read_person

    alleles = dict(zip(wanted.rsid, zip(wanted.ref, wanted.alt, strict=True), strict=True))
    person = read_person(path)
    person = person[person["rsid"].isin(alleles)]
    calls = [_call(genotype, *alleles[rsid]) for rsid, genotype in zip(person["rsid"], person["genotype"], strict=True)]
    table = np.array(calls, dtype=object).reshape(-1, 3)
    columns = (person[name].to_numpy(dtype=object) for name in ("chrom", "pos", "rsid"))
    chrom, pos, rsid = columns
    variants = Variants(chrom, pos.astype(np.int64), rsid, table[:, 0], table[:, 1])
    return GenotypeMatrix(variants, np.array([path.stem], dtype=object), table[:, 2:].astype(np.int8))


def _call(genotype: str, ref: str, alt: str) -> tuple[str, str, int]:
    """Alleles that a person's two letters are of, and the dosage of the second.

    A single letter, of a man's X say, counts twice, as in PLINK. D and I stand for the shorter and the longer allele.
    """
    if set(genotype) <= {"-"}:
        return ref, alt, MISSING
    genotype = genotype * 2 if len(genotype) == 1 else genotype
    if len(ref) != len(alt) and len(genotype) == 2 and {*genotype} <= {*_LENGTHS}:
        return ref, alt, genotype.count(_LENGTHS[len(alt) > len(ref)])
    if len(genotype) != 2 or not _LETTERS.issuperset(genotype):
        return genotype[:1], genotype[1:], MISSING
    if not {ref, alt}.issuperset(genotype):
        ref, alt = ref.translate(_COMPLEMENT), alt.translate(_COMPLEMENT)
    if not {ref, alt}.issuperset(genotype):
        return genotype[0], genotype[1], MISSING
    return ref, alt, genotype.count(alt)
