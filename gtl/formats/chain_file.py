"""UCSC chain files: where the places of one genome build lie in another.

Format: https://genome.ucsc.edu/goldenPath/help/chain.html. Each chain aligns a stretch of the old build with one of the
new, as blocks without gaps. Positions of the format are counted from 0; here only from 1.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.formats.text_file import as_text, lines
from gtl.formats.variant_fields import chromosome

Positions = npt.NDArray[np.int64]

_HEADER_FIELDS = 12
_NAME = re.compile(r"([A-Za-z0-9]+?)(?:_to_|To)([A-Za-z0-9]+)\.")


@dataclass(frozen=True)
class _Chain:
    """A header line: ``turned`` chains run down the reverse strand of the new build's ``size`` bases."""

    score: float
    chrom: str
    start: int
    to_chrom: str
    size: int
    turned: bool
    to_start: int


@dataclass(frozen=True, eq=False)
class Stretches:
    """Where one chromosome's places lie in the new build; no two stretches overlap.

    Attributes
    ----------
    start, stop : (n,) int64, ascending; positions ``start`` to ``stop - 1`` of the old build
    to_chrom : (n,) chromosome of the new build
    step : (n,) int64, 1, or -1 on the other strand
    offset : (n,) int64; the new position is ``step * position + offset``
    """

    start: Positions
    stop: Positions
    to_chrom: npt.NDArray[np.object_]
    step: Positions
    offset: Positions

    def at(self, pos: Positions) -> Positions:
        """(n_positions,) the stretch that has each position; -1 = none."""
        row = np.searchsorted(self.start, pos, side="right") - 1
        inside = (row >= 0) & (pos < self.stop[row])
        return np.where(inside, row, -1)


@dataclass(frozen=True, eq=False)
class ChainFile:
    """A chain file.

    Attributes
    ----------
    location : the file
    stretches : chromosome (without ``chr``) of the old build → its stretches
    builds : names of the old and the new build by the file's name, such as hg19ToHg38; "" = not told
    """

    location: str
    stretches: Mapping[str, Stretches]
    builds: tuple[str, str]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a chain file, plain or compressed.

        Raises
        ------
        InputError
            If it is no chain file.
        """
        blocks: dict[str, list[tuple[_Chain, int, int, int]]] = defaultdict(list)
        for chain, start, to_start, size in _blocks(path):
            blocks[chain.chrom].append((chain, start, to_start, size))
        if not blocks:
            raise InputError(f"{path}: no chain in it; expected a UCSC chain file, such as hg19ToHg38.over.chain.gz")
        stretches = {chrom: _stretches(of_chrom) for chrom, of_chrom in blocks.items()}
        return cls(str(path), stretches, builds_of(os.path.basename(path)))


def builds_of(name: str) -> tuple[str, str]:
    """Builds that a chain file's name says.

    >>> builds_of("hg19ToHg38.over.chain.gz"), builds_of("GRCh37_to_GRCh38.chain.gz"), builds_of("my.chain")
    (('hg19', 'hg38'), ('GRCh37', 'GRCh38'), ('', ''))
    """
    found = _NAME.match(name)
    return (found[1], found[2].replace("Hg", "hg")) if found else ("", "")


def _blocks(path: str | os.PathLike[str]) -> Iterator[tuple[_Chain, int, int, int]]:
    """Each block's chain, start in both builds from 0, and length."""
    chain, start, to_start = None, 0, 0
    for number, line in lines(path):
        where = f"{path}: line {number}"
        words = as_text(line, where).split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "chain":
            chain = _chain(words, where)
            start, to_start = chain.start, chain.to_start
            continue
        if chain is None:
            raise InputError(f"{where}: expected a line 'chain ...' first; give a UCSC chain file")
        size, gap, to_gap = _numbers(words, where)
        yield chain, start, to_start, size
        start, to_start = start + size + gap, to_start + size + to_gap


def _chain(words: list[str], where: str) -> _Chain:
    if len(words) < _HEADER_FIELDS or words[4] != "+" or words[9] not in ("+", "-"):
        raise InputError(
            f"{where}: expected a chain's {_HEADER_FIELDS} fields, the first strand '+'; download it again"
        )
    try:
        score, start, size, to_start = float(words[1]), int(words[5]), int(words[8]), int(words[10])
    except ValueError:
        raise InputError(f"{where}: a number of the chain is none; download the file again") from None
    return _Chain(score, chromosome(words[2]), start, chromosome(words[7]), size, words[9] == "-", to_start)


def _numbers(words: list[str], where: str) -> tuple[int, int, int]:
    if len(words) not in (1, 3) or not all(word.isdigit() for word in words):
        raise InputError(f"{where}: expected the length of a block and two gaps; download the file again")
    size, gap, to_gap = (int(word) for word in (*words, "0", "0")[:3])
    return size, gap, to_gap


def _stretches(blocks: list[tuple[_Chain, int, int, int]]) -> Stretches:
    """Blocks cut where they overlap: the chain of the highest score has the place, as in liftOver's best chains."""
    blocks = sorted(blocks, key=lambda block: block[0].score)
    ends = np.array([(start + 1, start + size + 1) for _, start, _, size in blocks], dtype=np.int64)
    cuts = np.unique(ends)
    owner = np.full(len(cuts), -1)
    for number, (first, last) in enumerate(np.searchsorted(cuts, ends).tolist()):
        owner[first:last] = number
    own = np.flatnonzero(owner >= 0)
    of = [_placed(*blocks[number]) for number in owner[own]]
    return Stretches(
        cuts[own],
        cuts[own + 1],
        np.array([chrom for chrom, _, _ in of], dtype=object),
        np.array([step for _, step, _ in of], dtype=np.int64),
        np.array([offset for _, _, offset in of], dtype=np.int64),
    )


def _placed(chain: _Chain, start: int, to_start: int, size: int) -> tuple[str, int, int]:
    """Chromosome, step and offset of a block, for positions from 1."""
    if chain.turned:
        return chain.to_chrom, -1, chain.size - to_start + start + 1
    return chain.to_chrom, 1, to_start - start
