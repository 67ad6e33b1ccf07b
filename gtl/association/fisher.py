"""Fisher's exact test of many 2x2 tables (R. A. Fisher 1922); the paper's Module 3 takes PLINK's."""

import numpy as np
import numpy.typing as npt

from gtl.association.exact import Counts, Weights, exact_p, log_factorials


def fisher_exact(tables: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Test each 2x2 table: two-sided p is the summed probability of all tables no likelier, margins held.

    Each distinct table is computed once. As PLINK's ``--assoc fisher``, R's ``fisher.test`` and scipy's
    ``fisher_exact``; a table with an empty margin has p = 1.

    Parameters
    ----------
    tables : (n_variants, 2, 2) int64
        Allele counts: rows case and control, columns alt and ref.

    >>> fisher_exact(np.array([[[8, 2], [1, 5]]])).round(6)
    array([0.034965])
    """
    folded, where = np.unique(_fold(tables), axis=0, return_inverse=True)
    return _fisher_exact(folded)[where.reshape(-1)]


def _fold(tables: Counts) -> Counts:
    """Exchange rows and columns so that the smaller margins come first: same p, fewer tables and outcomes."""
    tables = np.where((tables[:, 0].sum(-1) > tables[:, 1].sum(-1))[:, None, None], tables[:, ::-1], tables)
    columns = tables.sum(axis=1)
    tables = np.where((columns[:, 0] > columns[:, 1])[:, None, None], tables[:, :, ::-1], tables)
    return tables.reshape(-1, 4)


def _fisher_exact(tables: Counts) -> Weights:
    row, column, total = tables[:, 0] + tables[:, 1], tables[:, 0] + tables[:, 2], tables.sum(axis=1)
    # Folded, both margins are at most half of the total, so the top left cell runs from 0 to the smaller margin.
    cells = np.minimum(row, column) + 1
    factorials = log_factorials(int(total.max(initial=0)))

    def log_weight(tests: Counts, cell: Counts) -> Weights:
        cell = np.minimum(cell, cells[tests] - 1)
        top = factorials[cell] + factorials[row[tests] - cell]
        bottom = factorials[column[tests] - cell] + factorials[(total - row - column)[tests] + cell]
        return np.asarray(-(top + bottom))

    return exact_p(log_weight, tables[:, 0], cells)
