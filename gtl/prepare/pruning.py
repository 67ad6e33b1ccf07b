"""Which variants tell most about who is related to whom: common, on autosomes, nearly independent, evenly spread.

Relatedness (:mod:`gtl.prepare.relatedness`) and components (:mod:`gtl.prepare.components`) need some ten thousand such
variants; more cost time and tell the same, and neighbours in LD count one stretch of a chromosome several times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gtl.domain.blocks import Blocks, selected
from gtl.domain.dosages import Dosages, allele_frequency, as_float, minor_frequency
from gtl.domain.genotypes import GenotypeMatrix, Variants
from gtl.errors import InputError

Mask = npt.NDArray[np.bool_]

NOT_AUTOSOMES = ("X", "Y", "XY", "PAR1", "PAR2", "MT", "0", "Un")

LONG_RANGE_LD: tuple[tuple[str, int, int], ...] = (
    ("5", 44_000_000, 51_500_000),
    ("6", 25_000_000, 33_500_000),
    ("8", 8_000_000, 12_000_000),
    ("11", 45_000_000, 57_000_000),
)
"""Stretches of the human genome whose LD would be a component of its own (chromosome, first and last base, GRCh37):
Price et al. 2008, Am J Hum Genet 83:132, in the form that flashpca (Abraham & Inouye 2014) leaves out."""

_CANDIDATES = 8
"""Common variants that are looked at for each one that is wanted."""

_PEOPLE = 2_000
"""People by whom LD is estimated; among as many, chance alone gives an r2 of 1 / 2,000."""


@dataclass(frozen=True)
class Pruning:
    """How variants are chosen.

    Attributes
    ----------
    r2 : float
        Two kept variants within a window never correlate more than this (squared correlation of dosages).
    window : int
        Kept variants before a variant with which it is compared. Counted, as positions are made up in some files.
    maf : float
        Least minor allele frequency.
    most : int
        Variants kept at the most; more are thinned evenly.
    left_out : tuple of (chromosome, first base, last base)
        Regions without any kept variant; :data:`LONG_RANGE_LD` for people.
    """

    r2: float = 0.2
    window: int = 100
    maf: float = 0.05
    most: int = 20_000
    left_out: tuple[tuple[str, int, int], ...] = ()


def prune(blocks: Blocks, rule: Pruning | None = None, populations: npt.NDArray[np.object_] | None = None) -> Mask:
    """Mask over all streamed variants, true where a variant is kept.

    Going along a chromosome, a variant is kept unless it correlates with one that was kept before it. The same blocks
    give the same mask. Two passes; memory is that of a block and a window.

    Parameters
    ----------
    blocks
        The variants; of several populations side by side, those that they share.
    rule
        What is kept.
    populations : (n_people,) str objects, optional
        LD is estimated within each: between populations all variants that tell them apart correlate, wherever they are,
        and would be thrown away as if they were neighbours in LD.

    Raises
    ------
    InputError
        If no variant is common enough.
    """
    rule = rule or Pruning()
    common = np.concatenate([_common(block, rule) for block in blocks()] or [np.zeros(0, dtype=bool)])
    if not common.any():
        raise InputError(
            f"none of {len(common)} variants is autosomal with a minor allele frequency of at least {rule.maf:g}; "
            "relatedness and components need some: give autosomes, too, if the files hold chromosome X alone; else "
            "check that the populations' variants match, or lower the bound"
        )
    candidates = thinned(common, _CANDIDATES * rule.most)
    groups = None if populations is None else np.unique(populations.astype(str), return_inverse=True)[1]
    kept = candidates.copy()
    kept[candidates] = np.concatenate([*_independent(selected(blocks, candidates), rule, groups)])
    return thinned(kept, rule.most)


def thinned(mask: Mask, most: int) -> Mask:
    """At most ``most`` of a mask's true entries, evenly spread over them.

    >>> thinned(np.array([True, True, False, True, True]), 2).tolist()
    [True, False, False, True, False]
    """
    rows = np.flatnonzero(mask)
    chosen = np.zeros_like(mask)
    chosen[rows[np.arange(min(most, len(rows))) * len(rows) // max(min(most, len(rows)), 1)]] = True
    return chosen


def autosomal(variants: Variants) -> Mask:
    """Where a variant is on an autosome: on any chromosome that is not known to be something else."""
    return ~np.isin(variants.chrom.astype(str), NOT_AUTOSOMES)


def _common(block: GenotypeMatrix, rule: Pruning) -> Mask:
    variants = block.variants
    usable = autosomal(variants)
    for chrom, first, last in rule.left_out:
        usable &= ~((variants.chrom == chrom) & (variants.pos >= first) & (variants.pos <= last))
    frequency = allele_frequency(block.dosages)
    with np.errstate(invalid="ignore"):
        return np.asarray(usable & (minor_frequency(frequency) >= rule.maf), dtype=bool)


def _independent(blocks: Blocks, rule: Pruning, groups: npt.NDArray[np.intp] | None) -> Iterator[Mask]:
    """A mask a block: the variants that none of those kept before them in the window tells."""
    before, chrom = np.zeros((0, 0), dtype=np.float32), None
    for block in blocks():
        for rows in _stretches(block.variants.chrom):
            values = _unit(block.dosages[rows], groups)
            if block.variants.chrom[rows.start] != chrom:
                before, chrom = values[:0], block.variants.chrom[rows.start]
            kept = _greedy(before, values, rule)
            before = np.concatenate([before, values[kept]])[-rule.window :]
            yield kept


def _stretches(chrom: npt.NDArray[np.object_], most: int = 256) -> Iterator[slice]:
    """Runs of rows of one chromosome, short enough that their correlations are few."""
    bounds = [0, *(np.flatnonzero(chrom[1:] != chrom[:-1]) + 1).tolist(), len(chrom)]
    for first, last in pairwise(bounds):
        for start in range(first, last, most):
            yield slice(start, min(start + most, last))


def _unit(dosages: Dosages, groups: npt.NDArray[np.intp] | None) -> npt.NDArray[np.float32]:
    """Rows of length 1 and, within each group of people, mean 0; missing = mean; by an even choice of people."""
    step = -(-dosages.shape[1] // _PEOPLE)
    centred = as_float(dosages[:, ::step]).copy()
    groups = np.zeros(centred.shape[1], dtype=np.intp) if groups is None else groups[::step]
    for group in range(int(groups.max()) + 1):
        own = centred[:, groups == group]
        centred[:, groups == group] = np.nan_to_num(own - _mean(own)[:, None])
    length = np.sqrt(np.square(centred).sum(axis=1))
    return np.asarray(centred / np.maximum(length, 1e-12)[:, None], dtype=np.float32)


def _mean(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    known = ~np.isnan(values)
    return np.asarray(np.where(known, values, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1), dtype=np.float32)


def _greedy(before: npt.NDArray[np.float32], values: npt.NDArray[np.float32], rule: Pruning) -> Mask:
    """Which rows of ``values`` correlate with neither ``before`` nor an earlier kept row, ``window`` kept ones back."""
    both = np.concatenate([before, values])
    correlated = np.square(values @ both.T) > rule.r2
    window, kept = list(range(len(before))), np.zeros(len(values), dtype=bool)
    for row in range(len(values)):
        kept[row] = not correlated[row, window].any()
        if kept[row]:
            window = [*window, len(before) + row][-rule.window :]
    return kept
