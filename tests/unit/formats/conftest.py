"""Tiny genotypes that the format tests share."""

import numpy as np
import pytest

from gtl.domain.genotypes import GenotypeMatrix, Haplotypes, Variants


def strings(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


@pytest.fixture
def variants() -> Variants:
    return Variants(
        strings("21", "21", "21"),
        np.array([100, 200, 300]),
        strings("rs1", "rs2", "rs3"),
        strings("A", "C", "G"),
        strings("G", "T", "T"),
    )


@pytest.fixture
def matrix(variants: Variants) -> GenotypeMatrix:
    """Three SNPs of four people, one genotype missing."""
    dosages = np.array([[0, 1, 2, 0], [2, 2, 1, -1], [0, 0, 0, 1]], dtype=np.int8)
    return GenotypeMatrix(variants, strings("p1", "p2", "p3", "p4"), dosages)


@pytest.fixture
def haplotypes(variants: Variants) -> Haplotypes:
    return Haplotypes(variants, np.array([[0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 0, 1]], dtype=np.int8))
