"""Who is in a genotype file: ids alone, from the file beside it or from its header."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.table_file import NO_FAMILY, read_table_file
from gtl.formats.text_file import as_text, lines

GENOTYPE_ENDS = (".pgen", ".bed", ".bgen", ".bcf", ".vcf.gz", ".vcf.bgz", ".vcf", ".gen.gz", ".gen")
"""Endings of genotype files; of one cohort in several formats the first of these is taken."""

_PEOPLE_ENDS = {".pgen": (".psam", ".fam"), ".bed": (".fam",)}


def genotype_end(name: str) -> str | None:
    """Which of ``GENOTYPE_ENDS`` a file's name has, if any."""
    return next((end for end in GENOTYPE_ENDS if name.lower().endswith(end)), None)


def people_of(path: Path) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """FID (``"0"`` = none) and IID of the people of a genotype file, (n,) each.

    Raises
    ------
    InputError
        If neither the file nor one beside it names them.
    """
    end = str(genotype_end(path.name))
    stem = str(path)[: -len(end)]
    for beside in _PEOPLE_ENDS.get(end, (".sample",)):
        if Path(f"{stem}{beside}").is_file():
            people = read_table_file(f"{stem}{beside}")
            return people.families, people.ids
    samples = np.array(_inside(path, end), dtype=object)
    return np.full(len(samples), NO_FAMILY, dtype=object), samples


def _inside(path: Path, end: str) -> list[str]:
    if end.startswith(".vcf"):
        for number, line in lines(path):
            if line.startswith(b"#CHROM"):
                return as_text(line, f"{path}: line {number}").split("\t")[9:]
        raise InputError(f"{path}: no line #CHROM; expected a VCF's header")
    if end == ".bcf":
        from cyvcf2 import VCF

        return list(VCF(str(path)).samples)
    if end == ".bgen":
        from bgen import BgenReader

        with BgenReader(str(path), delay_parsing=True) as file:
            return list(file.samples)
    expected = " or ".join(_PEOPLE_ENDS.get(end, (".sample",)))
    raise InputError(f"{path}: no {expected} beside it, so its people are not known; put it there under the same name")
