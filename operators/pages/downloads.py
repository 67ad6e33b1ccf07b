"""Report, pictures, models and files of artefacts, of those that may leave the store (:mod:`gtl.browse.shown`)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from gtl.browse.shown import may_leave, shown_files
from gtl.browse.within import check_within
from gtl.models.registry import SCORING_SUFFIX, StoredModel
from gtl.store import Artifact
from gtl.store.versions import version_of
from operators.pages.access import not_found
from operators.pages.opening import Finished, Named, NamedStudy
from operators.pages.rendering import HEADERS, page

router = APIRouter()

_MEDIA_TYPES = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "json": "application/json",
    "csv": "text/csv",
    "txt": "text/plain",
    "html": "text/html",
}

_LINEAR = "model.linear.json"

_ALONE = {
    "Content-Security-Policy": "sandbox allow-downloads; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
}
"""Of a file that a browser shows by itself: nothing in it is run, and it asks for nothing."""

FileName = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,100}$")]
Digits = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Key = Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$", max_length=400)]


@router.get("/studies/{store}/{study}/report")
def report(study: Finished) -> Response:
    """The self-contained report, as it lies in the store."""
    if study.report is None:
        raise not_found(f"The report of these results of {study.name} is not finished.")
    return _content(study.report, study, "report.html")


@router.get("/studies/{store}/{study}/pictures/{name}")
def picture(study: Finished, name: FileName) -> Response:
    """A picture of the results."""
    return _content(study.results, study, name)


@router.get("/studies/{store}/{study}/plots/{trait}/{name}")
def plot(study: Finished, trait: Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,200}$")], name: FileName) -> Response:
    """A picture of a trait's associations."""
    made = study.made_from.get(f"phenotypes/{trait}/plots")
    if made is None:
        raise not_found()
    return _content(study.store.read(made.ref), study, name)


@router.get("/studies/{store}/{study}/artifacts/{version}")
def artifact_page(request: Request, which: NamedStudy, version: Digits, key: Key) -> HTMLResponse:
    """What an artefact's manifest says: what it was made from, when, and its files."""
    artifact = artifact_of(which, key, version)
    return page(
        request, "artifact.html",
        artifact=artifact, key=key, version=version, here=f"{which.place.id}/{which.name}", name=which.name,
        times=which.place.store.times(artifact.ref), shown=shown_files(artifact),
        address=which.place.store.address(artifact.ref),
    )  # fmt: skip


@router.get("/studies/{store}/{study}/artifacts/{version}/scoring-file")
def scoring_file(which: NamedStudy, version: Digits, key: Key) -> Response:
    """The linear model that a method chose, as a scoring file of the PGS Catalog."""
    artifact = artifact_of(which, key, version)
    if not may_leave(artifact.manifest, _LINEAR):
        raise not_found("There is no such model.")
    for name in (_LINEAR, "card.json"):
        check_within(which.place.store, artifact, name)
    content = StoredModel(key, artifact, _LINEAR, "card.json").scoring_file()
    if content is None:
        raise not_found("This model has no SNPs.")
    return _answer(content, "txt", _download_name(which.name, key, f"model{SCORING_SUFFIX}"), attached=True)


@router.get("/studies/{store}/{study}/artifacts/{version}/{name}")
def artifact_file(which: NamedStudy, version: Digits, name: FileName, key: Key) -> Response:
    """A file of an artefact."""
    artifact = artifact_of(which, key, version)
    if not may_leave(artifact.manifest, name):
        raise not_found("There is no such file, or it is not one that may leave the store.")
    check_within(which.place.store, artifact, name)
    return _answer(artifact.read_bytes(name), name, _download_name(which.name, key, name), attached=True)


def artifact_of(which: Named, key: str, version: str) -> Artifact:
    """A version of an artefact of the study; 404 unless the store lists it."""
    store = which.place.store
    full = f"studies/{which.name}/{key}"
    found = next((ref for ref in store.versions(full) if version_of(ref.sha256) == version), None)
    if found is None:
        raise not_found("There is no such artefact.")
    artifact = store.read(found)
    if artifact.manifest.key != full:
        raise not_found("There is no such artefact.")
    check_within(store, artifact)
    return artifact


def _content(artifact: Artifact, study: Finished, name: str) -> Response:
    """A file that a browser shows; 404 unless it may be shown."""
    if not may_leave(artifact.manifest, name):
        raise not_found("There is no such file, or it is not one that may leave the store.")
    check_within(study.store, artifact, name)
    return _answer(artifact.read_bytes(name), name, name, attached=False)


def _answer(content: bytes, name: str, saved_as: str, *, attached: bool) -> Response:
    media_type = _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    how = "attachment" if attached else "inline"
    headers = HEADERS | _ALONE | {"Content-Disposition": f'{how}; filename="{saved_as}"'}
    return Response(content, headers=headers, media_type=media_type)


def _download_name(study: str, key: str, name: str) -> str:
    """What a file is saved as: a model and its card as ``gtl predict`` looks for them, side by side.

    >>> [_download_name("rice", "phenotypes/height/own_gblup", name) for name in ("model.linear.json", "card.json")]
    ['rice-height-own_gblup.linear.json', 'rice-height-own_gblup.json']
    >>> _download_name("rice", "phenotypes/height/networks/Model-1", "subset-01.keras")
    'rice-height-networks-Model-1-subset-01.keras'
    """
    of = "-".join([study, *key.removeprefix("phenotypes/").split("/")])
    stem, _, ending = name.partition(".")
    return f"{of}.{ending}" if stem in ("model", "card") else f"{of}-{name}"
