"""Scaling of components to their variances, and of their sum to a liability of mean 0 and SD 1.

Source: reference/phenotypesimulator/SPEC.md, section 7 (``rescaleVariance``).
"""

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.simulate.phenotypes.draws import FloatArray

_CONSTANT = 1e-12
"""Values that differ by less than this share of their size are equal: what is left is rounding of sums."""


def rescale(effect: FloatArray, target: float) -> tuple[FloatArray, float]:
    """``effect`` times one factor, so that its sample variance (divisor n - 1), averaged over traits, is ``target``.

    Parameters
    ----------
    effect : (n_samples, n_traits) float64

    Returns
    -------
    (n_samples, n_traits) float64 and the factor; nothing is centred

    Raises
    ------
    InputError
        There is no variance to scale, or fewer than two people.

    Examples
    --------
    >>> rescale(np.array([[1.0], [2.0], [3.0]]), 0.25)[0].ravel().tolist()
    [0.5, 1.0, 1.5]
    """
    if len(effect) < 2:
        raise InputError(f"a variance needs at least 2 people, got {len(effect)}; simulate more")
    if _constant(effect).all():
        raise InputError("everybody has the same value, so that it cannot be scaled to a variance")
    scale = float(np.sqrt(target / effect.var(axis=0, ddof=1).mean()))
    return effect * scale, scale


def standardised(total: FloatArray, n_reference: int | None = None) -> tuple[FloatArray, FloatArray]:
    """``total`` (n_samples, n_traits) with mean 0 and SD 1 (divisor n - 1) in each trait, and the SDs it had.

    Mean and SD are those of the first ``n_reference`` people; of all by default, as in the R package.

    >>> standardised(np.array([[1.0], [3.0], [6.0]]), n_reference=2)[0].ravel().round(3).tolist()
    [-0.707, 0.707, 2.828]
    """
    reference = total[:n_reference]
    if len(reference) < 2:
        raise InputError(f"a variance needs at least 2 people, got {len(reference)}; simulate more")
    constant = _constant(reference)
    if constant.any():
        raise InputError(
            f"trait {int(np.argmax(constant)) + 1} has no variance, because no component acts on it; give "
            "it noise, or set phenotypes.affected_traits_share to 1"
        )
    sd = reference.std(axis=0, ddof=1)
    return (total - reference.mean(axis=0)) / sd, sd


def _constant(values: FloatArray) -> npt.NDArray[np.bool_]:
    """True for each trait in which all people are equal."""
    same: npt.NDArray[np.bool_] = np.ptp(values, axis=0) <= _CONSTANT * np.abs(values).max(axis=0)
    return same
