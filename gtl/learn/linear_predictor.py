"""Linear predictors: log odds or values that add up over SNPs; saved as JSON text that anybody can read."""

import json
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn.model_card import ModelKind

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearPredictor:
    """Score = intercept + dosages · weights: a quantitative trait's value, or the log odds of being a case.

    Attributes
    ----------
    weights
        (n_snps,) float64, value or log odds of one more effect allele.
    intercept
        Value or log odds of somebody without any effect allele.
    mean_dosages
        (n_snps,) float32: what stands in for a missing genotype; kept on the model card.
    trait_kind
        Binary: :meth:`predict` gives probabilities, 1 / (1 + exp(-score)). Quantitative: the score itself.
    """

    weights: Array
    intercept: float
    mean_dosages: npt.NDArray[np.float32]
    kind: ModelKind = ModelKind.LINEAR
    trait_kind: TraitKind = TraitKind.BINARY

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
        trait_kind: TraitKind = TraitKind.BINARY,
    ) -> Self:
        """From weights of standardised dosages (dosage - centre) / scale.

        >>> same = LinearPredictor.standardised(np.array([2.0]), 1.0, np.array([0.5]), np.array([4.0]), np.float32([1]))
        >>> same.weights.tolist(), same.intercept
        ([0.5], 0.75)
        """
        own = weights / scale
        return cls(own, float(intercept - own @ centre), mean_dosages, trait_kind=trait_kind)

    def scores(self, dosages: Dosages) -> Array:
        """(n_people, n_snps) int8 or float32 dosages → (n_people,) values or log odds."""
        from gtl.learn.predictors import fill_missing

        x = fill_missing(dosages, self.mean_dosages).astype(np.float64)
        return np.asarray(x @ self.weights + self.intercept)

    def predict(self, dosages: Dosages) -> Array:
        """See :meth:`gtl.learn.predictors.Predictor.predict`."""
        from scipy.special import expit

        scores = self.scores(dosages)
        return scores if self.trait_kind is TraitKind.QUANTITATIVE else np.asarray(expit(scores))

    def shifted(self, by: float) -> Self:
        """The same, with ``by`` more value or log odds for everybody."""
        return replace(self, intercept=self.intercept + by)

    def to_bytes(self) -> bytes:
        """JSON text; numbers are written so that they read back the same."""
        fields = {"trait_kind": self.trait_kind, "intercept": self.intercept, "weights": self.weights.tolist()}
        return json.dumps(fields).encode()

    @classmethod
    def from_bytes(cls, data: bytes, mean_dosages: npt.NDArray[np.float32]) -> Self:
        """The inverse of :meth:`to_bytes`; :class:`ArtifactCorrupt` if the text is no linear model of these SNPs."""
        try:
            fields = json.loads(data)
            weights, intercept = np.array(fields["weights"], dtype=np.float64), float(fields["intercept"])
            trait_kind = TraitKind(fields.get("trait_kind", TraitKind.BINARY))  # older files are of binary traits
            return cls(weights, intercept, mean_dosages, trait_kind=trait_kind)
        except (ValueError, TypeError, KeyError) as error:
            raise ArtifactCorrupt(f"linear model cannot be read: {error}; delete it and train it again") from error
