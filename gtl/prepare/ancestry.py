"""People whose genotypes lie among those of the other population."""

import numpy as np
import numpy.typing as npt

_APART = 6.0
"""Distance of two populations' centres, in robust standard deviations, from which people can be told apart: somebody
in the middle is then three from either."""

_MOST = 0.8
_NORMAL = 1.2816
"""Share of people by whom a spread is told, and how far in standard deviations so many of a normal population are: up
to a fifth may be anywhere, and a group of more than a fifth is part of the population."""


def sits_with_other_population(
    scores: npt.NDArray[np.float64], populations: npt.NDArray[np.object_]
) -> npt.NDArray[np.bool_]:
    """Mask of people who are nearer to another population's centre than to their own.

    A centre is the median of each component. A component's unit is the spread within populations, of that one where it
    is widest, so that a component along which one population falls into groups of its own counts little. Populations
    whose centres are less than 6 units apart cannot be told apart, and nobody is told.

    Parameters
    ----------
    scores : (n_people, n_components)
        Of everybody together (:func:`gtl.prepare.components.principal_components`); the first few.
    populations : (n_people,) str objects

    Examples
    --------
    >>> scores = np.array([[0.0], [0.1], [-0.1], [0.2], [-0.2], [5.2], [5.0], [5.1], [4.9]])
    >>> sits_with_other_population(scores, np.array(["a"] * 6 + ["b"] * 3, dtype=object)).tolist()
    [False, False, False, False, False, True, False, False, False]
    """
    names, own = np.unique(populations.astype(str), return_inverse=True)
    centres = np.array([np.median(scores[own == number], axis=0) for number in range(len(names))])
    away = np.abs(scores - centres[own])
    spreads = [np.quantile(away[own == number], _MOST, axis=0) for number in range(len(names))]
    unit = np.max(spreads, axis=0) / _NORMAL
    unit = np.where(unit > 0, unit, np.inf)
    distance = np.linalg.norm((scores[:, None] - centres) / unit, axis=2)
    apart = np.linalg.norm((centres[:, None] - centres) / unit, axis=2)
    distance[apart[own] < _APART] = np.inf
    distance[np.arange(len(own)), own] = np.linalg.norm((scores - centres[own]) / unit, axis=1)
    return np.asarray(distance.argmin(axis=1) != own)
