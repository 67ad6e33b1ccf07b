"""Kinship (genetic relationship) of a cohort from its genotypes, as the R package PhenotypeSimulator has it.

The package itself takes the whole matrix, people x people; the built-in model draws effects that covary by it without
ever making it (:mod:`.marker_effects`). Source: ``standardiseGenotypes`` and ``getKinship``
(reference/phenotypesimulator/SPEC.md, 2 and 5).
"""

import numpy as np
import numpy.typing as npt

from gtl.domain.genotypes import MISSING
from gtl.errors import InputError

FloatArray = npt.NDArray[np.float64]

_BLOCK = 1024  # variants at a time: 8 MB of float64 for 1000 people

RIDGE = 1e-4
"""Added to the diagonal, so that the matrix is positive definite."""


def kinship(dosages: npt.NDArray[np.int8], *, standardise: bool = True, impute_missing: bool = False) -> FloatArray:
    """Kinship matrix K = Z'Z / mean(diag(Z'Z)) + 1e-4 I of standardised genotypes Z.

    Parameters
    ----------
    dosages : (n_variants, n_samples) int8
        Counts of the effect allele, -1 = missing.
    standardise : bool
        Centre each variant at 2q and divide by sqrt(2q(1-q)), its SD under Hardy-Weinberg equilibrium, q being its
        allele frequency in ``dosages``; monomorphic variants become 0. False: raw dosages.
    impute_missing : bool
        Replace missing dosages first (see :func:`impute_dosages`). False: a missing dosage is an error.

    Returns
    -------
    (n_samples, n_samples) float64, symmetric, mean of the diagonal 1.0001

    Raises
    ------
    InputError
        A dosage is missing (without ``impute_missing``) or not 0, 1 or 2; no variant varies.

    Examples
    --------
    >>> kinship(np.array([[0, 1, 2], [2, 2, 2]], dtype=np.int8)).round(4).tolist()
    [[1.5001, 0.0, -1.5], [0.0, 0.0001, 0.0], [-1.5, 0.0, 1.5001]]
    """
    products = _cross_products(dosages, standardise, impute_missing)
    mean_diagonal = float(np.diagonal(products).mean())
    if not mean_diagonal > 0:
        raise InputError(
            f"kinship: none of the {len(dosages)} variants varies among the {dosages.shape[1]} people, so that nobody "
            "is more related than anybody else; use other genotypes, or set phenotypes.kinship_share to 0"
        )
    lower = products / mean_diagonal
    matrix = np.asarray(lower + np.tril(lower, -1).T, order="C")
    matrix[np.diag_indices_from(matrix)] += RIDGE
    return matrix


def checked_block(dosages: npt.NDArray[np.int8], first_row: int, *, impute_missing: bool) -> FloatArray:
    """Some variants' genotypes as numbers to reckon with, (n_variants, n_samples) float64.

    Parameters
    ----------
    dosages
        Of consecutive variants.
    first_row
        Row of the first of them, for messages.
    impute_missing
        As of :func:`kinship`.

    Raises
    ------
    InputError
        A dosage is missing (without ``impute_missing``) or not 0, 1 or 2.
    """
    if impute_missing and (dosages == MISSING).any():
        dosages = impute_dosages(dosages)
    _check_dosages(dosages, first_row)
    return dosages.astype(np.float64)


def centre_and_scale(block: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What standardising takes off each variant and then multiplies it with, (n_variants,) each; 0 where none varies.

    >>> centre, scale = centre_and_scale(np.array([[0.0, 1, 2], [2, 2, 2]]))
    >>> centre.tolist(), scale.round(3).tolist()
    ([1.0, 2.0], [1.414, 0.0])
    """
    frequency = block.mean(axis=1) / 2
    sd = np.sqrt(2 * frequency * (1 - frequency))
    return 2 * frequency, np.divide(1.0, sd, out=np.zeros_like(sd), where=sd > 0)


def impute_dosages(dosages: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Missing dosages replaced by their variant's mean, rounded to a whole number (half to even).

    Parameters
    ----------
    dosages : (n_variants, n_samples) int8, -1 = missing

    Raises
    ------
    InputError
        A variant is missing in everybody.

    Examples
    --------
    >>> impute_dosages(np.array([[0, -1, 1, 2]], dtype=np.int8))
    array([[0, 1, 1, 2]], dtype=int8)
    """
    missing = dosages == MISSING
    called = dosages.shape[1] - missing.sum(axis=1)
    if (called == 0).any():
        raise InputError(f"genotypes: variant row {int(np.argmin(called))} is missing in everybody; remove it (QC)")
    means = np.rint(np.where(missing, 0, dosages).sum(axis=1) / called).astype(np.int8)
    return np.where(missing, means[:, np.newaxis], dosages)


def _cross_products(dosages: npt.NDArray[np.int8], standardise: bool, impute_missing: bool) -> FloatArray:
    """Lower triangle of Z'Z, accumulated over blocks of variants."""
    from scipy.linalg.blas import dsyrk  # settings are checked by this package, too, and shall not wait for it

    n_samples = dosages.shape[1]
    products: FloatArray = np.zeros((n_samples, n_samples), order="F")
    for start in range(0, len(dosages), _BLOCK):
        block = dosages[start : start + _BLOCK]
        z = checked_block(block, start, impute_missing=impute_missing)
        if standardise:
            centre, scale = centre_and_scale(z)
            z = (z - centre[:, None]) * scale[:, None]
        products = dsyrk(1.0, z.T, beta=1.0, c=products, lower=1, overwrite_c=1)
    return products


def _check_dosages(block: npt.NDArray[np.int8], start: int) -> None:
    if block.min() >= 0 and block.max() <= 2:
        return
    row, sample = np.argwhere((block < 0) | (block > 2))[0]
    found = "missing" if block[row, sample] == MISSING else f"{block[row, sample]}"
    raise InputError(
        f"kinship: the dosage of variant row {start + row}, sample {sample} is {found}, expected 0, 1 or 2; remove "
        "such variants (QC), or set phenotypes.impute_missing"
    )
