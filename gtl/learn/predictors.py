"""Trained models as they are saved and scored: dosages of one sub-dataset's SNPs in, predictions out.

A predictor needs nothing but genotypes: it fills missing ones itself, by the mean dosage of its training people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from gtl.config.learning import NetworkConfig
from gtl.domain.dosages import Dosages, is_called
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt, InputError
from gtl.learn.model_card import ModelCard, ModelKind, sha256_of

CERTAIN = 1e-3
"""Case scores nearer to 0 or 1 count as this near where log odds are needed: a tree's 0 and 1 have none."""


class Predictor(Protocol):
    """What every trained model can do.

    Attributes
    ----------
    kind
        Decides how the bytes are read back.
    trait_kind
        Decides what is predicted.
    mean_dosages
        (n_snps,) float32: what stands in for a missing genotype, from the training people.
    """

    @property
    def kind(self) -> ModelKind:
        """Decides how the bytes are read back."""
        ...

    @property
    def trait_kind(self) -> TraitKind:
        """Decides what is predicted."""
        ...

    @property
    def mean_dosages(self) -> npt.NDArray[np.float32]:
        """(n_snps,) float32: what stands in for a missing genotype."""
        ...

    def predict(self, dosages: Dosages) -> npt.NDArray[np.float64]:
        """Predictions for people: (n_people, n_snps) dosages, int8 or float32 → (n_people,) float64.

        Binary traits: the probability of a case, in [0, 1]; above 0.5 is a case. Quantitative ones: the value.
        """
        ...

    def to_bytes(self) -> bytes:
        """The model file."""
        ...


@dataclass(frozen=True, eq=False)
class ClassicalPredictor:
    """A fitted scikit-learn classifier or regressor; saved as skops.

    Attributes
    ----------
    shift, scale
        Of what the estimator gives; kept on the model card. Quantitative traits: value = scale × output + shift, for
        regressors are fitted to standardised values. Binary ones: ``shift`` is added to the log odds of the case
        score, in which scores nearer to 0 or 1 than :data:`CERTAIN` count as this near; without one, scores stay as
        they are.
    """

    estimator: Any
    mean_dosages: npt.NDArray[np.float32]
    kind: ModelKind = ModelKind.CLASSICAL
    trait_kind: TraitKind = TraitKind.BINARY
    shift: float = 0.0
    scale: float = 1.0

    def scores(self, dosages: Dosages) -> npt.NDArray[np.float64]:
        """(n_people, n_snps) int8 or float32 dosages → (n_people,) values or log odds."""
        from scipy.special import logit

        from gtl.learn.classical import case_scores, values

        x = fill_missing(dosages, self.mean_dosages)
        if self.trait_kind is TraitKind.QUANTITATIVE:
            return self.scale * values(self.estimator, x) + self.shift
        return np.asarray(logit(np.clip(case_scores(self.estimator, x), CERTAIN, 1 - CERTAIN)) + self.shift)

    def predict(self, dosages: Dosages) -> npt.NDArray[np.float64]:
        """See :meth:`Predictor.predict`; for SVM a score that is not calibrated."""
        from scipy.special import expit

        from gtl.learn.classical import case_scores

        if self.trait_kind is TraitKind.QUANTITATIVE:
            return self.scores(dosages)
        if self.shift == 0:
            return case_scores(self.estimator, fill_missing(dosages, self.mean_dosages))
        return np.asarray(expit(self.scores(dosages)))

    def shifted(self, by: float) -> Self:
        """The same, with ``by`` more value or log odds for everybody."""
        return replace(self, shift=self.shift + by)

    def to_bytes(self) -> bytes:
        """Deterministic skops bytes."""
        from gtl.learn import sklearn_files

        return sklearn_files.to_bytes(self.estimator)


@dataclass(frozen=True, eq=False)
class NetworkPredictor:
    """A trained network: its architecture and weights (in Keras's order); saved as ``.keras``.

    Attributes
    ----------
    shift, scale
        Quantitative traits: value = scale × output + shift, for networks are trained on standardised values; kept on
        the model card.
    """

    network: NetworkConfig
    weights: Sequence[npt.NDArray[np.float32]]
    mean_dosages: npt.NDArray[np.float32]
    dropout: float = 0.0
    time_steps: int = 1
    kind: ModelKind = ModelKind.NETWORK
    shift: float = 0.0
    scale: float = 1.0

    @property
    def trait_kind(self) -> TraitKind:
        """What the network's last layer predicts."""
        from gtl.learn.networks import trait_kind

        return trait_kind(self.network)

    def predict(self, dosages: Dosages) -> npt.NDArray[np.float64]:
        """See :meth:`Predictor.predict`: the softmax output of the case unit, or the value."""
        from gtl.learn.forward import predict

        x = fill_missing(dosages, self.mean_dosages)
        return self.scale * predict(self.network, self.weights, x, self.time_steps) + self.shift

    def scores(self, dosages: Dosages) -> npt.NDArray[np.float64]:
        """(n_people, n_snps) int8 or float32 dosages → (n_people,) values of a quantitative trait."""
        return self.predict(dosages)

    def shifted(self, by: float) -> Self:
        """The same of a quantitative trait, with ``by`` more value for everybody."""
        return replace(self, shift=self.shift + by)

    def to_bytes(self) -> bytes:
        """``.keras`` bytes; needs TensorFlow."""
        from gtl.learn import networks

        model = networks.build(self.network, len(self.mean_dosages), self.dropout, self.time_steps, seed=0)
        model.set_weights(list(self.weights))
        return networks.save(model)


def load(model: bytes, card: ModelCard) -> Predictor:
    """The predictor whose file and card were stored.

    Raises
    ------
    ArtifactCorrupt
        When the file is not the one that the card describes (checked before anything is read from it).
    """
    if sha256_of(model) != card.model_sha256:
        raise ArtifactCorrupt(
            f"model file of {card.phenotype} {card.method}: sha256 is {sha256_of(model)}, its card says "
            f"{card.model_sha256}; delete both and train again"
        )
    means = np.array([snp.mean_dosage for snp in card.snps], dtype=np.float32)
    if card.kind is ModelKind.CLASSICAL:
        from gtl.learn import sklearn_files

        estimator = sklearn_files.from_bytes(model, len(means))
        return ClassicalPredictor(estimator, means, card.kind, card.trait_kind, card.shift, card.scale)
    if card.kind is ModelKind.LINEAR:
        from gtl.learn.linear_predictor import LinearPredictor

        return LinearPredictor.from_bytes(model, means)
    from gtl.learn import networks

    if networks.trait_kind(card.network) is not card.trait_kind:
        raise ArtifactCorrupt(
            f"model card of {card.phenotype} {card.method}: its trait is {card.trait_kind}, its network predicts a "
            f"{networks.trait_kind(card.network)} one; delete both and train again"
        )
    return NetworkPredictor(
        card.network, networks.read_weights(model), means, card.dropout, card.time_steps,
        shift=card.shift, scale=card.scale,
    )  # fmt: skip


def mean_dosages(dosages: Dosages) -> npt.NDArray[np.float32]:
    """Mean dosage of each SNP among the people in whom it was called.

    Parameters
    ----------
    dosages
        (n_people, n_snps) int8, -1 = missing, or float32, NaN = missing.

    Returns
    -------
    (n_snps,) float32, 0 to 2

    Raises
    ------
    InputError
        When a SNP is missing in everybody: quality control should have dropped it.

    Examples
    --------
    >>> mean_dosages(np.int8([[0, 2], [1, -1]])).tolist()
    [0.5, 2.0]
    """
    called = is_called(dosages)
    counts = called.sum(axis=0)
    if (counts == 0).any():
        raise InputError(
            f"SNP {int(np.flatnonzero(counts == 0)[0])} of the sub-dataset is missing in all {len(dosages)} training "
            "people; lower quality_control.variant_missingness"
        )
    return np.asarray(np.where(called, dosages, 0).sum(axis=0, dtype=np.float64) / counts, dtype=np.float32)


def fill_missing(dosages: Dosages, means: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Dosages with each missing genotype replaced by the SNP's mean.

    Parameters
    ----------
    dosages
        (n_people, n_snps) int8: 0, 1, 2, or -1 = missing; or float32: 0 to 2, or NaN = missing.
    means
        (n_snps,) float32

    Returns
    -------
    (n_people, n_snps) float32

    Raises
    ------
    InputError
        When the dosages have another type, shape or value.
    """
    if dosages.dtype not in (np.int8, np.float32) or dosages.ndim != 2 or dosages.shape[1] != len(means):
        raise InputError(
            f"dosages: expected int8 or float32 of shape (people, {len(means)}), got {dosages.dtype} of shape "
            f"{dosages.shape}"
        )
    called = is_called(dosages)
    wrong = called & ((dosages < 0) | (dosages > 2))
    if wrong.any():
        person, snp = np.argwhere(wrong)[0]
        expected = "0, 1, 2 or -1 (missing)" if dosages.dtype == np.int8 else "0 to 2 or NaN (missing)"
        raise InputError(f"dosages: {dosages[person, snp]} at person {person}, SNP {snp}; expected {expected}")
    return np.where(called, dosages, means).astype(np.float32, copy=False)
