"""scikit-learn's SVM with a radial kernel, by products of matrices.

libsvm takes the distance of two people at a time, from all their SNPs; a product of matrices gives those of all people
in a small part of the time. A fit is scikit-learn's own on these distances, and is kept as if libsvm had taken them:
distances of whole dosages are whole numbers, and come out the same in whichever order they are summed.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sklearn.svm import SVC, SVR

Machine = TypeVar("Machine", SVC, SVR)

Array = npt.NDArray[np.float64]
Dosages = npt.NDArray[np.float32]

_BLOCK = 1 << 22
"""Dosages that are multiplied at a time, in eight bytes each."""


def fit_radial(machine: Machine, dosages: Dosages, outcome: npt.NDArray[np.float64] | npt.NDArray[np.int8]) -> Machine:
    """Fit ``SVC()`` or ``SVR()``, whose kernel is radial and whose gamma is ``scale``.

    Parameters
    ----------
    machine
        Not fitted.
    dosages
        (n_people, n_snps) float32, nothing missing. Needs 16 n_people² bytes, and before them for a moment
        16 n_people n_snps.
    outcome
        (n_people,) case status or values.

    Returns
    -------
    ``machine``, as its own ``fit`` leaves it.

    Examples
    --------
    >>> x, y = np.float32([[0, 1], [0, 0], [2, 1], [2, 2]]), np.int8([0, 0, 1, 1])
    >>> fit_radial(SVC(), x, y).predict(x).tolist()
    [0, 0, 1, 1]
    """
    gamma = _gamma(dosages)
    on_distances = type(machine)(kernel="precomputed").fit(_kernel(dosages, dosages, gamma), outcome)
    own = {
        "_gamma": gamma,
        "shape_fit_": dosages.shape,
        "n_features_in_": dosages.shape[1],
        "support_vectors_": np.ascontiguousarray(dosages[on_distances.support_], dtype=np.float64),
    }
    vars(machine).update({name: own.get(name, value) for name, value in vars(on_distances).items() if name != "kernel"})
    return machine


def decisions(machine: SVC | SVR, dosages: Dosages) -> Array:
    """(n_people, n_snps) dosages → (n_people,) ``decision_function`` of a fitted ``SVC``, ``predict`` of an ``SVR``."""
    kernel = _kernel(dosages, machine.support_vectors_, machine._gamma)
    # Summed by person: a product's last digits would depend on how many people there are.
    decision: Array = (kernel * machine.dual_coef_[0]).sum(axis=1) + machine.intercept_[0]
    return decision


def _gamma(dosages: Dosages) -> np.float64 | float:
    """What scikit-learn makes of ``scale``."""
    variance = dosages.astype(np.float64).var()
    return 1.0 / (dosages.shape[1] * variance) if variance else 1.0


def _kernel(one: npt.NDArray[np.floating], two: npt.NDArray[np.floating], gamma: np.float64 | float) -> Array:
    """(n_one, n_two) exp(-gamma × squared distance)."""
    kernel = np.zeros((len(one), len(two)))
    of_rows, of_columns = np.zeros(len(one)), np.zeros(len(two))
    step = max(1, _BLOCK // max(1, len(one) + len(two)))
    for first in range(0, one.shape[1], step):
        rows = np.asarray(one[:, first : first + step], dtype=np.float64)
        columns = rows if two is one else np.asarray(two[:, first : first + step], dtype=np.float64)
        kernel += rows @ columns.T  # of one matrix with itself numpy takes half of the products
        of_rows += np.einsum("ij,ij->i", rows, rows)
        of_columns += np.einsum("ij,ij->i", columns, columns)
    kernel *= -2  # |a - b|² = |a|² + |b|² - 2 ab
    kernel += of_rows[:, None]
    kernel += of_columns
    kernel *= -gamma
    return np.exp(kernel, out=kernel)
