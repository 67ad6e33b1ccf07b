"""regenie's example: one cohort as .bed, .pgen and BGEN (zlib and zstd), the first people large, the last ones small.

The people are of one simulated population, and their variants' alleles are 1 and 2 or D and d. What has to be seen is
that every format gives the same study, with numeric and categorical covariates, amounts and cases, and people without a
value.
"""

from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.same_studies import same_figures
from gtl.store import Store

TABLES = ("phenotype.txt", "phenotype_bin_wNA.txt", "covariates_wBin.txt")
FORMATS = {
    "bed": {"genotypes": "example.bed"},
    "pgen": {"genotypes": "example.pgen"},
    "bgen": {"genotypes": "example.bgen"},
    "3chr-bed": {"genotypes": "example_3chr.bed"},
    "3chr-bgen": {"genotypes": "example_3chr.bgen", "samples": "example_3chr.sample"},
    "3chr-zstd": {"genotypes": "example_3chr_zstd.bgen", "samples": "example_3chr.sample"},
}
"""Format → what of a population's files it is. The first three are one file of one chromosome, the others of three."""

LARGE = 350
"""People of the large population, of 500."""


def write_files(data: Path, folder: Path) -> None:
    """One table of everybody: population, amounts (Y1, Y2), cases (Y1_case, Y2_case) and covariates."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [pd.read_csv(data / "regenie_example" / name, sep=r"\s+", dtype=str) for name in TABLES]
    people = reduce(lambda left, right: left.merge(right, on=["FID", "IID"], suffixes=("", "_case")), tables)
    side = ["large" if row < LARGE else "small" for row in range(len(people))]
    people.assign(population=side).to_csv(folder / "people.tsv", sep="\t", index=False, na_rep="NA")


def study(data: Path, folder: Path, form: str) -> dict[str, Any]:
    """Settings of the study of one format, but for its methods."""
    files = {name: str(data / "regenie_example" / file) for name, file in FORMATS[form].items()}
    table = {"tables": [str(folder / "people.tsv")]}
    return {
        "populations": {"large": "first", "small": "last"},
        "files": {side: {**files, **table, "where": f"population={side}"} for side in ("large", "small")},
        "traits": {
            "names": ["Y1", "Y2", "Y1_case", "Y2_case"],
            "covariates": ["V1", "V2", "V3", "V4", "V5"],
            "categorical": ["V5"],
        },
    }


def checks(_data: Path, _folder: Path, store: Store) -> Iterator[str]:
    """Whether studies of the same people are the same."""
    for three in (False, True):
        forms = [form for form in FORMATS if form.startswith("3chr") == three]
        yield f"{', '.join(forms)}: {same_figures(store, [f'regenie-{form}' for form in forms])}"
