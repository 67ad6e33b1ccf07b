"""Fisher's exact test of many 2x2 tables (R. A. Fisher 1922); the paper's Module 3 takes PLINK's."""

import numpy as np
import numpy.typing as npt

from gtl.association.exact import Array, Counts, Distributions, exact_p, log_factorials


def fisher_exact(tables: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Test each 2x2 table: two-sided p is the summed probability of all tables no likelier, margins held.

    Each distinct table is computed once. As PLINK's ``--assoc fisher`` and scipy's ``fisher_exact``; a table with an
    empty margin has p = 1.

    Parameters
    ----------
    tables : (n_variants, 2, 2) int64
        Allele counts: rows case and control, columns alt and ref.

    >>> fisher_exact(np.array([[[8, 2], [1, 5]]])).round(6)
    array([0.034965])
    """
    (cell, right), (below, other) = np.moveaxis(tables, 0, -1)
    row, column, total = cell + right, cell + below, cell + right + below + other
    # Exchange rows, and columns, so that the smaller margin comes first: the same p of fewer outcomes.
    upside_down = 2 * row > total
    cell, row = np.where(upside_down, column - cell, cell), np.where(upside_down, total - row, row)
    mirrored = 2 * column > total
    cell, column = np.where(mirrored, row - cell, cell), np.where(mirrored, total - column, column)
    return exact_p(_hypergeometric, np.column_stack([row, column, total]), cell)


def _hypergeometric(margins: Counts) -> Distributions:
    """The first cell of tables with these sums of first row, first column and all; both are at most half of all."""
    row, column, total = margins.T
    rest = total - row - column
    factorials = log_factorials(int(total.max(initial=0)))
    ways = (
        factorials[row] + factorials[total - row] + factorials[column] + factorials[total - column] - factorials[total]
    )

    def log_probability(tables: Counts, cell: Counts) -> Array:
        top = factorials.take(cell) + factorials.take(row[tables] - cell)
        bottom = factorials.take(column[tables] - cell) + factorials.take(rest[tables] + cell)
        return np.asarray(ways[tables] - (top + bottom))

    return Distributions(log_probability, np.minimum(row, column), factorials)
