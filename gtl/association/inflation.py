"""Genomic control: whether small p-values are commoner than chance has them."""

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri


def lambda_gc(p_values: npt.NDArray[np.float64]) -> float:
    """Median chi-squared (1 df) that the p-values stand for, over the median expected by chance, 0.4549.

    1 = as chance; structure or kinship inflates it (Devlin & Roeder 1999, Biometrics 55:997). Exact tests are
    conservative, more so with few people, so that theirs lies below 1 under the null. nan entries are left out;
    nan if none is left.

    >>> round(lambda_gc(np.linspace(0, 1, 1001)), 3)
    1.0
    """
    tested = p_values[~np.isnan(p_values)]
    if not len(tested):
        return float("nan")
    # chi-squared falls as p rises, so the median p has the median chi-squared.
    return float(chdtri(1, np.median(tested)) / chdtri(1, 0.5))
