"""Cohorts that the tests of sources share, and how they are compared."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from gtl.domain.dosages import as_float
from gtl.domain.genotypes import GenotypeMatrix
from gtl.formats.genotype_source import GenotypeSource
from gtl.formats.plink import write_bed, write_bim, write_fam


@dataclass(frozen=True)
class Content:
    """Everything in a source, variants sorted by key, dosages of the alphabetically last allele."""

    keys: list[str]
    dosages: np.ndarray


def content(source: GenotypeSource) -> Content:
    blocks = [block for name in source.chromosomes() for block in source.blocks(name)]
    keys = np.concatenate([block.variants.keys() for block in blocks])
    turned = np.concatenate([block.variants.alt < block.variants.ref for block in blocks])
    dosages = np.concatenate([as_float(block.dosages) for block in blocks])
    order = np.argsort(keys, kind="stable")
    return Content(keys[order].tolist(), np.where(turned[:, None], 2 - dosages, dosages)[order])


def write_plink(matrix: GenotypeMatrix, prefix: Path) -> Path:
    write_bed(matrix, prefix.with_suffix(".bed"))
    write_bim(matrix.variants, prefix.with_suffix(".bim"))
    write_fam(matrix.samples, prefix.with_suffix(".fam"))
    return prefix.with_suffix(".bed")


@pytest.fixture
def bed(matrix: GenotypeMatrix, tmp_path: Path) -> Path:
    """The tiny genotypes as x.bed, x.bim and x.fam."""
    return write_plink(matrix, tmp_path / "x")
