"""Random effects of kinship and noise: normal draws, turned into effects on people and traits.

Source: reference/phenotypesimulator/SPEC.md, sections 5 and 6 (``geneticBgEffects``, ``noiseBgEffects``,
``correlatedBgEffects``). Effects are raw: what variance they get is decided in :mod:`.population`.
"""

from collections.abc import Callable, Iterator

import numpy as np

from gtl.simulate.phenotypes.draws import Draws, FloatArray
from gtl.simulate.phenotypes.variance import Role

Related = Callable[[Role, FloatArray], FloatArray]
"""Turns independent normals of people, (n_samples, n_columns), into ones that covary as their kinship does."""


def unrelated(role: Role, normals: FloatArray) -> FloatArray:
    """The :class:`Related` of people who are not: observational noise."""
    return normals


def draw_background(
    draws: Draws,
    shape: tuple[int, int],
    shared: float,
    related: Related = unrelated,
    *,
    mean: float = 0.0,
    sd: float = 1.0,
) -> Iterator[tuple[Role, FloatArray]]:
    """Shared and independent random effects, each of ``shape`` (n_samples, n_traits).

    Parameters
    ----------
    shared : float
        Share of their variance that is shared: at 0 or 1 one of the two is not drawn.
    related
        What makes the people's draws covary.
    mean, sd : float
        Of the normal draws.
    """
    if shared > 0:
        people, traits = draws.normal(mean, sd, shape), draws.normal(mean, sd, shape[1:])
        yield Role.SHARED, shared_background(related(Role.SHARED, people[:, :1]), traits)
    if shared < 1:
        people, traits = draws.normal(mean, sd, shape), draws.normal(mean, sd, shape[1:])
        yield Role.INDEPENDENT, independent_background(related(Role.INDEPENDENT, people), traits)


def shared_background(people: FloatArray, traits: FloatArray) -> FloatArray:
    """Effect b a' (n_samples, n_traits): b is the first column of ``people``, a is ``traits``."""
    return np.outer(people[:, 0], traits)


def independent_background(people: FloatArray, traits: FloatArray) -> FloatArray:
    """Effect D diag(c) (n_samples, n_traits): D is ``people``, c is ``traits``."""
    return people * traits


def draw_correlated_noise(draws: Draws, n_samples: int, correlation: FloatArray) -> FloatArray:
    """Noise (n_samples, n_traits) of people who are independent, with traits correlated as ``correlation`` says.

    Parameters
    ----------
    correlation : (n_traits, n_traits) float64, such as :func:`neighbour_correlation`
    """
    by_person = draws.normal(0, 1, (len(correlation), n_samples)).T  # the R package fills these row by row
    return correlated_noise(by_person, correlation)


def correlated_noise(normals: FloatArray, correlation: FloatArray) -> FloatArray:
    """Independent ``normals`` (n_samples, n_traits) times the symmetric square root of ``correlation``."""
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    return np.asarray(normals @ root, dtype=np.float64)


def neighbour_correlation(correlation: float, n_traits: int) -> FloatArray:
    """Correlation ``correlation`` to the power of the distance between traits, (n_traits, n_traits).

    >>> neighbour_correlation(0.5, 3).tolist()
    [[1.0, 0.5, 0.25], [0.5, 1.0, 0.5], [0.25, 0.5, 1.0]]
    """
    traits = np.arange(n_traits)
    correlations: FloatArray = np.power(correlation, np.abs(traits[:, np.newaxis] - traits))
    return correlations
