"""Summary statistics written as GWAS-SSF 1.0: a gzip file with its columns in the standard's order, and its YAML.

https://github.com/EBISPOT/gwas-summary-statistics-standard; the GWAS Catalog takes such files as they are.
"""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from gtl import __version__
from gtl.domain.summary_stats import SummaryStats

COLUMNS = (
    *("chromosome", "base_pair_location", "effect_allele", "other_allele", "beta", "standard_error"),
    *("effect_allele_frequency", "p_value", "variant_id", "rsid", "n"),
)
SUFFIX = ".tsv.gz"
_NUMBERS = {"X": "23", "Y": "24", "MT": "25"}
_MISSING = "#NA"
_SMALLEST = 300.0
"""-log10 of p above which mantissa and exponent are written apart: a float64 would be 0."""


@dataclass(frozen=True)
class StudyParticulars:
    """What the YAML says of a study; 0 and "" where it is not known.

    Attributes
    ----------
    trait : its name
    people, cases, controls : cases and controls of a binary trait only
    covariates : adjusted for
    build : genome build, such as GRCh37
    ancestry : of the people, in the GWAS Catalog's categories, such as ``European``
    dated : day of the file; None = today
    """

    trait: str
    people: int
    cases: int = 0
    controls: int = 0
    covariates: tuple[str, ...] = ()
    build: str = ""
    ancestry: str = ""
    dated: date | None = None


def write_gwas_ssf(path: Path, parts: Iterable[SummaryStats], study: StudyParticulars) -> int:
    """Write ``path`` and ``path`` + ``-meta.yaml``, sorted by position; return the number of rows.

    Variants without a position, and with alleles that are not letters of DNA, have no row, as the standard asks.

    Parameters
    ----------
    parts
        Chromosomes, each a part, in whatever order its variants are; they are written as they come.
    """
    rows = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file:
        file.write(("\t".join(COLUMNS) + "\n").encode())
        for stats in parts:
            table = _table(stats)
            rows += len(table)
            file.write(table.to_csv(sep="\t", index=False, header=False, na_rep=_MISSING, lineterminator="\n").encode())
    _write_metadata(path, study)
    return rows


def chromosome_order(chrom: str) -> tuple[int, str]:
    """Where a chromosome comes in the standard's order, 1 to 22, X, Y, MT.

    >>> sorted(["X", "10", "2", "MT"], key=chromosome_order)
    ['2', '10', 'X', 'MT']
    """
    number = _NUMBERS.get(chrom, chrom)
    return (int(number), "") if number.isdigit() else (99, number)


def _table(stats: SummaryStats) -> pd.DataFrame:
    variants = stats.variants
    alleles = pd.DataFrame({"effect": variants.alt, "other": variants.ref}, dtype="str")
    letters = alleles.apply(lambda column: column.str.fullmatch("[ACGT]+")).all(axis=1).to_numpy(bool)
    rows = np.flatnonzero(letters & (variants.pos > 0))
    rows = rows[np.argsort(variants.pos[rows], kind="stable")]
    stats, alleles = stats.take(rows), alleles.iloc[rows].reset_index(drop=True)
    numbers = pd.Series(stats.variants.chrom, dtype="str").replace(_NUMBERS)
    place = numbers + "_" + pd.Series(stats.variants.pos).astype("str")
    rsid = pd.Series(stats.variants.rsid, dtype="str").str.extract(r"^(rs[0-9]+)", expand=False)
    people = pd.Series(np.rint(stats.n)).astype("Int64")
    columns = (
        *(numbers, stats.variants.pos, alleles["effect"], alleles["other"], stats.beta, stats.se),
        *(stats.frequency, _p_values(stats.neg_log10_p), place + "_" + alleles["other"] + "_" + alleles["effect"]),
        *(rsid, people),
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _p_values(neg_log10_p: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """As text where they are too small for a float64, such as ``1.04e-325``."""
    values = np.power(10.0, -neg_log10_p).astype(object)
    for row in np.flatnonzero(neg_log10_p > _SMALLEST):
        exponent = int(np.ceil(neg_log10_p[row]))
        values[row] = f"{float(10 ** (exponent - neg_log10_p[row]))!r}e-{exponent}"
    return values


def _write_metadata(path: Path, study: StudyParticulars) -> None:
    import yaml

    people: dict[str, object] = {"sample_size": study.people, "sample_ancestry_category": [study.ancestry or "NR"]}
    people["case_control_study"] = bool(study.cases)
    if study.cases:
        people |= {"case_count": study.cases, "control_count": study.controls}
    said = {
        "trait_description": [study.trait],
        "genome_assembly": study.build or "NR",
        "coordinate_system": "1-based",
        "samples": [people],
        "data_file_name": path.name,
        "file_type": "GWAS-SSF v1.0",
        "data_file_md5sum": hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest(),
        "date_metadata_last_modified": study.dated or date.today(),
        "analysis_software": f"gtl {__version__}",
        "is_harmonised": False,
        "is_sorted": True,
    }
    if study.covariates:
        said["adjusted_covariates"] = list(study.covariates)
    text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True)
    path.with_name(f"{path.name}-meta.yaml").write_text(text, encoding="utf-8")
