"""LD scores of a reference's people: how much of the genome around each variant it stands for."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import GenotypeMatrix
from gtl.errors import InputError
from gtl.formats.genotype_source import GenotypeSource

Array = npt.NDArray[np.float64]
Scaled = npt.NDArray[np.float32]

WINDOW = 1_000_000
"""Base pairs on either side; about a centimorgan, as is usual."""

_ROWS = 512
"""Variants of which correlations are in memory at a time."""

_Part = tuple[npt.NDArray[np.int64], Scaled, Array]


def ld_scores(source: GenotypeSource, chromosomes: set[str], window: int = WINDOW) -> Array:
    """Sum of r^2 of each variant with all within ``window`` base pairs of it, itself included.

    Each r^2 is corrected for the people's number by -(1 - r^2) / (n - 2) (Bulik-Sullivan et al. 2015, Nature Genetics
    47:291). Missing genotypes count as the mean.

    Returns
    -------
    (n_variants,) in the order of the source; 0 for variants that do not vary

    Raises
    ------
    InputError
        If there are fewer than three people, or positions of a chromosome do not ascend.
    """
    if len(source.samples) < 3:
        raise InputError(f"{source.location}: {len(source.samples)} people; LD needs three at least, better hundreds")
    there = [chrom for chrom in source.chromosomes() if chrom in chromosomes]
    scores = [score for chrom in there for score in _of_chromosome(source, chrom, window)]
    return np.concatenate(scores) if scores else np.empty(0)


def _of_chromosome(source: GenotypeSource, chrom: str, window: int) -> list[Array]:
    """Scores part by part; earlier parts are held as long as their window reaches what is read."""
    scores: list[Array] = []
    near: list[_Part] = []
    last = 0
    for pos, scaled in _parts(source, chrom):
        if pos[0] < last or (np.diff(pos) < 0).any():
            raise InputError(f"{source.location}: positions of chromosome {chrom} do not ascend; sort the file")
        last = int(pos[-1])
        part = (pos, scaled, np.zeros(len(pos)))
        near = [other for other in near if other[0][-1] >= pos[0] - window]
        for other in near:
            squared = _squared(other, part, window)
            other[2][:] += squared.sum(axis=1)
            part[2][:] += squared.sum(axis=0)
        part[2][:] += _squared(part, part, window).sum(axis=1)
        near.append(part)
        scores.append(part[2])
    return scores


def _parts(source: GenotypeSource, chrom: str) -> Iterator[tuple[npt.NDArray[np.int64], Scaled]]:
    for block in source.blocks(chrom):
        for start in range(0, len(block.variants), _ROWS):
            part = block.take_variants(slice(start, start + _ROWS))
            yield part.variants.pos, _scaled(part)


def _scaled(part: GenotypeMatrix) -> Scaled:
    """Rows of mean 0 and length 1; of 0 where a variant does not vary."""
    dosages = part.dosages.astype(np.float32)
    missing = ~(dosages >= 0)
    known = np.maximum((~missing).sum(axis=1, keepdims=True), 1)
    dosages[missing] = 0
    centred = np.where(missing, np.float32(0), dosages - dosages.sum(axis=1, keepdims=True) / known)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.where(length > 0, length, 1), dtype=np.float32)


def _squared(first: _Part, second: _Part, window: int) -> npt.NDArray[np.float32]:
    """Corrected r^2 of the variants of two parts; 0 out of the window, and for what does not vary."""
    squared = (first[1] @ second[1].T) ** 2
    squared -= (1 - squared) / np.float32(first[1].shape[1] - 2)
    apart = np.abs(first[0][:, None] - second[0][None, :]) > window
    vary = np.outer(_vary(first), _vary(second))
    squared[apart | ~vary] = 0
    return squared


def _vary(part: _Part) -> npt.NDArray[np.bool_]:
    return np.asarray(part[1].any(axis=1))
