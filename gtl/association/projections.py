"""Many traits' projections that meet the same dosages, each product made once for all of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gtl.association.projection import CalledDosages, LeftOvers, Projection

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Projections:
    """Projections of the same people in the same order (:meth:`gtl.association.projection.Projection.among`)."""

    parts: tuple[Projection, ...]

    def left_overs(self, block: CalledDosages) -> list[LeftOvers]:
        """Of each projection: what is left of a block's variants, each among its called people."""
        both = _split(block.dosages @ self._weighted, [part.width for part in self.parts])
        raw = (block.dosages**2 @ self._weights).T
        lost = [np.empty((0, 0))] * len(self.parts)
        if len(block.incomplete):
            lost = _split(block.lost(self._pairs), [part.n_pairs for part in self.parts])
        return [part.left_overs(block, *own) for part, *own in zip(self.parts, both, raw, lost, strict=True)]

    @cached_property
    def _weighted(self) -> Array:
        return np.hstack([part.weighted() for part in self.parts])

    @cached_property
    def _weights(self) -> Array:
        return np.stack([part.roots**2 for part in self.parts], axis=1)

    @cached_property
    def _pairs(self) -> Array:
        """Made only where genotypes are missing."""
        return np.hstack([part.pairs() for part in self.parts])


def _split(columns: Array, widths: list[int]) -> list[Array]:
    return np.split(columns, np.cumsum(widths[:-1]), axis=1)
