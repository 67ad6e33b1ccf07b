"""Correlations of the variants of a block among a reference's people, shrunk for the people's number."""

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError

Floats = npt.NDArray[np.float32]

FEWEST = 10
"""People of a reference; fewer say nothing of LD."""

LEAST_SHRINKAGE = 0.01
"""Part of the identity in every matrix: the people of the statistics are not those of the reference."""


def block_ld(dosages: npt.NDArray[np.int8] | Floats) -> Floats:
    """LD of the variants of a block: :func:`shrunk` correlations of dosages.

    Parameters
    ----------
    dosages
        (m, n_people) int8, -1 = missing, or float32, NaN = missing; missing ones count as the variant's mean.

    Returns
    -------
    (m, m) float32, positive definite, 1 on the diagonal; variants that do not vary are correlated with none

    Raises
    ------
    InputError
        If there are fewer than :data:`FEWEST` people.

    Examples
    --------
    >>> ld = block_ld(np.array([[0, 1, 2] * 40, [0, 1, 2] * 40, [1, 1, 1] * 40], dtype=np.int8))
    >>> print(ld.round(2))
    [[1.   0.99 0.  ]
     [0.99 1.   0.  ]
     [0.   0.   1.  ]]
    """
    rows = scaled(dosages)
    return shrunk(rows @ rows.T, rows.shape[1])


def scaled(dosages: npt.NDArray[np.int8] | Floats) -> Floats:
    """(m, n_people) rows of mean 0 and length 1, so that products are correlations; of 0 where a variant is constant.

    Parameters and errors as of :func:`block_ld`.
    """
    if dosages.shape[1] < FEWEST:
        raise InputError(
            f"an LD reference of {dosages.shape[1]} people: correlations need {FEWEST} at least, better hundreds; "
            "give genotypes of more people like those of the statistics"
        )
    rows = dosages.astype(np.float32)
    missing = ~(rows >= 0)
    rows[missing] = 0
    known = np.maximum((~missing).sum(axis=1, keepdims=True), 1)
    rows -= rows.sum(axis=1, keepdims=True, dtype=np.float64) / known
    rows[missing] = 0
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    # What is left of a constant after its mean was taken is rounding.
    vary = length > 1e-4
    return np.where(vary, rows / np.where(vary, length, 1), np.float32(0))


def shrunk(correlation: Floats, people: int) -> Floats:
    """Correlations drawn to 0 by as much as chance makes them spread: positive definite, 1 on the diagonal.

    The share taken off is the sum of the sampling variances of all pairs over the sum of their squares (Schäfer &
    Strimmer 2005, Stat Appl Genet Mol Biol 4:32, target D), at least :data:`LEAST_SHRINKAGE`.

    Parameters
    ----------
    correlation
        (m, m), diagonal 1, or 0 of variants that do not vary.
    """
    squares = correlation.astype(np.float64) ** 2
    np.fill_diagonal(squares, 0)
    vary = np.diagonal(correlation) > 0
    variances = ((1 - squares) ** 2 / (people - 1))[np.ix_(vary, vary)]
    np.fill_diagonal(variances, 0)
    total = squares.sum()
    share = min(max(variances.sum() / total, LEAST_SHRINKAGE), 1.0) if total > 0 else 1.0
    ld = correlation * np.float32(1 - share)
    np.fill_diagonal(ld, 1)
    return ld
