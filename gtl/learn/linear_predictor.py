"""Linear predictors: log odds that add up over SNPs; saved as JSON text that anybody can read."""

import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn.model_card import ModelKind

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearPredictor:
    """Probability of a case = 1 / (1 + exp(-(intercept + dosages · weights))).

    Attributes
    ----------
    weights
        (n_snps,) float64, log odds of one more effect allele.
    intercept
        Log odds of somebody without any effect allele.
    mean_dosages
        (n_snps,) float32: what stands in for a missing genotype; kept on the model card.
    """

    weights: Array
    intercept: float
    mean_dosages: npt.NDArray[np.float32]
    kind: ModelKind = ModelKind.LINEAR

    def __post_init__(self) -> None:
        if self.weights.shape != self.mean_dosages.shape:
            raise InputError(f"linear predictor: {len(self.weights)} weights for {len(self.mean_dosages)} SNPs")
        if not (np.isfinite(self.weights).all() and np.isfinite(self.intercept)):
            raise InputError("linear predictor: a weight or the intercept is not a finite number")

    @classmethod
    def standardised(
        cls,
        weights: Array,
        intercept: float,
        centre: npt.NDArray[np.floating],
        scale: Array,
        mean_dosages: npt.NDArray[np.float32],
    ) -> Self:
        """From weights of standardised dosages (dosage - centre) / scale.

        >>> same = LinearPredictor.standardised(np.array([2.0]), 1.0, np.array([0.5]), np.array([4.0]), np.float32([1]))
        >>> same.weights.tolist(), same.intercept
        ([0.5], 0.75)
        """
        own = weights / scale
        return cls(own, float(intercept - own @ centre), mean_dosages)

    def probabilities(self, dosages: npt.NDArray[np.int8]) -> Array:
        """See :meth:`gtl.learn.predictors.Predictor.probabilities`."""
        from scipy.special import expit

        from gtl.learn.predictors import fill_missing

        x = fill_missing(dosages, self.mean_dosages).astype(np.float64)
        return np.asarray(expit(x @ self.weights + self.intercept))

    def to_bytes(self) -> bytes:
        """JSON text; numbers are written so that they read back the same."""
        return json.dumps({"intercept": self.intercept, "weights": self.weights.tolist()}, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes, mean_dosages: npt.NDArray[np.float32]) -> Self:
        """The inverse of :meth:`to_bytes`; :class:`ArtifactCorrupt` if the text is no linear model of these SNPs."""
        try:
            fields = json.loads(data)
            weights, intercept = np.array(fields["weights"], dtype=np.float64), float(fields["intercept"])
            return cls(weights, intercept, mean_dosages)
        except (ValueError, TypeError, KeyError) as error:
            raise ArtifactCorrupt(f"linear model cannot be read: {error}; delete it and train it again") from error
