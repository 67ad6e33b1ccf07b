"""What every PLINK run has in common: its binary input files and the options before a command."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.plink import write_bed, write_bim, write_fam

PROGRAM = "plink1.9"
OUT = "out"
"""Stem of every output file."""

_INPUT = "study"
_WORKSPACE_MB = "512"
"""PLINK reserves half of the machine's memory unless limited; chromosome 22 of 100,000 people fits in this."""


def plink_argv(*options: str) -> list[str]:
    """Command line of one run on the files of :func:`write_fileset`; one thread, so that results are repeatable."""
    surroundings = ["--threads", "1", "--memory", _WORKSPACE_MB, "--out", OUT]
    return [PROGRAM, "--bfile", _INPUT, "--allow-no-sex", "--keep-allele-order", *options, *surroundings]


def write_fileset(genotypes: GenotypeMatrix, folder: Path, case: npt.NDArray[np.int8] | None = None) -> None:
    """Write ``.bed``, ``.bim`` and ``.fam`` below ``folder``."""
    write_bed(genotypes, folder / f"{_INPUT}.bed")
    write_bim(genotypes.variants, folder / f"{_INPUT}.bim")
    write_fam(genotypes.samples, folder / f"{_INPUT}.fam", case)


def output_path(folder: Path, suffix: str) -> Path:
    """Where a run leaves the output of the given suffix."""
    return folder / f"{OUT}.{suffix}"


def columns(first: str, numbers: Sequence[str]) -> dict[str, str]:
    """Dtypes of a table whose rows are named by the column ``first``."""
    return {first: "str"} | dict.fromkeys(numbers, "float64")
