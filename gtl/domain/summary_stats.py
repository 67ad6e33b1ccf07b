"""What a genome-wide association study says of each variant: effects, their errors, p-values, people, frequencies."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import Variants
from gtl.errors import InputError

Array = npt.NDArray[np.float64]

_COLUMNS = ("beta", "se", "neg_log10_p", "n", "frequency")


@dataclass(frozen=True, eq=False)
class SummaryStats:
    """Marginal effects of one trait, variant by variant.

    Attributes
    ----------
    variants : Variants
        ``alt`` is the effect allele, ``ref`` the other one; chromosome "0" and position 0 where a file gives ids only.
    beta : (n_variants,) float64
        Effect of one more effect allele: in units of the trait, or log odds.
    se : (n_variants,) float64, its standard error, above 0
    neg_log10_p : (n_variants,) float64
        -log10 of the p-value, which may be too small for a float64 itself.
    n : (n_variants,) float64
        People; for a binary trait with known cases and controls the effective number (:func:`effective_n`). NaN =
        not known.
    frequency : (n_variants,) float64, of the effect allele; NaN = not known
    per_allele : bool
        False: effects are those of a genotype scaled to variance 1 on a trait scaled likewise, as Z and N without
        frequencies give them.

    Examples
    --------
    >>> word = lambda text: np.array([text], dtype=object)
    >>> variants = Variants(word("21"), np.array([5]), word("rs5"), word("A"), word("G"))
    >>> number = lambda value: np.array([value])
    >>> stats = SummaryStats(variants, number(0.1), number(0.05), number(1.34), number(1e4), number(0.3))
    >>> stats.z.tolist(), len(stats)
    ([2.0], 1)
    """

    variants: Variants
    beta: Array
    se: Array
    neg_log10_p: Array
    n: Array
    frequency: Array
    per_allele: bool = True

    def __post_init__(self) -> None:
        for name in _COLUMNS:
            column = getattr(self, name)
            if column.shape != (len(self.variants),) or column.dtype != np.float64:
                raise InputError(
                    f"summary statistics: {name} is {column.dtype} of shape {column.shape}, expected float64 for each "
                    f"of {len(self.variants)} variants"
                )
        self._check_values()

    def _check_values(self) -> None:
        tests = {
            "beta is not finite": ~np.isfinite(self.beta),
            "se is not above 0": ~(np.isfinite(self.se) & (self.se > 0)),
            "neg_log10_p is below 0 or not finite": ~(np.isfinite(self.neg_log10_p) & (self.neg_log10_p >= 0)),
            "n is not above 0": self.n <= 0,
            "frequency is not within 0 and 1": (self.frequency < 0) | (self.frequency > 1),
        }
        for fault, rows in tests.items():
            if rows.any():
                row = int(np.flatnonzero(rows)[0])
                raise InputError(f"summary statistics: {fault} for {self.variants.rsid[row]} (row {row + 1})")

    def __len__(self) -> int:
        return len(self.variants)

    @property
    def z(self) -> Array:
        """(n_variants,) effects over their standard errors."""
        return self.beta / self.se

    def take(self, rows: npt.NDArray[np.intp] | npt.NDArray[np.bool_] | slice) -> Self:
        """The statistics at ``rows`` (indices, mask or slice)."""
        columns = {name: getattr(self, name)[rows] for name in _COLUMNS}
        return replace(self, variants=self.variants.take(rows), **columns)


def effective_n(cases: npt.ArrayLike, controls: npt.ArrayLike) -> Array:
    """People of a study with as many cases as controls that has the same power: 4 / (1/cases + 1/controls).

    Willer et al. 2010, Bioinformatics 26:2190 (METAL). NaN where a number is unknown or none.

    >>> effective_n([1000, 100], [1000, 9900]).round(6).tolist()
    [2000.0, 396.0]
    """
    numbers = [np.asarray(column, dtype=np.float64) for column in (cases, controls)]
    case, control = (np.where(column > 0, column, np.nan) for column in numbers)
    return np.asarray(4 / (1 / case + 1 / control))
