"""Approximately independent blocks of variants along a chromosome, found from the reference's LD as it is read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.learn.summary.correlations import Floats, scaled, shrunk

Dosages = npt.NDArray[np.int8] | Floats

LEAST, MOST = 100, 800
"""Variants of a block; the last one of a chromosome may be smaller."""

_AHEAD = 200
"""Variants beyond the largest block that are looked at, to see how much LD a cut goes through."""

_CHANCE = 3.0
"""Standard deviations of chance's sum of r² through a cut, within which the sides count as independent."""


@dataclass(frozen=True, eq=False)
class LdBlock:
    """Variants ``start`` to ``stop`` of a chromosome and their LD, as of :func:`correlations.block_ld`."""

    start: int
    stop: int
    correlation: Floats


def ld_blocks(parts: Iterable[Dosages], bounds: Sequence[int] | None = None) -> Iterator[LdBlock]:
    """Blocks of one chromosome's variants with their LD, in one pass over the reference's dosages.

    A block ends at the first place, from :data:`LEAST` variants on, through which no more LD goes than chance makes,
    and less than through the next; failing that, where the least goes through before :data:`MOST`. LD between blocks
    is left out.

    Parameters
    ----------
    parts
        Consecutive variants' dosages, (m, n_people) each, as :func:`correlations.block_ld` takes them; any sizes.
    bounds
        Where blocks begin, and the number of variants at the end: as of :func:`bounds_of` another source. None: found.

    Raises
    ------
    InputError
        If people are too few, or ``bounds`` are of another number of variants.
    """
    window = _Window(iter(parts))
    blocks = _found(window) if bounds is None else _given(window, bounds)
    start = 0
    for size in blocks:
        yield LdBlock(start, start + size, shrunk(window.take(size), window.people))
        start += size


def find_blocks(parts: Iterable[Dosages]) -> list[int]:
    """Where blocks begin, and the number of variants at the end; as :func:`ld_blocks` finds them.

    >>> find_blocks([np.tile([0, 1, 2, 1], (50, 30)).astype(np.int8)])
    [0, 50]
    """
    return bounds_of(ld_blocks(parts))


def bounds_of(blocks: Iterable[LdBlock]) -> list[int]:
    """Where blocks begin, and the number of variants at the end."""
    return [0, *(block.stop for block in blocks)]


class _Window:
    """Rows that were read and not taken yet, with their correlations."""

    def __init__(self, parts: Iterator[Dosages]) -> None:
        self._parts = parts
        self._rows: Floats = np.empty((0, 0), dtype=np.float32)
        self._waiting: Floats = self._rows
        self.correlation: Floats = self._rows
        self.people = 0

    def fill(self, size: int) -> int:
        """Read on until there are ``size`` rows, or no more; the number there is."""
        while len(self._rows) < size and self._more():
            taken = size - len(self._rows)
            new, self._waiting = self._waiting[:taken], self._waiting[taken:]
            rows = np.concatenate([self._rows, new]) if len(self._rows) else new.copy()
            self._grow(rows, len(self._rows))
        return len(self._rows)

    def take(self, size: int) -> Floats:
        """Correlations of the first ``size`` rows, which leave the window."""
        self.fill(size)
        first = self.correlation[:size, :size].copy()
        self._rows, self.correlation = self._rows[size:].copy(), self.correlation[size:, size:].copy()
        return first

    def _more(self) -> bool:
        while not len(self._waiting):
            part = next(self._parts, None)
            if part is None:
                return False
            self._waiting = scaled(part)
            self.people = part.shape[1]
        return True

    def _grow(self, rows: Floats, known: int) -> None:
        grown = np.empty((len(rows), len(rows)), dtype=np.float32)
        grown[:known, :known] = self.correlation
        grown[known:] = rows[known:] @ rows.T
        grown[:known, known:] = grown[known:, :known].T
        self._rows, self.correlation = rows, grown


def _found(window: _Window) -> Iterator[int]:
    while there := window.fill(MOST + _AHEAD):
        yield _size(window.correlation, window.people, ended=there < MOST + _AHEAD)


def _given(window: _Window, bounds: Sequence[int]) -> Iterator[int]:
    for size in np.diff(bounds).tolist():
        if window.fill(size) < size:
            break
        yield size
    else:
        if not window.fill(1):
            return
    raise InputError(
        f"LD: blocks of {bounds[-1]} variants were given, and the reference's dosages are of another number; give "
        "every source's reference at the same variants, in the same order"
    )


def _size(correlation: Floats, people: int, ended: bool) -> int:
    """Variants of the block that begins the window."""
    there = len(correlation)
    if there < 2 * LEAST:
        return there
    cuts = np.arange(LEAST, min(MOST, there - LEAST) + 1)
    through = _through(correlation, people)[cuts]
    chance = _CHANCE * np.sqrt(2.0 * cuts * (there - cuts)) / people
    # Beyond the first place that will do, as long as the next one is better.
    independent = np.flatnonzero((through <= chance) & (np.diff(through, append=np.inf) >= 0))
    if len(independent):
        return int(cuts[independent[0]])
    return there if ended and there <= MOST else int(cuts[np.argmin(through)])


def _through(correlation: Floats, people: int) -> npt.NDArray[np.float64]:
    """(m,) sum of r² of the pairs that a cut before each variant parts, less what chance makes of it."""
    squares = correlation.astype(np.float64) ** 2
    squares -= (1 - squares) / max(people - 2, 1)
    # Moving variant i across the cut parts it from those behind and joins it with those before.
    before = np.tril(squares, -1).sum(axis=1)
    behind = np.triu(squares, 1).sum(axis=1)
    return np.concatenate([[0.0], np.cumsum(behind - before)[:-1]])
