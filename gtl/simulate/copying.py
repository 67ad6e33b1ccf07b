"""The copying model of Li and Stephens: a new haplotype is a mosaic of reference haplotypes, with rare mutations.

Here is the reference panel with the model's rates; mosaics are drawn from it in :mod:`gtl.simulate.mosaics`.

Sources: Li & Stephens, Genetics 165:2213 (2003); Su, Marchini & Donnelly, Bioinformatics 27:2304 (2011) (HAPGEN2).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.domain.genetic_map import GeneticMap
from gtl.domain.genotypes import Haplotypes
from gtl.errors import InputError

UNLINKED = 40.0
"""Expected switches beyond which neighbours are unlinked (exp(-40) vanishes beside 1): more cost time only."""

_INTERVALS_A_SNP = 4
"""Of the table that searches begin from: with four, few places have another SNP before them in their interval."""

_NOTHING = 1e-290
"""Expected switches too few to divide by."""


def watterson_theta(n_haplotypes: int) -> float:
    """Mutation parameter that HAPGEN2 takes where none is given: 1 / (1 + 1/2 + ... + 1/n).

    Watterson's estimate for one segregating site among the n reference haplotypes and the new one, so the sum
    has n terms. (Li & Stephens 2003 stop at n - 1; HAPGEN2's log says 0.188673 for 112 haplotypes.)

    >>> round(watterson_theta(112), 6)
    0.188673
    """
    return float(1 / np.sum(1 / np.arange(1, n_haplotypes + 1)))


@dataclass(frozen=True, eq=False)
class CopyingModel:
    """A reference panel, laid out for copying, with the rates of switches and mutations.

    Attributes
    ----------
    alleles : (n_haplotypes, n_variants) int8, C-contiguous, so that a copied segment is one run of memory
    switches : (n_variants,) float64, non-decreasing from 0: expected switches from the first SNP up to each one
    theta : mutation parameter
    """

    alleles: npt.NDArray[np.int8]
    switches: npt.NDArray[np.float64]
    theta: float

    @property
    def flip(self) -> float:
        """Probability that an allele that is copied from the panel mutates into the other one."""
        return self.theta / (2 * (self.theta + len(self.alleles)))

    def rows_from(self, places: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Row of the first SNP at or behind each place along ``switches``; behind the last one it is the next number.

        As ``np.searchsorted(self.switches, places)`` in an eighth of the time: each search begins at the first SNP of
        the place's interval, of which there are so many that it mostly ends there or one further.
        """
        rows = self._first_rows[self._intervals(places)]
        rows += self._with_end[rows] < places
        left = np.flatnonzero(self._with_end[rows] < places)
        rows[left] = np.searchsorted(self.switches, places[left])
        return rows

    @cached_property
    def _first_rows(self) -> npt.NDArray[np.intp]:
        """Row of the first SNP in or behind each interval."""
        found = np.bincount(self._intervals(self.switches), minlength=self._n_intervals)
        return np.asarray(np.cumsum(found) - found, dtype=np.intp)

    @cached_property
    def _with_end(self) -> npt.NDArray[np.float64]:
        return np.append(self.switches, np.inf)

    @property
    def _n_intervals(self) -> int:
        return _INTERVALS_A_SNP * len(self.switches) + 1

    def _intervals(self, places: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Which of the equal intervals of ``switches`` a place is in: never one before that of a lesser place."""
        length = self.switches[-1]
        scale = (self._n_intervals - 1) / length if length > _NOTHING else 0.0
        return np.minimum((places * scale).astype(np.int32), self._n_intervals - 1)

    @classmethod
    def of(
        cls, panel: Haplotypes, genetic_map: GeneticMap, effective_size: float, theta: float | None, later: int = 0
    ) -> Self:
        """The model of ``panel``: 4 Ne / n switches a Morgan, mutation probability theta / (2 (theta + n)).

        Parameters
        ----------
        panel
            Reference haplotypes: at least one haplotype and one SNP, positions ascending, alleles 0 and 1.
        genetic_map
            Recombination map of the panel's chromosome.
        effective_size
            Effective population size Ne (HAPGEN2: 11418 for CEU, 17469 for YRI).
        theta
            Mutation parameter; None takes :func:`watterson_theta`, 0 switches mutation off.
        later
            Haplotypes that will join the panel and be copied, so that each next one switches less.

        Raises
        ------
        InputError
            If the panel is empty, unsorted or has alleles other than 0 and 1, if a parameter is negative, or if
            the map does not cover the panel.
        """
        _check_panel(panel)
        if effective_size < 0 or (theta is not None and theta < 0):
            raise InputError(f"effective size {effective_size} and theta {theta}: expected 0 or more")
        n = panel.n_haplotypes
        theta = watterson_theta(n) if theta is None else theta
        morgans = genetic_map.centimorgans(panel.variants.pos) / 100
        gaps = np.minimum(4 * effective_size * np.diff(morgans) / n, UNLINKED * (n + later) / n)
        switches = np.concatenate([[0.0], np.cumsum(gaps)])
        return cls(_by_haplotype(panel.alleles), switches, theta)


def _by_haplotype(alleles: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """(n_haplotypes, n_variants) of (n_variants, n_haplotypes): as many variants at a time as a cache holds."""
    turned = np.empty(alleles.shape[::-1], dtype=np.int8)
    for first in range(0, len(alleles), 256):
        turned[:, first : first + 256] = alleles[first : first + 256].T
    return turned


def _check_panel(panel: Haplotypes) -> None:
    alleles, pos = panel.alleles, panel.variants.pos
    if alleles.size == 0:
        raise InputError(f"reference panel of {len(pos)} SNPs x {panel.n_haplotypes} haplotypes: needs at least 1 x 1")
    if alleles.min() < 0 or alleles.max() > 1:
        wrong = np.flatnonzero(((alleles != 0) & (alleles != 1)).any(axis=1))
        name = f"{panel.variants.rsid[wrong[0]]} (position {pos[wrong[0]]})"
        raise InputError(f"reference panel: SNP {name} has alleles other than 0 and 1; impute or drop it first")
    falls = np.flatnonzero(np.diff(pos) < 0)
    if len(falls):
        at = int(falls[0])
        raise InputError(f"reference panel: position {pos[at + 1]} follows {pos[at]}; sort the SNPs by position")
