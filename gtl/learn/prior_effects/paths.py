"""Effects along a setting that says how far they move from the prior ones, kept as a few numbers a setting.

All estimators of a path change effects within the span of the rows alone, prior + Z' a, so that a path is one vector a
(n_rows,) a setting, whatever the number of variants.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.learn.prior_effects.evidence import Evidence

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class EffectPath:
    """Effects at every setting: ``prior`` + Z' ``weights``.

    Attributes
    ----------
    evidence
        What was learned from.
    prior
        (n_variants,) effects that the path starts from.
    settings
        (n_settings,) steps or penalties.
    weights
        (n_rows, n_settings).
    """

    evidence: Evidence
    prior: Array
    settings: Array
    weights: Array

    @classmethod
    def filtered(cls, evidence: Evidence, prior: Array, settings: Array, filters: Array) -> Self:
        """From ``filters`` (n_rows, n_settings): what each eigenvector's residual counts, over its eigenvalue."""
        spectrum = evidence.spectrum
        residual = spectrum.vectors.T @ evidence.residual(prior)
        return cls(evidence, prior, settings, spectrum.vectors @ (filters * residual[:, None]))

    def effects(self, mixture: Array) -> Array:
        """(n_variants,) mean of the settings' effects, weighed by ``mixture`` (n_settings,), which sums to 1."""
        return self.prior + self.evidence.rows.effects(self.weights @ mixture)

    def at(self, setting: int) -> Array:
        """(n_variants,) effects at the setting of this number."""
        return self.effects(np.eye(len(self.settings))[setting])

    def scores(self, prior_scores: Array, relationship: Array) -> Array:
        """Scores of other people at every setting, (n_others, n_settings).

        Parameters
        ----------
        prior_scores
            (n_others,) scores of the prior effects.
        relationship
            (n_others, n_rows), their dosages times Z'.
        """
        return np.asarray(prior_scores[:, None] + relationship @ self.weights)
