"""New people's genotypes in whichever format they come: cohort files, or a person's text, by the file's name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl.domain.dosages import joined
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.genotype_source import GenotypeSource, existing_file, instead, open_genotypes
from gtl.formats.known_places import Hows, Known, believed, known, known_places
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

LENGTHS = ("D", "I", "-")
"""How arrays write the shorter and the longer allele of an insertion or deletion, and an absent one."""

_KINDS = (object, np.int64, object, object, object)
"""Types of the columns of variants."""

_COMPLEMENT = str.maketrans("ACGT", "TGCA")

_FORWARD = (".vcf", ".vcf.gz", ".vcf.bgz", ".bcf")
"""Endings of formats whose alleles are of the reference's forward strand; PLINK's and BGEN's may be of either.

So are those of laboratories' files of a person."""

ABSENT = "not in the file"
IN_BLOCK = "not in the file, or in one of its blocks of reference genotypes (gVCF), whose letters it does not name"
ONE_ALLELE = "the file names one allele only, which leaves the genotypes open"


@dataclass(frozen=True, eq=False)
class NewPeople:
    """What a file has of the variants that are wanted.

    Attributes
    ----------
    genotypes : the variants found, ids as they are wanted, alleles as the file has them; a variant may be there twice
    unusable : id of a wanted variant → why the file's genotypes of it cannot be used
    absent : why a wanted variant that is in neither is not there
    by_place : number of ``genotypes``' variants that the file has no name for, or another, known by where they lie
    """

    genotypes: GenotypeMatrix
    unusable: Mapping[str, str]
    absent: str
    by_place: int = 0


def read_people(path: Path, wanted: Variants) -> NewPeople:
    """Genotypes of the variants that are known by the id of one ``wanted``, with the file's own alleles.

    Lists of ids, ids that say where a variant lies, and variants without an id are recognised
    (:mod:`gtl.formats.variant_names`); the latter, and those of another id, also by the ``wanted`` ones' positions
    (:mod:`gtl.formats.known_places`).

    Where a file names no alleles but those that its people have (23andMe; a VCF or
    PLINK file where all are homozygous for the same one), they are taken to be of the wanted variant's two, or of their
    complements. The file is read in blocks; of a PLINK fileset, the genotypes of the wanted variants only.

    Raises
    ------
    InputError
        If the file's name is of no known format, or the file is not what its name says.
    """
    names = WantedNames(wanted.rsid, known_places(wanted))
    if is_personal(path):
        return _people(*_read_personal(path, names, wanted), wanted)
    if PLACE not in path.name and existing_file(path) is None:
        reason = "not a format that is known" if path.exists() else "no such file"
        raise InputError(f"{path}: {reason}{instead(path)}; {_EXPECTED}")
    source = open_genotypes(str(path), one_allele=True)
    found, how = _found(source, names)
    people = _people(with_wanted_alleles(found, wanted), how, wanted)
    unusable = {
        rsid: f"the file's genotypes are not used: {row.reason}"
        for row in source.left_out
        for rsid in names.ids(row.rsid, row.chrom, row.pos)
    }
    return replace(people, unusable=unusable, absent=IN_BLOCK if source.gvcf else ABSENT)


def _people(found: GenotypeMatrix, how: Hows, wanted: Variants) -> NewPeople:
    """What a file has of the wanted variants, without what is not believed to be one."""
    kept = believed(found.variants, how, wanted)
    return NewPeople(found.take_variants(kept), {}, ABSENT, int((how[kept] != Known.BY_ID).sum()))


def is_personal(path: Path) -> bool:
    """Whether a file is, going by its name, what a laboratory gives a person (:mod:`gtl.formats.personal_file`)."""
    return path.name.lower().endswith(_PERSONAL)


def names_one_allele(variants: Variants) -> npt.NDArray[np.bool_]:
    """(n_variants,) of which variants a file names an allele that nobody in it has as :data:`NO_ALLELE`."""
    return _no_allele(variants.ref) | _no_allele(variants.alt)


def _no_allele(alleles: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    codes, different = pd.factorize(alleles)
    return np.isin(different, NO_ALLELE)[codes]


def names_forward_strand(path: Path) -> bool:
    """Whether a file's format, going by its name, names alleles of the reference's forward strand."""
    return path.name.lower().endswith(_FORWARD) or is_personal(path)


def _found(source: GenotypeSource, names: WantedNames) -> tuple[GenotypeMatrix, Hows]:
    """The variants that have one of ``names``, ids as they are wanted; one that may be several is there for each.

    The second value says by what each is known.
    """
    nothing = np.empty((0, len(source.samples.ids)), dtype=np.float32 if source.imputed else np.int8)
    columns: list[list[npt.NDArray[Any]]] = [[np.empty(0, dtype=kind)] for kind in _KINDS]
    dosages, hows = [nothing], [np.empty(0, dtype=np.int8)]
    for block in source.blocks_with(names.rows):
        here = block.variants
        table = enumerate(zip(here.rsid, here.chrom, here.pos.tolist(), strict=True))
        found = [(row, *each) for row, place in table for each in known(names, *place)]
        rows = np.array([row for row, *_ in found], dtype=np.intp)
        ids = np.array([wanted for _, wanted, _ in found], dtype=object)
        hows.append(np.array([how for *_, how in found], dtype=np.int8))
        chosen = here.take(rows)
        for column, values in zip(columns, (chosen.chrom, chosen.pos, ids, chosen.ref, chosen.alt), strict=True):
            column.append(values)
        dosages.append(block.dosages[rows])
    variants = Variants(*(np.concatenate(column) for column in columns))
    return GenotypeMatrix(variants, source.samples.ids, joined(dosages)), np.concatenate(hows)


def with_wanted_alleles(people: GenotypeMatrix, wanted: Variants) -> GenotypeMatrix:
    """The same genotypes, with the wanted allele where the file leaves one out, or says I or D of an indel."""
    rsid, alleles = people.variants.rsid, dict(zip(wanted.rsid, zip(wanted.ref, wanted.alt, strict=True), strict=True))
    ref, alt = people.variants.ref.copy(), people.variants.alt.copy()
    for row in np.flatnonzero(np.isin(ref, LENGTHS) | np.isin(alt, LENGTHS)):
        ref[row], alt[row] = in_full(ref[row], alt[row], *alleles[rsid[row]])
    carried = (people.dosages > 0).any(axis=1)
    other = ((people.dosages >= 0) & (people.dosages < 2)).any(axis=1)
    for row in np.flatnonzero(np.isin(alt, NO_ALLELE) & ~carried):
        alt[row] = partner(ref[row], *alleles[rsid[row]])
    for row in np.flatnonzero(np.isin(ref, NO_ALLELE) & ~other):
        ref[row] = partner(alt[row], *alleles[rsid[row]])
    variants = Variants(people.variants.chrom, people.variants.pos, rsid, ref, alt)
    return GenotypeMatrix(variants, people.samples, people.dosages)


def in_full(first: str, second: str, ref: str, alt: str) -> tuple[str, str]:
    """Two alleles with the wanted letters for I and D, or for - and what was inserted, as arrays write an indel's.

    >>> in_full("I", "D", "A", "AT"), in_full("D", "0", "A", "AT"), in_full("I", "D", "A", "G")
    (('AT', 'A'), ('A', '0'), ('I', 'D'))
    >>> in_full("-", "T", "A", "AT"), in_full("-", "T", "A", "ATG")
    (('A', 'AT'), ('-', 'T'))
    """
    shorter, longer = sorted((ref, alt), key=len)
    spellings = {"D": shorter, "I": longer}, {"-": shorter, longer.removeprefix(shorter): longer}
    for letters in spellings:
        if len(shorter) < len(longer) and {first, second} <= {*letters, *NO_ALLELE}:
            return letters.get(first, first), letters.get(second, second)
    return first, second


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


def _read_personal(path: Path, names: WantedNames, wanted: Variants) -> tuple[GenotypeMatrix, Hows]:
    from gtl.formats.personal_file import call, read_person

    alleles = dict(zip(wanted.rsid, zip(wanted.ref, wanted.alt, strict=True), strict=True))
    rows = [
        (chrom, pos, name, *call(genotype, *alleles[name]), how)
        for rsid, chrom, pos, genotype in read_person(path)
        for name, how in known(names, rsid, chrom, pos)
    ]
    chrom, pos, rsid, ref, alt, dosages, how = np.array(rows, dtype=object).reshape(-1, 7).T
    variants = Variants(chrom, pos.astype(np.int64), rsid, ref, alt)
    people = np.array([_person(path)], dtype=object)
    return GenotypeMatrix(variants, people, dosages.astype(np.int8)[:, None]), how.astype(np.int8)


def _person(path: Path) -> str:
    """Name of the person of a file: the file's, without its ending."""
    end = max((end for end in _PERSONAL if path.name.lower().endswith(end)), key=len)
    return path.name[: -len(end)] or path.name
