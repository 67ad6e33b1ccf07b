"""Tiny reference panels."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from gtl.domain.genotypes import Haplotypes, Variants


def panel(alleles: npt.ArrayLike, pos: Sequence[int] | None = None) -> Haplotypes:
    """Panel with the given (n_variants, n_haplotypes) alleles, a SNP every 100 bp unless told otherwise."""
    matrix = np.asarray(alleles, dtype=np.int8)
    places = np.arange(1, len(matrix) + 1) * 100 if pos is None else np.asarray(pos)
    chrom, ref, alt = (np.full(len(places), text, dtype=object) for text in ("21", "A", "C"))
    rsid = np.array([f"rs{place}" for place in places], dtype=object)
    return Haplotypes(Variants(chrom, places.astype(np.int64), rsid, ref, alt), matrix)


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., Haplotypes]:
    return panel
