"""The example cohorts as the files that a user would bring: PLINK and VCF, tables of people, and a study file."""

import gzip
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.association.as_statistics import statistics_of
from gtl.association.scan import scan
from gtl.domain.dosages import counted_other
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.domain.summary_stats import effective_n
from gtl.domain.trait import TraitKind
from gtl.errors import InputError
from gtl.formats.plink import write_bed, write_bim, write_fam
from gtl.formats.summary_statistics.writer import StudyParticulars, write_gwas_ssf
from gtl.formats.vcf import write_vcf
from gtl.random_streams import stream
from gtl.simulate.example import ExampleCohort, ExampleSize, example_cohorts

STUDY_FILE, STATISTICS_FILE = "study.yaml", "statistics.yaml"

_SWAPPED = 0.3
"""Share of SNPs of which the VCF counts the other allele."""

_MISSING = 0.02
"""Share of values that are NA in the tables."""

_DATED = date(2026, 1, 1)
"""Of the statistics: the same example is the same bytes."""

_ABSENT = 3
"""People with genotypes who are in no table."""

README = """\
Simulated people to try a study of real people with: `gtl check study.yaml`, then `gtl run study.yaml`.
large.bed, .bim, .fam: genotypes of the large population (PLINK 1).
small.vcf.gz: genotypes of the small population (VCF; chr before chromosomes, other allele order at some SNPs).
large.tsv, small.tsv: sex (1 = male, 2 = female), age, height (cm) and asthma (1 = case, 0 = control), with gaps.
study.yaml: the study of these files; copy it for your own, or let `gtl new FOLDER` write one.
height.tsv.gz, asthma.tsv.gz: summary statistics of the large population (GWAS-SSF, with YAML beside them).
statistics.yaml: the same study without the large population's people: their statistics stand for them.
"""

STUDY = """\
# A study of two cohorts: what the large population tells about traits of the small one.
# `gtl check` reads everything and says what would run; `gtl run` runs it. Paths are relative to this file.
name: example
source: files
populations: {large: large, small: small}
files:
  large:                   # PLINK: large.bed with its .bim and .fam
    genotypes: large.bed
    tables: [large.tsv]
  small:                   # other formats: .pgen, .vcf(.gz), .bcf, .bgen, .gen; {chrom} for one file a chromosome
    genotypes: small.vcf.gz
    tables: [small.tsv]
  final: {}                # or genotypes and tables of people of the small population who are sealed
traits:
  names: [height, asthma]  # one quantitative and one binary trait; empty = every column
  covariates: [sex, age]   # every method is judged on top of these
  components: 0            # principal components of the genotypes as further covariates
  prevalence: null         # share of cases in the small population, for binary traits
roles:
  final_share: 0.333       # share of the small people who are sealed for the one final score
  repeats: 1               # draw the roles this many times, for intervals that say more
transfer:                  # without this line all methods that need no networks run
  methods: [covariates_only, own_gblup, large_gblup, transfer_gblup, polygenic_score, bayesian_score]
"""


STATISTICS_STUDY = """\
# The study of study.yaml for one who has the large population's summary statistics in place of its people.
name: example-statistics
source: files
populations: {small: small}
sources:
  large:                   # one GWAS; others beside it, and published scores ({score: FILE}), are taken, too
    statistics: {height: height.tsv.gz, asthma: asthma.tsv.gz}
    reference:             # people like those of the GWAS, for linkage disequilibrium: no trait of theirs is needed
      genotypes: large.bed
files:
  small:
    genotypes: small.vcf.gz
    tables: [small.tsv]
traits:
  names: [height, asthma]
  covariates: [sex, age]
transfer:
  methods: [covariates_only, own_gblup, large_gblup, bayesian_score, polygenic_score, combined_score]
"""


def write_example(folder: Path, size: ExampleSize | None = None) -> Path:
    """Write the example cohorts, their tables and a study file to a new or empty folder; return the study file.

    Raises
    ------
    InputError
        If the folder has files already, or cannot be written; nothing is left there then.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise InputError(f"{folder}: exists already and is left as it is; name a new or an empty folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            _write_files(unfinished, *example_cohorts(size))
            unfinished.chmod(0o755)
            os.replace(unfinished, folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}; give a folder you may write to") from None
    return folder / STUDY_FILE


def _write_files(folder: Path, large: ExampleCohort, small: ExampleCohort) -> None:
    write_bed(large.genotypes, folder / "large.bed")
    write_bim(large.genotypes.variants, folder / "large.bim")
    write_fam(large.genotypes.samples, folder / "large.fam")
    # No time of day in the file: the same example is the same bytes.
    with (folder / "small.vcf.gz").open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        write_vcf(_as_others_write(small.genotypes), packed)  # type: ignore[arg-type]
    for name, cohort in (("large", large), ("small", small)):
        (folder / f"{name}.tsv").write_text(_table(cohort, name))
    for trait in ("height", "asthma"):
        _write_statistics(folder, large, trait)
    (folder / STUDY_FILE).write_text(STUDY)
    (folder / STATISTICS_FILE).write_text(STATISTICS_STUDY)
    (folder / "README.txt").write_text(README)


def _write_statistics(folder: Path, large: ExampleCohort, trait: str) -> None:
    """The large population's association with a trait, beside age and sex, as GWAS-SSF."""
    values, genotypes = getattr(large, trait), large.genotypes
    kind = TraitKind.QUANTITATIVE if trait == "height" else TraitKind.BINARY
    table = scan([genotypes], values, kind, np.column_stack([large.male, large.age]))
    people, cases = len(values), int((values == 1).sum()) if kind is TraitKind.BINARY else 0
    n = float(effective_n(cases, people - cases)) if cases else float(people)
    parts = (statistics_of(own.assign(n=n)) for _, own in table.groupby("chrom", sort=False))
    controls = people - cases if cases else 0
    said = StudyParticulars(trait, people, cases, controls, ("age", "sex"), build="GRCh37", dated=_DATED)
    write_gwas_ssf(folder / f"{trait}.tsv.gz", parts, said)


def _as_others_write(genotypes: GenotypeMatrix) -> GenotypeMatrix:
    """The same genotypes with chr in front of chromosomes and the other allele counted at some SNPs."""
    variants = genotypes.variants
    swapped = stream(1, "example", "allele order").random(len(variants)) < _SWAPPED
    ref, alt = (np.where(swapped, *pair) for pair in ((variants.alt, variants.ref), (variants.ref, variants.alt)))
    named = Variants(np.array("chr" + variants.chrom, dtype=object), variants.pos, variants.rsid, ref, alt)
    return GenotypeMatrix(named, genotypes.samples, counted_other(genotypes.dosages, swapped))


def _table(cohort: ExampleCohort, name: str) -> str:
    rng = stream(1, "example", "gaps", name)
    columns = {
        "sex": (2 - cohort.male).astype(int).astype(str),
        "age": cohort.age.astype(int).astype(str),
        "height": _with_gaps(cohort.height.astype(str), rng),
        "asthma": _with_gaps(cohort.asthma.astype(int).astype(str), rng),
    }
    rows = [("FID", "IID", *columns), *zip(cohort.genotypes.samples, cohort.genotypes.samples, *columns.values())]  # noqa: B905
    return "".join("\t".join(row) + "\n" for row in rows[: len(rows) - _ABSENT])


def _with_gaps(texts: npt.NDArray[np.str_], rng: np.random.Generator) -> npt.NDArray[np.str_]:
    return np.where(rng.random(len(texts)) < _MISSING, "NA", texts)
