"""R's random numbers (R >= 3.6 defaults), so that a whole run of the R package can be rebuilt seed for seed.

Mersenne-Twister with R's seeding, inversion normals, rejection sampling, Ahrens and Dieter's (1972) exponentials,
weighted sampling by sorted cumulative weights. Written from the algorithms' descriptions; for tests only.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

FloatArray = npt.NDArray[np.float64]

_LN2_SERIES = np.cumsum([math.log(2) ** k / math.factorial(k) for k in range(1, 17)])


class RDraws:
    """The ``Draws`` of the production code, drawn as R draws them."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.MT19937()
        self._bits.state = {"bit_generator": "MT19937", "state": {"key": _scrambled(seed), "pos": 624}}

    def normal(self, mean: float, sd: float, shape: tuple[int, ...]) -> FloatArray:
        return mean + sd * ndtri(self._fill(self._normal_quantile, shape))

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> FloatArray:
        return low + (high - low) * self._fill(self._unit, shape)

    def exponential(self, n: int) -> FloatArray:
        return self._fill(self._exponential, (n,))

    def choose(self, n: int, k: int) -> npt.NDArray[np.intp]:
        pool, chosen = list(range(n)), []
        for left in range(n, n - k, -1):
            index = self._index(left)
            chosen.append(pool[index])
            pool[index] = pool[left - 1]
        return np.array(chosen, dtype=np.intp)

    def bernoulli(self, probability: float, n: int) -> FloatArray:
        # R's rbinom draws the rarer outcome by inversion, and turns it where 1 is the commoner one.
        rarer = min(probability, 1 - probability)
        drawn = np.array([self._unit() >= 1 - rarer for _ in range(n)], dtype=np.bool_)
        return (drawn if probability <= 0.5 else ~drawn).astype(np.float64)

    def weighted_categories(self, weights: FloatArray, n: int) -> FloatArray:
        order = _descending_order(weights.tolist())
        below = np.cumsum(weights[order])[:-1]
        return np.array([order[np.searchsorted(below, self._unit())] + 1.0 for _ in range(n)])

    def binomial(self, size: int, probability: float, n: int) -> FloatArray:
        """R's inversion, for small sizes and probabilities up to 1/2 (used by one check of the generator)."""
        return self._fill(lambda: self._binomial(size, probability), (n,))

    def _unit(self) -> float:
        return min(max(int(self._bits.random_raw()) * 2.3283064365386963e-10, 2.328306437080797e-10), 1 - 2**-32)

    def _normal_quantile(self) -> float:
        return (math.floor(self._unit() * 2**27) + self._unit()) / 2**27

    def _exponential(self) -> float:
        offset, u = 0.0, 2 * self._unit()
        while u <= 1:
            offset, u = offset + _LN2_SERIES[0], 2 * u
        u -= 1
        if u <= _LN2_SERIES[0]:
            return offset + u
        smallest, term = self._unit(), 0
        while True:
            smallest, term = min(smallest, self._unit()), term + 1
            if u <= _LN2_SERIES[term]:
                return offset + smallest * _LN2_SERIES[0]

    def _index(self, n: int) -> int:
        while True:
            value = self._random_bits((n - 1).bit_length())
            if value < n:
                return value

    def _random_bits(self, bits: int) -> int:
        value = 0
        for _ in range(0, bits + 1, 16):
            value = value * 65536 + math.floor(self._unit() * 65536)
        return value & ((1 << bits) - 1)

    def _binomial(self, size: int, probability: float) -> int:
        u, mass, successes = self._unit(), (1 - probability) ** size, 0
        while u >= mass:
            u, successes = u - mass, successes + 1
            mass *= (size - successes + 1) / successes * probability / (1 - probability)
        return successes

    def _fill(self, draw: Callable[[], float], shape: tuple[int, ...]) -> FloatArray:
        flat = np.array([draw() for _ in range(math.prod(shape))], dtype=np.float64)
        return flat.reshape(shape, order="F")


def _descending_order(values: list[float]) -> list[int]:
    """Indices that sort ``values`` downwards. Equal values fall as R's heapsort lets them, which cat_unif shows."""
    heap = list(range(len(values)))
    for start in range(len(heap) // 2 - 1, -1, -1):
        _sift_down(heap, values, start, len(heap))
    for end in range(len(heap) - 1, 0, -1):
        heap[0], heap[end] = heap[end], heap[0]
        _sift_down(heap, values, 0, end)
    return heap


def _sift_down(heap: list[int], values: list[float], start: int, end: int) -> None:
    moving, hole, child = heap[start], start, 2 * start + 1
    while child < end:
        if child + 1 < end and values[heap[child]] > values[heap[child + 1]]:
            child += 1
        if values[moving] <= values[heap[child]]:
            break
        heap[hole], hole, child = heap[child], child, 2 * child + 1
    heap[hole] = moving


def _scrambled(seed: int) -> npt.NDArray[np.uint32]:
    """Key of the twister after ``set.seed(seed)``: 50 congruential steps thrown away, one (the position) skipped."""
    states = [seed]
    for _ in range(50 + 625):
        states.append((69069 * states[-1] + 1) % 2**32)
    return np.array(states[52:], dtype=np.uint32)
