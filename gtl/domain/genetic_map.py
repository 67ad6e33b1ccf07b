"""Recombination map of one chromosome: genetic distance along the physical one."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

MAX_UNCOVERED = 0.05
"""Largest share of a region's length that may lie beyond the ends of its map."""


@dataclass(frozen=True, eq=False)
class GeneticMap:
    """Cumulative genetic position at physical positions.

    Attributes
    ----------
    pos : (n,) int64, base pairs, non-decreasing, n >= 2
    cm : (n,) float64, centimorgans, non-decreasing
    name : what errors call it; a reader puts the file before it

    Raises
    ------
    InputError
        If the columns differ in length, there are fewer than two rows, a value is not a finite
        number, or a column decreases (the message names the row, counted from 1).
    """

    pos: npt.NDArray[np.int64]
    cm: npt.NDArray[np.float64]
    name: str = "genetic map"

    def __post_init__(self) -> None:
        if self.pos.shape != self.cm.shape or self.pos.ndim != 1:
            raise InputError(f"{self.name}: {self.pos.shape} positions beside {self.cm.shape} centimorgans")
        if len(self.pos) < 2:
            raise InputError(f"{self.name}: {len(self.pos)} row(s); interpolation needs at least 2")
        if not np.isfinite(self.cm).all():
            row = int(np.flatnonzero(~np.isfinite(self.cm))[0])
            raise InputError(f"{self.name}: row {row + 1}: centimorgans are {self.cm[row]}, expected a finite number")
        _check_ascending(self.name, "position", self.pos)
        _check_ascending(self.name, "centimorgans", self.cm)

    @classmethod
    def uniform(cls, rate_per_bp: float, length: float) -> Self:
        """Map of one rate from position 0 to ``length`` base pairs.

        Parameters
        ----------
        rate_per_bp
            Recombinations per base pair and generation (1e-8 is 1 cM/Mb).
        length
            Base pairs, rounded up.

        Examples
        --------
        >>> GeneticMap.uniform(1e-8, 2_000_000).centimorgans(np.array([500_000])).tolist()
        [0.5]
        """
        end = int(np.ceil(length))
        return cls(np.array([0, end], dtype=np.int64), np.array([0.0, 100.0 * rate_per_bp * end]))

    def centimorgans(self, pos: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Genetic positions of physical ones, by linear interpolation.

        Beyond the map's ends the genetic position stays that of the end, so nothing recombines there. HAPGEN2's maps
        start and end a little inside the haplotypes' region, so a small overhang is allowed: at most
        :data:`MAX_UNCOVERED` of the region from the first to the last of ``pos``. More means a map of
        another build or chromosome, and is refused.

        Parameters
        ----------
        pos
            (n,) int64, base pairs, in any order.

        Returns
        -------
        (n,) float64, centimorgans

        Raises
        ------
        InputError
            If more of the region than that lies outside the map.

        Examples
        --------
        >>> GeneticMap(np.array([100, 300]), np.array([0.0, 1.0])).centimorgans(np.array([100, 150, 300])).tolist()
        [0.0, 0.25, 1.0]
        """
        if len(pos):
            self._check_covers(int(pos.min()), int(pos.max()))
        return np.interp(pos, self.pos, self.cm)

    def _check_covers(self, first: int, last: int) -> None:
        start, end = int(self.pos[0]), int(self.pos[-1])
        length = last - first + 1
        covered = max(0, min(last, end) - max(first, start) + 1)
        if length - covered > MAX_UNCOVERED * length:
            raise InputError(
                f"{self.name} covers positions {start} to {end}, but the variants lie at {first} to {last}: "
                f"{1 - covered / length:.0%} of that region is outside the map, at most {MAX_UNCOVERED:.0%} may be; "
                "give the map of the same chromosome and genome build, or leave those variants out"
            )


def _check_ascending(name: str, what: str, values: npt.NDArray[np.int64] | npt.NDArray[np.float64]) -> None:
    falls = np.flatnonzero(np.diff(values) < 0)
    if len(falls):
        row = int(falls[0]) + 1
        raise InputError(
            f"{name}: row {row + 1}: {what} {values[row]} is below the row before ({values[row - 1]}); "
            "sort the map by position, one chromosome only"
        )
