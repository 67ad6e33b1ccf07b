"""The model registry: every trained model of a study with its card. It is a view of what the stages wrote.

A model is named by where it lies: ``YRI_5_1/deep_transfer`` is the one that a method chose for a phenotype,
``YRI_5_1/networks/Model-1/subset-03`` the large population's network on a sub-dataset. Models of stages that are not
finished are not in the registry, nor what settings of before have left in a study that has results.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

import pandas as pd

from gtl.errors import ArtifactCorrupt, ArtifactMissing, InputError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.model_card import ModelCard, ModelKind
from gtl.learn.predictors import Predictor, load
from gtl.models.scoring_export import write_scoring_file
from gtl.store import Artifact, ArtifactRef, Store, files
from gtl.store.faults import translated
from gtl.store.lineage import in_parallel
from gtl.store.location import located
from gtl.store.manifest import sha256_of
from gtl.store.versions import CURRENT, version_of

_SUFFIXES = tuple(kind.suffix for kind in ModelKind)
SCORING_SUFFIX = ".pgs.txt"
"""Ending of a linear model's scoring file among exported models."""

_CHOSEN = "model"
"""Stem of a method's chosen model, whose card is ``card.json``; the other models' cards have the model's stem."""

INDEX = "index.json"
"""File of a stage that names its parts."""


@dataclass(frozen=True)
class StoredModel:
    """One model of the registry.

    Attributes
    ----------
    name
        As people write it, such as ``YRI_5_1/deep_transfer``.
    artifact
        What it is part of.
    file, card_file
        Names of its files there.
    """

    name: str
    artifact: Artifact
    file: str
    card_file: str

    @property
    def uri(self) -> str:
        """Path or URI of the model's file, which :func:`load_model` reads."""
        return str(self.artifact.folder / self.file)

    @property
    def card(self) -> ModelCard:
        """The card, read from the store."""
        return ModelCard.from_json(self.artifact.read_bytes(self.card_file).decode())

    def load(self) -> Predictor:
        """The model, after its bytes are checked against the manifest's hash and the card's."""
        return load(self.artifact.read_bytes(self.file), self.card)

    def scoring_file(self) -> bytes | None:
        """A linear model as a scoring file of the PGS Catalog; None if it is another kind, or has no SNPs."""
        predictor, written = self.load(), BytesIO()
        if not (isinstance(predictor, LinearPredictor) and len(predictor.weights)):
            return None
        write_scoring_file(self.card, predictor.weights, written)
        return written.getvalue()


def stored_models(store: Store, study: str) -> list[StoredModel]:
    """Every model of a study's finished stages, by name; of a study with results only those that they were made from.

    Raises
    ------
    InputError
        If the study has none in this store.
    """
    prefix = f"studies/{study}/phenotypes"
    artifacts = {PurePosixPath(ref.key).relative_to(prefix): store.read(ref) for ref in _own(store, study)}
    files = [folder / name for folder, artifact in artifacts.items() for name in artifact.files]
    found = sorted(path for path in files if _suffix(path))
    if not found:
        raise InputError(f"study {study!r} has no models in {store.uri('')}; run it, or name another --store")
    models = [StoredModel(_name(path), artifacts[path.parent], path.name, _card_file(path)) for path in found]
    return sorted(models, key=lambda model: model.name)


def _own(store: Store, study: str) -> list[ArtifactRef]:
    """The study's artefacts below ``phenotypes``: those that its results were made from, once it has any."""
    results = store.find(f"studies/{study}/results")
    if results is None:
        prefix = f"studies/{study}/phenotypes"
        found = in_parallel(lambda key: store.find(f"{prefix}/{key}"), store.keys(prefix))
        return [ref for ref in found if ref is not None]
    made = store.made_from(f"studies/{study}", [results])
    own = {one.ref.key: one for one in made.values() if "/phenotypes/" in one.ref.key}
    parts = [
        part for one in own.values() if INDEX in one.manifest.outputs for part in parts_of(store, one.ref).values()
    ]
    return list({ref.key: ref for ref in (*parts, *(one.ref for one in own.values()))}.values())


def parts_of(store: Store, stage: ArtifactRef) -> dict[str, ArtifactRef]:
    """A stage's parts by name, such as the networks of each architecture."""
    return {name: ArtifactRef.from_json(part) for name, part in store.read(stage).read_json(INDEX).items()}


def stored_model(store: Store, study: str, name: str) -> StoredModel:
    """One model by its name; :class:`InputError` says which there are."""
    models = {model.name: model for model in stored_models(store, study)}
    if name not in models:
        some = ", ".join(list(models)[:5])
        raise InputError(f"study {study!r} has no model {name!r}; it has {len(models)}, such as {some}")
    return models[name]


def model_table(models: Sequence[StoredModel]) -> pd.DataFrame:
    """A row a model: name, algorithm, kind, SNPs, frozen layers, training people, accuracy when it was tested."""
    cards = in_parallel(lambda model: model.card, models)
    rows = [
        {
            "model": model.name,
            "algorithm": card.algorithm,
            "kind": card.kind.value,
            "n_snps": len(card.snps),
            "frozen_layers": card.frozen_layers,
            "training_people": card.training_people,
            "test_accuracy": next((value for name, value in card.metrics.items() if name.endswith(" accuracy")), None),
        }
        for model, card in zip(models, cards, strict=True)
    ]
    return pd.DataFrame(rows)


def verify(models: Sequence[StoredModel]) -> Iterator[tuple[str, str]]:
    """Name of each model, and what is wrong with it: "" where its hashes are right and it can be loaded."""
    for model in models:
        try:
            model.load()
        except (ArtifactCorrupt, ArtifactMissing, InputError) as error:
            yield model.name, str(error)
        else:
            yield model.name, ""


def export(models: Sequence[StoredModel], folder: Path) -> list[Path]:
    """Copy models and their cards to ``folder``, named so that :func:`load_model` reads them; return the models' paths.

    A linear model with SNPs is also written as a scoring file of the PGS Catalog, for plink2, pgsc_calc and others.

    Raises
    ------
    ArtifactCorrupt
        If a model is not the one that its card describes; nothing of it is copied.
    InputError
        If ``folder`` can be no folder, or cannot be written to.
    """
    with _written_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    exported = []
    for model in models:
        scoring = model.scoring_file()
        path = folder / f"{model.name.replace('/', '-')}{_suffix(PurePosixPath(model.file))}"
        content, card = (model.artifact.read_bytes(name) for name in (model.file, model.card_file))
        with _written_to(folder):
            path.write_bytes(content)
            path.with_name(_card_file(PurePosixPath(path.name))).write_bytes(card)
            if scoring is not None:
                path.with_name(_stem(PurePosixPath(path.name)) + SCORING_SUFFIX).write_bytes(scoring)
        exported.append(path)
    return exported


@contextmanager
def _written_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = "there is a file" if isinstance(error, FileExistsError) else error.strerror
        raise InputError(f"models cannot be copied to {folder} ({reason}); name a folder to make or write to") from None


def is_scoring_file(uri: str) -> bool:
    """Whether ``uri`` is a local file that is no model or card by its name: a published score, then."""
    return not _suffix(PurePosixPath(uri)) and not uri.endswith((".json", ".pkl")) and Path(uri).is_file()


def load_model(uri: str) -> tuple[ModelCard, Predictor]:
    """A model from a ``.skops``, ``.keras`` or ``.linear.json`` file, and its card from beside it; stored or exported.

    Parameters
    ----------
    uri
        Path, or ``s3://connection@bucket/prefix/studies/.../model.keras``. Without the folder of a version: the
        current one.

    Raises
    ------
    InputError
        If the file or its card is not there, or it is no model by its name.
    ArtifactCorrupt
        If the file's hash is not the card's: checked before anything is read from it.
    """
    path = PurePosixPath(uri)
    if not _suffix(path):
        raise InputError(
            f"model {uri}: expected a file that ends with {' or '.join(_SUFFIXES)}, such as "
            "STORE/studies/STUDY/phenotypes/MODEL/model.linear.json, or one that `gtl models export STUDY --to FOLDER` "
            "wrote (`gtl models list` names them); or a published score's file, and none is here by this name"
        )
    folder = uri.removesuffix(path.name)
    if (current := _read_if_there(f"{folder}{CURRENT}")) is not None:
        folder += f"{version_of(sha256_of(current))}/"
    content, card = (_read(f"{folder}{name}") for name in (path.name, _card_file(path)))
    model_card = ModelCard.from_json(card.decode(errors="replace"))
    return model_card, load(content, model_card)


def _read(uri: str) -> bytes:
    found = _read_if_there(uri)
    if found is None:
        raise InputError(f"model {uri}: no such file; a model needs its card beside it")
    return found


def _read_if_there(uri: str) -> bytes | None:
    with translated(uri):
        try:
            return files.read(located(uri))
        except (FileNotFoundError, NotADirectoryError) as error:
            if files.missing_bucket(error):
                raise
            return None


def _name(path: PurePosixPath) -> str:
    return str(path.parent if _stem(path) == _CHOSEN else path.parent / _stem(path))


def _card_file(path: PurePosixPath) -> str:
    return "card.json" if _stem(path) == _CHOSEN else f"{_stem(path)}.json"


def _stem(path: PurePosixPath) -> str:
    return path.name.removesuffix(_suffix(path))


def _suffix(path: PurePosixPath) -> str:
    """Ending of a model file's name, which may have two dots; "" if it is none."""
    return next((suffix for suffix in _SUFFIXES if path.name.endswith(suffix)), "")
