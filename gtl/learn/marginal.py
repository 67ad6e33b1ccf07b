"""Effects of SNPs one by one: simple regressions inside a method's training people, for scores and for clumping."""

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

Array = npt.NDArray[np.float64]


def marginal_effects(x: Array, value: Array) -> tuple[Array, Array]:
    """Slope and p-value of the regression of ``value`` on each column alone, two-sided t-test.

    Parameters
    ----------
    x
        (n_people, n_snps) float64, each column centred; missing genotypes at its mean, 0.
    value
        (n_people,) float64: a trait, or 1.0 = case and 0.0 = control (the test is then Armitage's trend test but for
        the t distribution).

    Returns
    -------
    slope, p_value
        (n_snps,) float64; 0 and nan for a column that does not vary.

    Examples
    --------
    >>> slope, p_value = marginal_effects(np.array([[-1.0, 0], [-1, 0], [1, 0], [1, 0]]), np.array([0.0, 1, 2, 3]))
    >>> slope.tolist(), p_value.round(6).tolist()
    ([1.0, 0.0], [0.105573, nan])
    """
    y, squares = value - value.mean(), (x**2).sum(axis=0)
    varies = squares > 0
    slope = np.where(varies, (y @ x) / np.where(varies, squares, 1), 0.0)
    explained = slope**2 * squares
    freedom = len(y) - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.sqrt(explained * freedom / np.maximum(y @ y - explained, 0))
    return slope, np.where(varies, 2 * stdtr(freedom, -t), np.nan)


def slope_of(score: Array, value: Array) -> float:
    """Slope of ``value`` on one score; nan where the score does not vary.

    >>> slope_of(np.array([0.0, 1, 2]), np.array([5.0, 7, 9]))
    2.0
    """
    deviation = score - score.mean()
    square = float(deviation @ deviation)
    return float(deviation @ value) / square if square > 0 else float("nan")
