"""Regression penalised towards prior effects: ridge on the difference (Wu & de los Campos 2026, TL-PR with alpha 0).

Minimises |y - X b|² + penalty |b - prior|², whose solution is prior + (X'X + penalty I)⁻¹ (X'y - X'X prior).
"""

import numpy as np
import numpy.typing as npt

from gtl.errors import InputError
from gtl.learn.prior_effects.evidence import RANK, Evidence
from gtl.learn.prior_effects.paths import EffectPath

Array = npt.NDArray[np.float64]

SHARES = np.exp(np.linspace(np.log(100), np.log(0.003), 60))
"""Penalties that are tried, over X'X's largest eigenvalue: from next to no move to nearly least squares."""


def penalties_of(evidence: Evidence) -> Array:
    """(n_settings,) penalties to try, descending; the first moves no direction by more than 1 %."""
    return np.asarray(SHARES * max(float(evidence.spectrum.values.max(initial=0.0)), np.finfo(float).tiny))


def penalised_path(evidence: Evidence, prior: Array, penalties: Array) -> EffectPath:
    """Effects at each of ``penalties``.

    Parameters
    ----------
    evidence
        X'X and X'y.
    prior
        (n_variants,) effects on the same scale.
    penalties
        (n_settings,) above 0; infinite ones keep the prior effects. Towards 0 they tend to least squares; where X'X
        has no inverse, to the solution that is nearest to the prior effects.

    Raises
    ------
    InputError
        When a penalty is not above 0.

    Examples
    --------
    >>> evidence = Evidence.of_cross_products(np.diag([4.0, 1.0]), np.array([4.0, 1.0]), 9.0, 5)
    >>> penalised_path(evidence, np.zeros(2), np.array([np.inf, 1.0])).at(1).round(3).tolist()
    [0.8, 0.5]
    """
    if not (penalties > 0).all():
        raise InputError(f"penalised regression: penalties {penalties.tolist()}; expected numbers above 0")
    values = evidence.spectrum.values[:, None]
    # Directions that X'X does not know have rounding alone to be moved by.
    filters = np.where(values > RANK * values.max(initial=0.0), 1 / (values + penalties), 0.0)
    return EffectPath.filtered(evidence, prior, penalties, filters)
