"""The model registry: every trained model of a study with its card. It is a view of what the stages wrote.

A model is named by where it lies: ``YRI_5_1/deep_transfer`` is the one that a method chose for a phenotype,
``YRI_5_1/networks/Model-1/subset-03`` the large population's network on a sub-dataset. Models of stages that are not
finished are not in the registry, nor what settings of before have left in a study that has results.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from gtl.errors import ArtifactCorrupt, ArtifactMissing, GtlError, InputError
from gtl.learn.linear_predictor import LinearPredictor
from gtl.learn.model_card import ModelCard, ModelKind
from gtl.learn.predictors import Predictor, load
from gtl.methods.registry import METHODS
from gtl.models.scoring_export import write_scoring_file
from gtl.store import Artifact, Store, files
from gtl.store.faults import translated
from gtl.store.location import located
from gtl.store.manifest import NAME as MANIFEST

_SUFFIXES = tuple(kind.suffix for kind in ModelKind)
SCORING_SUFFIX = ".pgs.txt"
"""Ending of a linear model's scoring file among exported models."""

_CHOSEN = "model"
"""Stem of a method's chosen model, whose card is ``card.json``; the other models' cards have the model's stem."""

_INDEX = "index.json"
"""File of a stage that names its parts."""

_READS_AT_ONCE = 8


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


def stored_models(store: Store, study: str) -> list[StoredModel]:
    """Every model of a study's finished stages, by name; of a study with results only those that they were made from.

    Raises
    ------
    InputError
        If the study has none in this store.
    """
    prefix = f"studies/{study}/phenotypes"
    paths = [PurePosixPath(path) for path in store.files(prefix)]
    finished = {path.parent for path in paths if path.name == MANIFEST} & _own_folders(store, study, paths)
    found = [path for path in paths if _suffix(path) and path.parent in finished]
    if not found:
        raise InputError(f"study {study!r} has no models in {store.uri('')}; run it, or name another --store")
    folders = sorted({path.parent for path in found})
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        artifacts = dict(zip(folders, pool.map(lambda folder: _artifact(store, f"{prefix}/{folder}"), folders)))  # noqa: B905
    models = [StoredModel(_name(path), artifacts[path.parent], path.name, _card_file(path)) for path in found]
    # A file that the manifest does not name is a leftover of a stage that was killed.
    return sorted((model for model in models if model.file in model.artifact.files), key=lambda model: model.name)


def _own_folders(store: Store, study: str, paths: Sequence[PurePosixPath]) -> set[PurePosixPath]:
    """Folders below ``phenotypes`` that are the study's own: without leftovers, once it has results."""
    folders = {path.parent for path in paths}
    if store.find(f"studies/{study}/results") is None:
        return folders
    stages = store.made_from(f"studies/{study}", ["results"])
    own = {PurePosixPath(key).relative_to("phenotypes") for key in stages if key.startswith("phenotypes/")}
    parts = {part for folder in own if folder / _INDEX in paths for part in _parts(store, study, folder)}
    return folders & (own | parts)


def _parts(store: Store, study: str, folder: PurePosixPath) -> list[PurePosixPath]:
    """Folders of a stage's parts, such as the networks of each architecture."""
    prefix = f"studies/{study}/phenotypes"
    index = _artifact(store, f"{prefix}/{folder}").read_json(_INDEX)
    return [PurePosixPath(part["key"]).relative_to(prefix) for part in index.values()]


def stored_model(store: Store, study: str, name: str) -> StoredModel:
    """One model by its name; :class:`InputError` says which there are."""
    models = {model.name: model for model in stored_models(store, study)}
    if name not in models:
        some = ", ".join(list(models)[:5])
        raise InputError(f"study {study!r} has no model {name!r}; it has {len(models)}, such as {some}")
    return models[name]


def model_table(models: Sequence[StoredModel]) -> pd.DataFrame:
    """A row a model: name, algorithm, kind, SNPs, frozen layers, training people, accuracy when it was tested."""
    with ThreadPoolExecutor(_READS_AT_ONCE) as pool:
        cards = list(pool.map(lambda model: model.card, models))
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


def not_scored(store: Store, study: str) -> Iterator[tuple[str, str]]:
    """Name of each method's model that is not the one behind the study's finished scores, and how that comes."""
    prefix = f"studies/{study}/phenotypes"
    for file in store.files(prefix):
        if not file.endswith(f"/scores/{MANIFEST}"):
            continue
        code = file.partition("/")[0]
        scored = _artifact(store, f"{prefix}/{code}/scores").manifest.inputs
        for method in METHODS.keys() & scored.keys():
            current = store.find(f"{prefix}/{code}/{method}")
            if current is not None and current.sha256 != scored[method]:
                yield f"{code}/{method}", "made after the results, from other settings; run the study with theirs again"


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
        predictor = model.load()
        path = folder / f"{model.name.replace('/', '-')}{_suffix(PurePosixPath(model.file))}"
        content, card = (model.artifact.read_bytes(name) for name in (model.file, model.card_file))
        with _written_to(folder):
            path.write_bytes(content)
            path.with_name(_card_file(PurePosixPath(path.name))).write_bytes(card)
            if isinstance(predictor, LinearPredictor) and len(predictor.weights):
                scoring = path.with_name(path.name.removesuffix(_suffix(PurePosixPath(path.name))) + SCORING_SUFFIX)
                write_scoring_file(model.card, predictor.weights, scoring)
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
        Path, or ``s3://connection@bucket/prefix/studies/.../model.keras``.

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
    content, card = (_read(f"{folder}{name}") for name in (path.name, _card_file(path)))
    model_card = ModelCard.from_json(card.decode(errors="replace"))
    return model_card, load(content, model_card)


def _read(uri: str) -> bytes:
    with translated(uri):
        try:
            return files.read(located(uri))
        except FileNotFoundError as error:
            if files.missing_bucket(error):
                raise
            raise InputError(f"model {uri}: no such file; a model needs its card beside it") from None


def _artifact(store: Store, key: str) -> Artifact:
    ref = store.find(key)
    if ref is None:
        raise GtlError(f"{store.uri(key)} is being written again at this moment; try again when it is finished")
    return store.read(ref)


def _name(path: PurePosixPath) -> str:
    return str(path.parent if _stem(path) == _CHOSEN else path.parent / _stem(path))


def _card_file(path: PurePosixPath) -> str:
    return "card.json" if _stem(path) == _CHOSEN else f"{_stem(path)}.json"


def _stem(path: PurePosixPath) -> str:
    return path.name.removesuffix(_suffix(path))


def _suffix(path: PurePosixPath) -> str:
    """Ending of a model file's name, which may have two dots; "" if it is none."""
    return next((suffix for suffix in _SUFFIXES if path.name.endswith(suffix)), "")
