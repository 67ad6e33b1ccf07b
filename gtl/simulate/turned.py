"""People some at a time turned into variants some at a time, so that neither way the whole matrix is in memory."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gtl.simulate.packed_people import ROWS, VARIANTS, PackedPeople, n_words, unpacked

BLOCK_BYTES = 1 << 25
"""Genotypes of a block of variants: 32 MB."""


def blocks_of_variants(
    people: Iterable[PackedPeople], n_variants: int, scratch: str | os.PathLike[str], block_bytes: int = BLOCK_BYTES
) -> Iterator[npt.NDArray[np.int8]]:
    """Everybody's dosages, a block of variants (64 at least) after the other.

    Parameters
    ----------
    people
        Genotypes of ``n_variants`` each, one group of people after the other.
    scratch
        File that holds the genotypes meanwhile, two bits each; removed at the end.

    Examples
    --------
    >>> import tempfile
    >>> from gtl.simulate.packed_people import packed_alleles
    >>> alleles = np.array([[0] * 70, [1] * 70], np.int8)
    >>> groups = [PackedPeople.of(packed_alleles(alleles)), PackedPeople.of(packed_alleles(alleles[[1, 1]]))]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     blocks = list(blocks_of_variants(groups, 70, f"{folder}/x", block_bytes=6))
    >>> [block.shape for block in blocks], blocks[1][0].tolist()
    ([(64, 2), (6, 2)], [1, 2])
    """
    path = Path(scratch)
    try:
        widths = _write(people, path)
        step = max(1, block_bytes // (VARIANTS * max(1, sum(widths))))
        for start in range(0, n_words(n_variants), step):
            stop = min(start + step, n_words(n_variants))
            rows = _read(path, widths, ROWS * start, ROWS * stop, ROWS * n_words(n_variants))
            yield unpacked(rows)[: n_variants - VARIANTS * start]
    finally:
        path.unlink(missing_ok=True)


def _write(people: Iterable[PackedPeople], path: Path) -> list[int]:
    """Number of people in each group."""
    widths = []
    with path.open("wb") as file:
        for group in people:
            file.write(np.ascontiguousarray(group.rows()).data)
            widths.append(len(group))
    return widths


def _read(path: Path, widths: list[int], start: int, stop: int, n_rows: int) -> npt.NDArray[np.uint8]:
    """Everybody's packed rows from ``start`` to ``stop``, of ``n_rows``."""
    firsts = np.cumsum([0, *widths])
    rows: npt.NDArray[np.uint8] = np.empty((stop - start, firsts[-1]), dtype=np.uint8)
    with path.open("rb", buffering=0) as file:
        for first, width in zip(firsts.tolist(), widths, strict=False):
            file.seek(first * n_rows + start * width)
            part = np.fromfile(file, np.uint8, len(rows) * width)
            rows[:, first : first + width] = part.reshape(len(rows), width)
    return rows
