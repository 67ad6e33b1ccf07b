"""Model cards: what a model file is, what it was made from, and what is needed to use it again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from gtl.config.learning import NetworkConfig
from gtl.errors import ArtifactCorrupt

PREPROCESSING = "dosage (0, 1, 2) of the counted allele, unscaled; missing = mean dosage of the training people"
LIMITS = "A research model of simulated people; accuracy outside the population it was scored on is unknown."
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


@dataclass(frozen=True)
class ModelSnp:
    """One input of a model: the SNP, the allele whose copies are counted, and the fill for a missing genotype.

    The other allele tells a new person's genotypes from the other strand's.
    """

    rsid: str
    counted_allele: str
    mean_dosage: float
    other_allele: str


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
        Networks: name and layers of the NetworkConfig. Classical models: empty.
    dropout, time_steps
        Networks: how Keras built them.
    snps
        Inputs, in order.
    training_people, training_sha256
        Number of people, and hash of their dosages and case status (:func:`training_hash`).
    seed
        Seed of the study.
    metrics
        Scores known when the card was written, such as ``test accuracy``.
    model_sha256
        Hash of the model file.
    versions
        Libraries that made it.
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
    limits: str = LIMITS

    @property
    def network(self) -> NetworkConfig:
        """The architecture of a network."""
        return NetworkConfig.model_validate(self.architecture)

    def to_json(self) -> str:
        """JSON text, the same for the same card."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "ModelCard":
        """The inverse of :meth:`to_json`; :class:`ArtifactCorrupt` if the text is not a model card."""
        try:
            fields = json.loads(text)
            snps = tuple(ModelSnp(**snp) for snp in fields.pop("snps"))
            return cls(kind=ModelKind(fields.pop("kind")), snps=snps, **fields)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArtifactCorrupt(f"model card cannot be read: {error}; delete it and train the model again") from error


def sha256_of(data: bytes) -> str:
    """Hexadecimal sha256."""
    return hashlib.sha256(data).hexdigest()


def training_hash(dosages: npt.NDArray[np.int8], case: npt.NDArray[np.int8]) -> str:
    """Hash of what a model was trained on: (n_people, n_snps) int8 dosages and (n_people,) int8 case status."""
    digest = hashlib.sha256(repr(dosages.shape).encode())
    digest.update(dosages.tobytes())
    digest.update(case.tobytes())
    return digest.hexdigest()


def library_versions() -> dict[str, str]:
    """Installed versions of the libraries that train and save models."""
    return {name: version(name) for name in _LIBRARIES}
