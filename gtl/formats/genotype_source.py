"""A cohort's genotypes in whichever files they come: PLINK 1 and 2, VCF and BCF, BGEN, Oxford .gen, our Parquet.

One file, or one a chromosome. All give the same: people, chromosomes by their usual names, and blocks of variants whose
counted allele is ``alt``. Which allele that is:

========  ====================================  ==========================================================
format    ``alt``                               dosages
========  ====================================  ==========================================================
.bed      A1, fifth column of the .bim          hard calls
.pgen     ALT of the .pvar                      dosages if the file has any, else hard calls
VCF, BCF  ALT                                   DS, HDS, GP or GT
.bgen     the second allele (see ``counted``)   dosages
.gen      allele B                              dosages
========  ====================================  ==========================================================
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from gtl.errors import InputError
from gtl.formats.sources.base import GenotypeSource as GenotypeSource
from gtl.formats.sources.base import LeftOut as LeftOut
from gtl.formats.sources.base import SourceSamples as SourceSamples
from gtl.formats.sources.by_chromosome import PLACE, ChromosomeFiles

Counted = Literal["first", "last"]
VcfField = Literal["auto", "GT", "DS", "HDS", "GP"]

_ENDS = {
    ".bed": "bed",
    ".pgen": "pgen",
    ".vcf": "vcf",
    ".vcf.gz": "vcf",
    ".vcf.bgz": "vcf",
    ".bcf": "vcf",
    ".bgen": "bgen",
    ".gen": "gen",
    ".gen.gz": "gen",
    ".parquet": "parquet",
}
_BESIDE = (".bim", ".fam", ".pvar", ".psam", ".sample")
_INSTEAD = {
    ".ped": "plink1.9 --file PREFIX --make-bed --out PREFIX makes a .bed",
    ".map": "plink1.9 --file PREFIX --make-bed --out PREFIX makes a .bed",
    ".tped": "plink1.9 --tfile PREFIX --make-bed --out PREFIX makes a .bed",
    ".vcf.zst": "zstd -d FILE makes a .vcf",
    ".haps": "plink2 --haps FILE --sample PREFIX.sample --make-pgen --out PREFIX makes a .pgen",
    ".bim": "give the .bed that belongs to it",
    ".fam": "give the .bed that belongs to it",
    ".pvar": "give the .pgen that belongs to it",
    ".psam": "give the .pgen that belongs to it",
    ".sample": "give the .bgen or .gen that belongs to it",
}
"""Endings of files that are not read → what to do."""

_OWN_PEOPLE = ("vcf", "parquet")

_EXPECTED = f"expected {', '.join(_ENDS)}, or the prefix of a .pgen or .bed"


def open_genotypes(
    location: str,
    *,
    samples: str | None = None,
    counted: Counted | None = None,
    field: VcfField = "auto",
    one_allele: bool = False,
) -> GenotypeSource:
    """Open genotype files; no genotypes are read yet.

    Parameters
    ----------
    location
        A file, the prefix of a PLINK fileset, or a path with ``{chrom}`` in the file's name, one file a chromosome
        (numbers first, then X).
    samples
        File with the people of the genotypes, in their order (.sample, .psam, .fam, or ids); of BGEN and .gen where it
        is not beside them under the same name. ``{chrom}`` in it is filled in, too.
    counted
        Which allele of a BGEN is ``alt``, the counted one; by default "last". BGEN does not say which of its two is the
        reference, but the dosage is always that of ``alt`` and variants are matched by both alleles, so that either
        choice is consistent (:mod:`gtl.formats.sources.bgen` says what it means for A/T and C/G). "last" is usual for
        files that put the reference first, such as UK Biobank's, "first" for those that regenie expects by default.
    field
        What of a VCF is read; "auto" is the first of DS, HDS, GP that its header declares, else GT.
    one_allele
        Keep variants of which the file names one allele only.

    Raises
    ------
    InputError
        If a file is absent, of no known format, damaged, or does not fit those beside it; the message says which.
    """

    def open_file(path: Path, chromosome: str | None = None) -> GenotypeSource:
        people = Path(samples.replace(PLACE, chromosome or PLACE)) if samples else None
        return _opener(path, people, counted or "last", field, chromosome)(one_allele=one_allele)

    if PLACE in location:
        return ChromosomeFiles(_pattern(location), open_file)
    return open_file(_existing(Path(location)))


def existing_file(path: Path) -> Path | None:
    """The genotype file that ``path`` names, or is the prefix of; None if there is none of a known format."""
    known = [path] if _format(path.name) else [path.with_name(f"{path.name}{end}") for end in (".pgen", ".bed")]
    return next((candidate for candidate in known if candidate.is_file()), None)


def _existing(path: Path) -> Path:
    found = existing_file(path)
    if found is None:
        reason = "of no known format" if path.is_file() else "no such file; check the path in the settings"
        reason = "a folder; name the file or files in it" if path.is_dir() else reason
        raise InputError(f"{path}: {reason}{instead(path)}; {_EXPECTED}")
    return found


def instead(path: Path) -> str:
    """What to do about a file that is there and whose format is not read, for the middle of a message; "" = not known.

    >>> instead(Path("nowhere.ped"))
    ''
    """
    found = next((way for end, way in _INSTEAD.items() if path.name.lower().endswith(end)), "")
    return f" ({found})" if found and path.is_file() else ""


def files_of(location: str) -> list[Path]:
    """Every file that a location stands for, with those beside it that belong to it (.bim, .fam, .pvar, .psam, ...).

    Raises
    ------
    InputError
        As :func:`open_genotypes`.
    """
    from gtl.formats.sources.by_chromosome import chromosome_files

    main = list(chromosome_files(_pattern(location)).values()) if PLACE in location else [_existing(Path(location))]
    beside = [path.with_suffix(end) for path in main for end in _BESIDE]
    return [*main, *(path for path in beside if path.is_file())]


def samples_files(location: str) -> list[Path]:
    """Every file that the setting ``samples`` stands for: one, or with ``{chrom}`` in its name one a chromosome.

    Raises
    ------
    InputError
        If no file fits the pattern.
    """
    from gtl.formats.sources.by_chromosome import chromosome_files

    return list(chromosome_files(location).values()) if PLACE in location else [Path(location)]


def _opener(
    path: Path, people: Path | None, counted: Counted, field: VcfField, chromosome: str | None
) -> Callable[..., GenotypeSource]:
    from gtl.formats.sources.bed import BedSource
    from gtl.formats.sources.bgen import BgenSource
    from gtl.formats.sources.gen import GenSource
    from gtl.formats.sources.parquet import ParquetSource
    from gtl.formats.sources.pgen import PgenSource
    from gtl.formats.sources.vcf import VcfSource

    openers: dict[str, Callable[..., GenotypeSource]] = {
        "bed": partial(BedSource, path, people),
        "pgen": partial(PgenSource, path, people),
        "vcf": partial(VcfSource, path, field),
        "bgen": partial(BgenSource, path, people, counted, chromosome),
        "gen": partial(GenSource, path, people, chromosome),
        "parquet": partial(ParquetSource, path),
    }
    kind = _format(path.name)
    if people is not None and kind in _OWN_PEOPLE:
        raise InputError(
            f"{path}: names its people itself, so that {people} would change nothing; leave `samples` out, and choose "
            "people by a column of their table (`where: column=value`)"
        )
    return openers[kind]


def _format(name: str) -> str:
    return next((kind for end, kind in _ENDS.items() if name.lower().endswith(end)), "")


def _pattern(location: str) -> str:
    """The pattern with the ending that prefixes of PLINK filesets leave out."""
    from gtl.formats.sources.by_chromosome import chromosome_files

    if _format(location):
        return location
    for end in (".pgen", ".bed"):
        try:
            chromosome_files(f"{location}{end}")
        except InputError:
            continue
        return f"{location}{end}"
    raise InputError(f"{location}: no such files, or of no known format; {_EXPECTED}")
