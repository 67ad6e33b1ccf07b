"""New people's genotypes in whichever format they come: cohort files, or a person's text, by the file's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import joined
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_source import GenotypeSource, existing_file, instead, open_genotypes
from gtl.formats.sources.by_chromosome import PLACE
from gtl.formats.variant_names import WantedNames

_EXPECTED = (
    "expected .parquet (as gtl writes it), .vcf, .vcf.gz, .bcf, .bgen, .gen, .bed or .pgen or the prefix of these "
    "(with the other files of the set beside it), or a person's .txt, .csv, .txt.gz or .zip (23andMe, AncestryDNA, ...)"
)
_PERSONAL = (".txt", ".txt.gz", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".zip")
"""Endings of what laboratories give a person; the longest that fits is the one."""

NO_ALLELE = (".", "0")
"""How VCF and PLINK write the allele that nobody in the file has."""

_KINDS = (object, np.int64, object, object, object)
"""Types of the columns of variants."""

_COMPLEMENT = str.maketrans("ACGT", "TGCA")


ABSENT = "not in the file"
IN_BLOCK = "not in the file, or in one of its blocks of reference genotypes (gVCF), whose letters it does not name"


@dataclass(frozen=True, eq=False)
class NewPeople:
    """What a file has of the variants that are wanted.

    Attributes
    ----------
    genotypes : the variants found, ids as they are wanted, alleles as the file has them; a variant may be there twice
    unusable : id of a wanted variant → why the file's genotypes of it cannot be used
    absent : why a wanted variant that is in neither is not there
    by_place : number of ``genotypes``' variants that the file has no name for, known by where they lie
    """

    genotypes: GenotypeMatrix
    unusable: Mapping[str, str]
    absent: str
    by_place: int = 0


def read_people(path: Path, wanted: Variants) -> NewPeople:
    """Genotypes of the variants that are known by the id of one ``wanted``, with the file's own alleles.

    Lists of ids, ids that say where a variant lies, and variants without an id are recognised
    (:mod:`gtl.formats.variant_names`); the latter also by the ``wanted`` ones' positions, unless most ids that the file
    does have lie elsewhere, as they do in another genome build.

    Where a file names no alleles but those that its people have (23andMe; a VCF or
    PLINK file where all are homozygous for the same one), they are taken to be of the wanted variant's two, or of their
    complements. The file is read in blocks; of a PLINK fileset, the genotypes of the wanted variants only.

    Raises
    ------
    InputError
        If the file's name is of no known format, or the file is not what its name says.
    """
    names = WantedNames(wanted.rsid, _known_places(wanted))
    if is_personal(path):
        return NewPeople(_read_personal(path, names, wanted), {}, ABSENT)
    if PLACE not in path.name and existing_file(path) is None:
        reason = "not a format that is known" if path.exists() else "no such file"
        raise InputError(f"{path}: {reason}{instead(path)}; {_EXPECTED}")
    source = open_genotypes(str(path), one_allele=True)
    found, here = _found(source, names)
    if _elsewhere(found.take_variants(~here).variants, wanted):
        found, here = found.take_variants(~here), here[~here]
    genotypes = with_wanted_alleles(found, wanted)
    unusable = {
        rsid: f"the file's genotypes are not used: {row.reason}"
        for row in source.left_out
        for rsid in names.ids(row.rsid, row.chrom, row.pos)
    }
    return NewPeople(genotypes, unusable, IN_BLOCK if source.gvcf else ABSENT, int(here.sum()))


def is_personal(path: Path) -> bool:
    """Whether a file is, going by its name, what a laboratory gives a person (:mod:`gtl.formats.personal_file`)."""
    return path.name.lower().endswith(_PERSONAL)


def _known_places(wanted: Variants) -> dict[tuple[str, int], list[str]]:
    places: dict[tuple[str, int], list[str]] = {}
    for rsid, chrom, pos in zip(wanted.rsid, wanted.chrom, wanted.pos.tolist(), strict=True):
        if pos > 0:
            places.setdefault((chrom, pos), []).append(rsid)
    return places


def _elsewhere(named: Variants, wanted: Variants) -> bool:
    """Whether most variants that a file names lie at other positions than the ``wanted`` ones of these ids."""
    own = dict(zip(wanted.rsid, wanted.pos.tolist(), strict=True))
    positions = [(own[rsid], pos) for rsid, pos in zip(named.rsid, named.pos.tolist(), strict=True) if pos > 0]
    known = [expected == pos for expected, pos in positions if expected > 0]
    return bool(2 * sum(known) < len(known))


def _found(source: GenotypeSource, names: WantedNames) -> tuple[GenotypeMatrix, npt.NDArray[np.bool_]]:
    """The variants that have one of ``names``, ids as they are wanted; one that may be several is there for each.

    The second value says which of them are known by the place alone.
    """
    nothing = np.empty((0, len(source.samples.ids)), dtype=np.float32 if source.imputed else np.int8)
    columns: list[list[npt.NDArray[Any]]] = [[np.empty(0, dtype=kind)] for kind in _KINDS]
    dosages, by_place = [nothing], [np.empty(0, dtype=np.bool_)]
    for block in source.blocks_with(names.rows):
        here = block.variants
        table = enumerate(zip(here.rsid, here.chrom, here.pos.tolist(), strict=True))
        found = [(row, *known) for row, place in table for known in _known(names, *place)]
        rows = np.array([row for row, *_ in found], dtype=np.intp)
        ids = np.array([wanted for _, wanted, _ in found], dtype=object)
        by_place.append(np.array([placed for *_, placed in found], dtype=np.bool_))
        chosen = here.take(rows)
        for column, values in zip(columns, (chosen.chrom, chosen.pos, ids, chosen.ref, chosen.alt), strict=True):
            column.append(values)
        dosages.append(block.dosages[rows])
    variants = Variants(*(np.concatenate(column) for column in columns))
    return GenotypeMatrix(variants, source.samples.ids, joined(dosages)), np.concatenate(by_place)


def _known(names: WantedNames, rsid: str, chrom: str, pos: int) -> list[tuple[str, bool]]:
    """Ids of the wanted variants that a file's may be, and of each whether it is known by its place alone."""
    ids = names.ids(rsid, chrom, pos)
    here = [(wanted, True) for wanted in names.ids_here(rsid, chrom, pos) if wanted not in ids]
    return [*((wanted, False) for wanted in ids), *here]


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
    for first, second in ((ref, alt), complements(ref, alt)):
        if allele in (first, second):
            return second if allele == first else first
    return NO_ALLELE[1]


def complements(*alleles: str) -> tuple[str, ...]:
    """Alleles as the other strand reads them.

    >>> complements("A", "ATG")
    ('T', 'CAT')
    """
    return tuple(allele.translate(_COMPLEMENT)[::-1] for allele in alleles)


def _read_personal(path: Path, names: WantedNames, wanted: Variants) -> GenotypeMatrix:
    from gtl.formats.personal_file import call, read_person

    alleles = dict(zip(wanted.rsid, zip(wanted.ref, wanted.alt, strict=True), strict=True))
    rows = [
        (chrom, pos, known, *call(genotype, *alleles[known]))
        for rsid, chrom, pos, genotype in read_person(path)
        for known in names.ids(rsid, chrom, pos)
    ]
    chrom, pos, rsid, ref, alt, dosages = np.array(rows, dtype=object).reshape(-1, 6).T
    variants = Variants(chrom, pos.astype(np.int64), rsid, ref, alt)
    return GenotypeMatrix(variants, np.array([_person(path)], dtype=object), dosages.astype(np.int8)[:, None])


def _person(path: Path) -> str:
    """Name of the person of a file: the file's, without its ending."""
    end = max((end for end in _PERSONAL if path.name.lower().endswith(end)), key=len)
    return path.name[: -len(end)] or path.name
