"""New people's genotypes in whichever format they come: our Parquet, VCF, PLINK or 23andMe, told by the file's name."""

from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import MISSING, GenotypeMatrix, Variants
from gtl.errors import InputError
from gtl.formats.vcf import read_vcf

_EXPECTED = (
    "expected .parquet (as gtl writes it), .vcf or .vcf.gz, .bed or its prefix (PLINK, with .bim and .fam beside it), "
    "or .txt (23andMe)"
)
NO_ALLELE = (".", "0")
"""How VCF and PLINK write the allele that nobody in the file has."""

_LETTERS = frozenset("ACGT")
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def read_people(path: Path, wanted: Variants) -> GenotypeMatrix:
    """Genotypes of the variants whose id is among those ``wanted``, with the file's own alleles.

    A variant that the file gives no id is known by ``chrom:pos:ref:alt``, alleles in either order: PLINK swaps them.
    Where a file names no alleles but those that its people have (23andMe; a VCF or PLINK file where all are homozygous
    for the same one), they are taken to be of the wanted variant's two, or of their complements.

    Raises
    ------
    InputError
        If the file's name is of no known format, or the file is not what its name says.
    """
    if path.name.lower().endswith(".txt"):
        return _read_23andme(path, wanted)
    names = {_swapped(rsid): rsid for rsid in wanted.rsid} | {rsid: rsid for rsid in wanted.rsid}
    return _as_wanted(_read_named(path, names), names, wanted)


def _read_named(path: Path, rsids: Collection[str]) -> GenotypeMatrix:
    name = path.name.lower()
    if name.endswith((".vcf", ".vcf.gz", ".vcf.bgz")):
        return read_vcf(path, rsids)
    if name.endswith(".parquet"):
        return _read_parquet(path, rsids)
    prefix = path.with_suffix("") if name.endswith(".bed") else path
    if Path(f"{prefix}.bed").exists():
        return _read_plink(prefix, rsids)
    raise InputError(f"{path}: {'not a format that is known' if path.exists() else 'no such file'}; {_EXPECTED}")


def _read_parquet(path: Path, rsids: Collection[str]) -> GenotypeMatrix:
    from gtl.formats.genotype_parquet import read_genotypes, read_variants

    if not path.exists():
        raise InputError(f"{path}: no such file; {_EXPECTED}")
    return read_genotypes(path, _rows_of(read_variants(path), rsids))


def _read_plink(prefix: Path, rsids: Collection[str]) -> GenotypeMatrix:
    from gtl.formats.plink import read_plink

    people, _ = read_plink(*(f"{prefix}{suffix}" for suffix in (".bed", ".bim", ".fam")))
    return people.take_variants(_rows_of(people.variants, rsids))


def _rows_of(variants: Variants, rsids: Collection[str]) -> npt.NDArray[np.intp]:
    return np.flatnonzero([rsid in rsids for rsid in variants.rsid])


def _swapped(rsid: str) -> str:
    """The id that a variant without one has where the file swaps its alleles; any other id as it is."""
    chrom, *rest = rsid.split(":")
    return ":".join([chrom, rest[0], rest[2], rest[1]]) if len(rest) == 3 else rsid


def _as_wanted(people: GenotypeMatrix, names: Mapping[str, str], wanted: Variants) -> GenotypeMatrix:
    """The same genotypes with the wanted ids, and the wanted allele where the file leaves one out."""
    rsid = np.array([names[found] for found in people.variants.rsid], dtype=object)
    alleles = dict(zip(wanted.rsid, zip(wanted.ref, wanted.alt, strict=True), strict=True))
    ref, alt = people.variants.ref.copy(), people.variants.alt.copy()
    carried, other = (people.dosages > 0).any(axis=1), np.isin(people.dosages, (0, 1)).any(axis=1)
    for row in np.flatnonzero(np.isin(alt, NO_ALLELE) & ~carried):
        alt[row] = _partner(ref[row], *alleles[rsid[row]])
    for row in np.flatnonzero(np.isin(ref, NO_ALLELE) & ~other):
        ref[row] = _partner(alt[row], *alleles[rsid[row]])
    variants = Variants(people.variants.chrom, people.variants.pos, rsid, ref, alt)
    return GenotypeMatrix(variants, people.samples, people.dosages)


def _partner(allele: str, ref: str, alt: str) -> str:
    """The other one of two alleles, on the strand of ``allele``; "0" if it is neither."""
    for first, second in ((ref, alt), (ref.translate(_COMPLEMENT), alt.translate(_COMPLEMENT))):
        if allele in (first, second):
            return second if allele == first else first
    return NO_ALLELE[1]


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
    """Alleles that a person's two letters are of, and the dosage of the second."""
    if genotype == "--":
        return ref, alt, MISSING
    if len(genotype) != 2 or not _LETTERS.issuperset(genotype):
        return genotype[:1], genotype[1:], MISSING
    if not {ref, alt}.issuperset(genotype):
        ref, alt = ref.translate(_COMPLEMENT), alt.translate(_COMPLEMENT)
    if not {ref, alt}.issuperset(genotype):
        return genotype[0], genotype[1], MISSING
    return ref, alt, genotype.count(alt)
