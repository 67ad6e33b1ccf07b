"""The trained models behind a version of a study's results: those that methods chose, and those they start from."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from gtl.browse.finished import FinishedStudy
from gtl.domain.trait import trait_order
from gtl.methods.registry import METHODS, method_order, method_title
from gtl.models.registry import INDEX, parts_of
from gtl.store import Artifact, ArtifactRef
from gtl.store.lineage import in_parallel

_LAYERS = {"gru": "GRU", "lstm": "LSTM", "bilstm": "bidirectional LSTM"}
_SUFFIXES = (".skops", ".keras", ".linear.json")


@dataclass(frozen=True)
class ModelRow:
    """A method's chosen model of a trait.

    Attributes
    ----------
    ref
        Its artefact.
    file
        Name of the model's file there; its card is ``card.json``.
    size
        Bytes of the file.
    """

    trait: str
    draw: str
    method: str
    title: str
    algorithm: str
    kind: str
    n_snps: int
    training_people: int
    ref: ArtifactRef
    file: str
    size: int


@dataclass(frozen=True)
class BaseNetwork:
    """An architecture that was trained on the large population, once for each sub-dataset of its SNPs.

    Attributes
    ----------
    name
        Of the architecture, as in the settings.
    layers
        What it is built of, for people.
    ref
        The artefact of its files.
    files
        Number of the sub-dataset → name of the model's file, its card's, and bytes of the model.
    """

    trait: str
    draw: str
    name: str
    layers: str
    ref: ArtifactRef
    files: dict[int, tuple[str, str, int]]

    @property
    def count(self) -> int:
        """Trained networks."""
        return len(self.files)


@lru_cache(maxsize=16)
def model_rows(study: FinishedStudy) -> list[ModelRow]:
    """The models that the study's methods chose, by trait and method."""
    made = [
        (PurePosixPath(key).parts, one)
        for key, one in study.made_from.items()
        if key.startswith("phenotypes/") and key.rpartition("/")[2] in METHODS and "card.json" in one.manifest.outputs
    ]
    cards = in_parallel(lambda item: study.store.read(item[1].ref).read_json("card.json"), made)
    rows = [_row(parts, one.ref, one.manifest.outputs, card) for (parts, one), card in zip(made, cards, strict=True)]
    return sorted(rows, key=lambda row: (trait_order(row.trait), row.draw, method_order(row.method)))


@lru_cache(maxsize=16)
def base_networks(study: FinishedStudy) -> list[BaseNetwork]:
    """The large population's networks, which methods use as they are or fine-tune, by trait; none where none does.

    Cards are not read: there are hundreds in a study of the paper's size.
    """
    stages = network_stages(study)
    indices = in_parallel(lambda stage: parts_of(study.store, stage[1]), stages)
    named = [
        (place, name, ref) for (place, _), parts in zip(stages, indices, strict=True) for name, ref in parts.items()
    ]
    artifacts = in_parallel(lambda item: study.store.read(item[2]), named)
    found = [_network(place, name, own) for (place, name, _), own in zip(named, artifacts, strict=True)]
    return sorted(found, key=lambda one: (trait_order(one.trait), one.draw))


def network_stages(study: FinishedStudy) -> list[tuple[tuple[str, ...], ArtifactRef]]:
    """Parts of the key, and version, of each stage that trained networks of the large population."""
    return [
        (PurePosixPath(key).parts, one.ref)
        for key, one in study.made_from.items()
        if key.startswith("phenotypes/") and key.endswith("/networks") and INDEX in one.manifest.outputs
    ]


def _network(place: tuple[str, ...], name: str, artifact: Artifact) -> BaseNetwork:
    outputs = artifact.manifest.outputs
    models = [file for file in artifact.files if file.endswith(_SUFFIXES)]
    files = {
        int(stem.rpartition("-")[2]): (file, f"{stem}.json", int(outputs[file]["bytes"]))
        for file in models
        for stem in [file.partition(".")[0]]
    }
    layers = artifact.manifest.params["network"]["layers"]
    return BaseNetwork(
        place[1], _draw(place), name,
        ", ".join(f"{_LAYERS.get(kind, kind)} {units}" for kind, units in layers), artifact.ref, files,
    )  # fmt: skip


def _row(parts: tuple[str, ...], ref: ArtifactRef, outputs: Any, card: dict[str, Any]) -> ModelRow:
    file = next(name for name in outputs if name.endswith(_SUFFIXES))
    return ModelRow(
        parts[1],
        _draw(parts),
        parts[-1],
        method_title(parts[-1]),
        card["algorithm"],
        card["kind"],
        len(card["snps"]),
        card["training_people"],
        ref,
        file,
        outputs[file]["bytes"],
    )


def _draw(place: tuple[str, ...]) -> str:
    """Which draw of the roles, of a key's parts; "" for the first."""
    return place[2] if len(place) > 3 else ""
