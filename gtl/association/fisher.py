"""Fisher's exact test of many 2x2 tables (R. A. Fisher 1922); the paper's Module 3 takes PLINK's."""

import numpy as np
import numpy.typing as npt

from gtl.association.counts import distinct_rows
from gtl.association.exact import Array, Counts, exact_p, log_factorials


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
    distinct, where = distinct_rows(_fold(tables).reshape(-1, 4))
    return _fisher_exact(distinct.reshape(-1, 2, 2))[where]


def _fisher_exact(folded: Counts) -> Array:
    case_alt, row, column = folded[:, 0, 0], folded[:, 0].sum(axis=1), folded[:, :, 0].sum(axis=1)
    total = folded.sum(axis=(1, 2))
    rest = total - row - column
    factorials = log_factorials(int(total.max(initial=0)))
    margins = (
        factorials[row] + factorials[total - row] + factorials[column] + factorials[total - column] - factorials[total]
    )

    def log_probability(tests: Counts, cell: Counts) -> Array:
        top = factorials.take(cell) + factorials.take(row[tests] - cell)
        bottom = factorials.take(column[tests] - cell) + factorials.take(rest[tests] + cell)
        return np.asarray(margins[tests] - (top + bottom))

    # Folded, both margins are at most half of the total: the cell runs from 0 to the smaller one.
    return exact_p(log_probability, case_alt, np.minimum(row, column) + 1, factorials)


def _fold(tables: Counts) -> Counts:
    """Exchange rows, and columns, so that the smaller margin comes first: the same p."""
    rows, columns = tables.sum(axis=2), tables.sum(axis=1)
    tables = np.where((rows[:, 0] > rows[:, 1])[:, None, None], tables[:, ::-1], tables)
    return np.where((columns[:, 0] > columns[:, 1])[:, None, None], tables[:, :, ::-1], tables)
