"""Weights of variants by a study's sources, as methods are given them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.methods.base import SourceWeights
from gtl.schema import SOURCE_WEIGHTS
from gtl.steps.source_traits import COLUMNS, WEIGHTS
from gtl.store import Artifact

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class StoredWeights:
    """The weights of one trait at all shared variants; those that no source names have none."""

    weights: SourceWeights

    @classmethod
    def read(cls, artifact: Artifact) -> Self:
        """What :func:`gtl.steps.source_traits.write_source_trait` wrote."""
        columns = tuple((own["source"], own["family"]) for own in artifact.read_json(COLUMNS))
        table = artifact.read_table(WEIGHTS, SOURCE_WEIGHTS)["weights"].tolist()
        weights = np.array(table, dtype=np.float64).reshape(len(table), len(columns))
        return cls(SourceWeights(columns, np.ascontiguousarray(weights.T)))

    @property
    def rows(self) -> Rows:
        """Shared rows of variants that have a weight."""
        return np.flatnonzero((self.weights.weights != 0).any(axis=0))

    def among(self, shared_rows: Rows) -> SourceWeights:
        """Those of the variants at ``shared_rows``."""
        return SourceWeights(self.weights.columns, self.weights.weights[:, shared_rows])
