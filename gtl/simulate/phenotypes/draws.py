"""The random numbers that the model asks for: a protocol, and its production form over numpy.

The model never sees a generator, only these few kinds of draws, so that the very same code can be run with the
random numbers of the R package (tests) and with numpy's (studies).
"""

from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]


class Draws(Protocol):
    """Independent random draws; arrays are filled column by column, as R fills a matrix."""

    def normal(self, mean: float, sd: float, shape: tuple[int, ...]) -> FloatArray:
        """Normal draws."""

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> FloatArray:
        """Uniform draws in [low, high)."""

    def exponential(self, n: int) -> FloatArray:
        """``n`` exponential draws of mean 1."""

    def choose(self, n: int, k: int) -> IndexArray:
        """``k`` different numbers of 0 ... n-1, in random order."""

    def bernoulli(self, probability: float, n: int) -> FloatArray:
        """``n`` draws of 1.0 with ``probability``, else 0.0."""

    def weighted_categories(self, weights: FloatArray, n: int) -> FloatArray:
        """``n`` draws of 1.0, 2.0, ...; ``weights`` add to 1."""


class NumpyDraws:
    """:class:`Draws` from a numpy generator.

    >>> NumpyDraws(np.random.default_rng(1)).choose(10, 3)
    array([4, 3, 7])
    """

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def normal(self, mean: float, sd: float, shape: tuple[int, ...]) -> FloatArray:
        """Normal draws."""
        return _by_column(self._generator.normal(mean, sd, _size(shape)), shape)

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> FloatArray:
        """Uniform draws in [low, high)."""
        return _by_column(self._generator.uniform(low, high, _size(shape)), shape)

    def exponential(self, n: int) -> FloatArray:
        """``n`` exponential draws of mean 1."""
        return self._generator.exponential(size=n)

    def choose(self, n: int, k: int) -> IndexArray:
        """``k`` different numbers of 0 ... n-1, in random order."""
        return self._generator.choice(n, k, replace=False).astype(np.intp)

    def bernoulli(self, probability: float, n: int) -> FloatArray:
        """``n`` draws of 1.0 with ``probability``, else 0.0."""
        return (self._generator.random(n) < probability).astype(np.float64)

    def weighted_categories(self, weights: FloatArray, n: int) -> FloatArray:
        """``n`` draws of 1.0, 2.0, ...; ``weights`` add to 1."""
        return (self._generator.choice(len(weights), size=n, p=weights) + 1).astype(np.float64)


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _by_column(flat: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    return flat.reshape(shape, order="F")
