"""New people's genotypes in whichever format they come: our Parquet, VCF, PLINK or 23andMe, told by the file's name."""

from collections.abc import Collection
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
_LETTERS = frozenset("ACGT")
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def read_people(path: Path, wanted: Variants) -> GenotypeMatrix:
    """Genotypes of the variants whose rs id is among those ``wanted``, with the file's own alleles.

    Of a 23andMe file, which names no alleles but those that the person has, a genotype of two of the wanted variant's
    letters (or of their complements) is taken to be of its alleles.

    Raises
    ------
    InputError
        If the file's name is of no known format, or the file is not what its name says.
    """
    name = path.name.lower()
    if name.endswith((".vcf", ".vcf.gz", ".vcf.bgz")):
        return read_vcf(path, set(wanted.rsid))
    if name.endswith(".parquet"):
        return _read_parquet(path, set(wanted.rsid))
    if name.endswith(".txt"):
        return _read_23andme(path, wanted)
    prefix = path.with_suffix("") if name.endswith(".bed") else path
    if Path(f"{prefix}.bed").exists():
        return _read_plink(prefix, set(wanted.rsid))
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
