"""People some at a time turned into variants some at a time, so that neither way the whole matrix is in memory."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

Calls = npt.NDArray[np.int8]

BLOCK_BYTES = 1 << 25
"""Genotypes of a block of variants: 32 MB."""


def blocks_of_variants(
    people: Iterable[Calls], n_variants: int, scratch: str | os.PathLike[str], block_bytes: int = BLOCK_BYTES
) -> Iterator[Calls]:
    """Everybody's genotypes, a block of variants after the other.

    Parameters
    ----------
    people
        (n_variants, n_some) int8 each, one group of people after the other.
    n_variants
        Rows of each of them.
    scratch
        File that holds the genotypes meanwhile, a byte each; removed at the end.

    Examples
    --------
    >>> import tempfile
    >>> groups = [np.int8([[0], [1], [2]]), np.int8([[0, 0], [1, 1], [2, 2]])]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [block.tolist() for block in blocks_of_variants(groups, 3, f"{folder}/x", block_bytes=6)]
    [[[0, 0, 0], [1, 1, 1]], [[2, 2, 2]]]
    """
    path = Path(scratch)
    try:
        widths = _write(people, path)
        yield from _read(path, widths, n_variants, max(1, block_bytes // max(1, sum(widths))))
    finally:
        path.unlink(missing_ok=True)


def _write(people: Iterable[Calls], path: Path) -> list[int]:
    """Number of people in each group."""
    widths = []
    with path.open("wb") as file:
        for group in people:
            file.write(np.ascontiguousarray(group).data)
            widths.append(group.shape[1])
    return widths


def _read(path: Path, widths: list[int], n_variants: int, step: int) -> Iterator[Calls]:
    firsts = np.cumsum([0, *widths])
    with path.open("rb", buffering=0) as file:
        for start in range(0, n_variants, step):
            rows = min(step, n_variants - start)
            block: Calls = np.empty((rows, firsts[-1]), dtype=np.int8)
            for first, width in zip(firsts.tolist(), widths, strict=False):
                file.seek(first * n_variants + start * width)
                block[:, first : first + width] = np.fromfile(file, np.int8, rows * width).reshape(rows, width)
            yield block
