"""A cohort's genotypes in blocks of variants, for whatever is too large to be held at once."""

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import joined
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError

Blocks = Callable[[], Iterable[GenotypeMatrix]]
"""Starts a pass over the variants. A chromosome's variants come one after the other, by position; the people are the
same, in the same order, in every block and every pass."""


def blocks_of(matrix: GenotypeMatrix, n_variants: int = 4096) -> Blocks:
    """Genotypes in memory as blocks of at most ``n_variants``.

    >>> from gtl.domain.genotypes import Variants
    >>> names = np.array(["1", "1", "1"], dtype=object)
    >>> variants = Variants(names, np.arange(3), names, names, names)
    >>> people = GenotypeMatrix(variants, np.array(["a", "b"], dtype=object), np.zeros((3, 2), dtype=np.int8))
    >>> [len(block.variants) for block in blocks_of(people, 2)()]
    [2, 1]
    """

    def start() -> Iterator[GenotypeMatrix]:
        for first in range(0, len(matrix.variants), n_variants):
            yield matrix.take_variants(slice(first, first + n_variants))

    return start


def people_of(blocks: Blocks) -> npt.NDArray[np.object_]:
    """(n_people,) sample ids, from the first block.

    Raises
    ------
    InputError
        If there is no block.
    """
    for block in blocks():
        return block.samples
    raise InputError("no variant is left by which people could be looked at; check that the populations' files match")


def selected(blocks: Blocks, mask: npt.NDArray[np.bool_]) -> Blocks:
    """The same people at those variants only for which ``mask`` (over all variants, in their order) holds."""

    def start() -> Iterator[GenotypeMatrix]:
        first = 0
        for block in blocks():
            rows = mask[first : first + len(block.variants)]
            first += len(block.variants)
            if rows.any():
                yield block.take_variants(rows)

    return start


def of_people(blocks: Blocks, mask: npt.NDArray[np.bool_]) -> Blocks:
    """The same variants of those people only for whom ``mask`` holds."""

    def start() -> Iterator[GenotypeMatrix]:
        for block in blocks():
            yield block.take_samples(mask)

    return start


def side_by_side(*cohorts: Blocks) -> Blocks:
    """People of several cohorts together, whose blocks are of the same variants with the same allele counted.

    Raises
    ------
    InputError
        In a pass: if blocks differ in their variants, a cohort has more than another, or an id is in two cohorts.
    """

    def start() -> Iterator[GenotypeMatrix]:
        for parts in zip_longest(*(cohort() for cohort in cohorts)):
            if any(part is None or not _same(part.variants, parts[0].variants) for part in parts):
                raise InputError(
                    "cohorts side by side: their blocks differ in variants or alleles, expected the same ones in the "
                    "same order; match the cohorts' variants first"
                )
            dosages = joined([part.dosages for part in parts], axis=1)
            samples = np.concatenate([part.samples for part in parts])
            yield GenotypeMatrix(parts[0].variants, samples, dosages)

    return start


def _same(variants: Variants, others: Variants) -> bool:
    columns = ("chrom", "pos", "ref", "alt")
    return len(variants) == len(others) and all(
        np.array_equal(getattr(variants, name), getattr(others, name)) for name in columns
    )
