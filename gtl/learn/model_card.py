"""Model cards: what a model file is, what it was made from, and what is needed to use it again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from enum import StrEnum
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gtl.config.learning import NetworkConfig
from gtl.domain.dosages import Dosages
from gtl.domain.trait import TraitKind
from gtl.errors import ArtifactCorrupt
from gtl.paused_collection import paused_collection

if TYPE_CHECKING:
    from gtl.learn.covariates import CovariateModel

PREPROCESSING = "dosage (0 to 2) of the counted allele, unscaled; missing = mean dosage of the training people"
LIMITS = {
    source: f"A research model of {source} people; accuracy outside the population it was scored on is unknown."
    for source in ("simulated", "real")
}
"""What a model must not be taken for, by where its training people came from."""

QUANTILES = 101
"""Of a reference distribution: every percent, least and greatest included."""

_LIBRARIES = ("numpy", "scikit-learn", "imbalanced-learn", "skops", "keras", "tensorflow-cpu")


class ModelKind(StrEnum):
    """File format of a model: skops, .keras, or the JSON text of a linear one."""

    CLASSICAL = "classical"
    NETWORK = "network"
    LINEAR = "linear"

    @property
    def suffix(self) -> str:
        """Ending of the model file's name; never that of a card, which is ``.json`` alone."""
        return {ModelKind.CLASSICAL: ".skops", ModelKind.NETWORK: ".keras", ModelKind.LINEAR: ".linear.json"}[self]


class ModelSnp(NamedTuple):
    """One input of a model: the SNP, the allele whose copies are counted, and the fill for a missing genotype.

    The other allele tells a new person's genotypes from the other strand's. Cards of version 0.1 have no position (0).
    """

    rsid: str
    counted_allele: str
    mean_dosage: float
    other_allele: str
    chromosome: str = ""
    position: int = 0


@dataclass(frozen=True)
class ModelCard:
    """All that has to be known about a model file.

    Attributes
    ----------
    kind
        Format of the file.
    study, phenotype, method, algorithm
        Where the model comes from, as in the results table.
    frozen_layers
        Frozen bottom layers in fine-tuning; -1 where nothing was fine-tuned.
    architecture
        Networks: name and layers of the NetworkConfig, whose last layer is one linear unit for a quantitative trait.
        Classical models: empty.
    dropout, time_steps
        Networks: how Keras built them.
    snps
        Inputs, in order.
    training_people, training_sha256
        Number of people, and hash of their dosages and case status or values (:func:`training_hash`).
    seed
        Seed of the study.
    metrics
        Scores known when the card was written, such as ``test accuracy``.
    model_sha256
        Hash of the model file.
    versions
        Libraries that made it.
    trait_kind
        Whether it predicts the probability of a case or the value of a quantitative trait; cards without it are of
        binary traits.
    covariates
        What goes on top of the genetic prediction (:meth:`gtl.learn.covariates.CovariateModel.to_json`); empty without
        covariates.
    shift, scale
        Classical models and networks: what the output is moved and multiplied by, as they are fitted to standardised
        values of a quantitative trait (:class:`gtl.learn.predictors.ClassicalPredictor`).
    population
        Code of the small population that it predicts; empty on early cards.
    imputed
        Ids of SNPs that the small population's files lack: its people were given the large population's mean dosage,
        so nothing was learned about them there (setting ``matching.lacking``).
    reference
        Quantiles of the predictions for the small population's learning people, 0 to 100 % in equal steps
        (:func:`reference_of`); empty on early cards and of the large population's networks.
    """

    kind: ModelKind
    study: str
    phenotype: str
    method: str
    algorithm: str
    frozen_layers: int
    snps: tuple[ModelSnp, ...]
    training_people: int
    training_sha256: str
    seed: int
    model_sha256: str
    architecture: Mapping[str, Any] = field(default_factory=dict)
    dropout: float = 0.0
    time_steps: int = 1
    metrics: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=lambda: library_versions())
    preprocessing: str = PREPROCESSING
    limits: str = LIMITS["simulated"]
    trait_kind: TraitKind = TraitKind.BINARY
    shift: float = 0.0
    scale: float = 1.0
    covariates: Mapping[str, Any] = field(default_factory=dict)
    reference: tuple[float, ...] = ()
    population: str = ""
    imputed: tuple[str, ...] = ()

    @property
    def covariate_model(self) -> "CovariateModel | None":
        """What the covariates predict; None without any."""
        from gtl.learn.covariates import CovariateModel

        return CovariateModel.from_json(self.trait_kind, self.covariates) if self.covariates else None

    @property
    def network(self) -> NetworkConfig:
        """The architecture of a network."""
        return NetworkConfig.model_validate(self.architecture)

    @paused_collection()
    def to_json(self) -> str:
        """JSON text, the same for the same card: a line a field, then a line a SNP, as a model may have thousands."""
        fields = {item.name: getattr(self, item.name) for item in dataclass_fields(self) if item.name != "snps"}
        head = json.dumps(fields, indent=1, sort_keys=True, default=dict).removesuffix("\n}")
        snps = json.dumps(self.snps)[1:-1].replace("], [", "],\n  [")
        return f'{head},\n "snp_fields": {json.dumps(ModelSnp._fields)},\n "snps": [\n  {snps}\n ]\n}}'

    @classmethod
    @paused_collection()
    def from_json(cls, text: str) -> "ModelCard":
        """The inverse of :meth:`to_json`; :class:`ArtifactCorrupt` if the text is not a model card."""
        try:
            fields = json.loads(text)
            snps = _snps(fields.pop("snp_fields", None), fields.pop("snps"))
            kind, trait_kind = ModelKind(fields.pop("kind")), TraitKind(fields.pop("trait_kind", TraitKind.BINARY))
            fields |= {name: tuple(fields.get(name, ())) for name in ("reference", "imputed")}
            return cls(kind=kind, snps=snps, trait_kind=trait_kind, **fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArtifactCorrupt(f"model card cannot be read: {error}; delete it and train the model again") from error


def _snps(names: list[str] | None, rows: list[Any]) -> tuple[ModelSnp, ...]:
    """The SNPs of a card; cards of version 0.1 have an object a SNP."""
    if names == list(ModelSnp._fields):
        return tuple(map(ModelSnp._make, rows))
    return tuple(ModelSnp(**(dict(zip(names, row, strict=True)) if names else row)) for row in rows)


def reference_of(predictions: npt.NDArray[np.float64]) -> tuple[float, ...]:
    """Quantiles of (n_people,) predictions, for :attr:`ModelCard.reference`."""
    return tuple(np.quantile(predictions, np.linspace(0, 1, QUANTILES)).tolist()) if len(predictions) else ()


def percentiles(reference: tuple[float, ...], predictions: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n_people,) where predictions stand in a reference distribution: percent below, equal ones counted half.

    >>> percentiles((0.0, 1.0, 1.0, 2.0), np.array([-1.0, 1.0, 5.0])).tolist()
    [0.0, 50.0, 100.0]
    """
    below, up_to = np.searchsorted(reference, predictions, "left"), np.searchsorted(reference, predictions, "right")
    return np.asarray(50 * (below + up_to) / len(reference))


def sha256_of(data: bytes) -> str:
    """Hexadecimal sha256."""
    return hashlib.sha256(data).hexdigest()


def training_hash(dosages: Dosages, value: npt.NDArray[np.int8] | npt.NDArray[np.float64]) -> str:
    """Hash of what a model was trained on.

    Parameters
    ----------
    dosages
        (n_people, n_snps) int8 or float32.
    value
        (n_people,) int8 case status, or float64 values of a quantitative trait.
    """
    digest = hashlib.sha256(repr(dosages.shape).encode())
    digest.update(dosages.tobytes())
    digest.update(value.tobytes())
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """Installed versions of the libraries that train and save models."""
    return {name: version(name) for name in _LIBRARIES}
