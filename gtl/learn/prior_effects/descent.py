"""Gradient descent from prior effects, stopped early: Zhao et al. 2022 (AJHG 109:1998), Wu & de los Campos 2026.

A step moves effects b against the gradient of half the squared error: b + rate (X'y - X'X b). After t steps the share
1 - (1 - rate d)^t of the least-squares correction is done along an eigenvector of X'X with eigenvalue d, which is how
all stops are computed at once and none of them can diverge.
"""

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.learn.prior_effects.evidence import Evidence
from gtl.learn.prior_effects.paths import EffectPath

Array = npt.NDArray[np.float64]

RATE = 0.1
"""Length of a step, over the inverse of X'X's largest eigenvalue: below 1 no direction overshoots."""

STEPS = np.arange(201)
"""Stops that are tried."""


def descent_path(evidence: Evidence, prior: Array, steps: npt.NDArray[np.integer] = STEPS) -> EffectPath:
    """Effects after each of ``steps`` steps; 0 steps are the prior effects.

    Parameters
    ----------
    evidence
        X'X and X'y.
    prior
        (n_variants,) effects on the same scale.
    steps
        (n_settings,) of 0 or more.

    Raises
    ------
    InputError
        When a number of steps is negative.

    Examples
    --------
    >>> evidence = Evidence.of_cross_products(np.diag([4.0, 1.0]), np.array([4.0, 1.0]), 9.0, 5)
    >>> descent_path(evidence, np.zeros(2), np.array([0, 1, 10000])).at(1).round(3).tolist()
    [0.1, 0.025]
    """
    if (steps < 0).any():
        raise InputError(f"gradient descent: {int(steps.min())} steps; expected 0 or more")
    values = evidence.spectrum.values
    share = RATE * values / max(float(values.max(initial=0.0)), np.finfo(float).tiny)
    done = 1 - (1 - share)[:, None] ** steps
    filters = np.divide(done, values[:, None], out=np.zeros_like(done), where=share[:, None] > 0)
    return EffectPath.filtered(evidence, prior, steps.astype(np.float64), filters)
