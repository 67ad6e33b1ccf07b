"""Files of one run of a program, on their way through the store to another machine and back.

======================================  ===============================================================================
``<place>/in/files/...``                what the program is given
``<place>/in/list.json``                name → SHA-256 of each of them; written after them
``<place>/out/...``                     what it has made or changed, in the same way
======================================  ===============================================================================

Every run has a place of its own, at which nothing is ever changed, and a list that is there has all its files; so a
writer that is killed, or finishes after its successor, cannot be taken for another. These are no artefacts: whoever
began the run makes one of what comes back, and removes the place. On the other machine run

    python -m gtl.store.exchange fetch PLACE FOLDER
    python -m gtl.store.exchange publish PLACE FOLDER

where PLACE is a URI as :func:`gtl.store.location.located` takes it.
"""

import hashlib
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from upath import UPath

from gtl.errors import ArtifactCorrupt, ArtifactMissing, GtlError
from gtl.store import files
from gtl.store.faults import translated
from gtl.store.location import located
from gtl.store.manifest import canonical_json, sha256_of_file

FOLDER = ".exchange"
"""Where the places lie, below the root of a store."""

_LIST = "list.json"
_FILES = "files"
_CHUNK_BYTES = 1 << 20
_ORDINARY_READING = 0o644  # the program may be run by another user than the one who sent its files


def place_of(path: str) -> str | None:
    """The place that a file belongs to, both below the root of a store; None for files of anything else.

    >>> place_of(".exchange/step/run/in/list.json"), place_of("studies/quick/results/current.json")
    ('.exchange/step/run', None)
    """
    parts = path.split("/")
    return "/".join(parts[:3]) if parts[0] == FOLDER and len(parts) >= 3 else None


def send_inputs(folder: Path, place: UPath) -> None:
    """Send all files of a local folder."""
    _send(folder, place / "in", {})


def fetch_inputs(place: UPath, folder: Path) -> None:
    """Copy into a local folder what was sent, each file checked."""
    _fetch(place / "in", folder)


def send_outputs(folder: Path, place: UPath) -> None:
    """Send the files of a local folder that were not sent to it, or have been changed since."""
    _send(folder, place / "out", _listed(place / "in"))


def fetch_outputs(place: UPath, folder: Path) -> None:
    """Copy into a local folder what the program has made or changed, each file checked."""
    _fetch(place / "out", folder)


def remove(place: UPath) -> None:
    """Remove everything at a place, or at every place below; nothing need be there."""
    with translated(place):
        found = files.find(place)
        files.remove(place / name for name in sorted(found, key=lambda name: not name.endswith(_LIST)))
        if files.is_local(place):
            shutil.rmtree(place.path, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """Fetch or publish, as the arguments say; the exit code."""
    what, uri, folder = arguments
    try:
        if what == "fetch":
            fetch_inputs(located(uri), Path(folder))
        else:
            send_outputs(Path(folder), located(uri))
    except GtlError as error:
        print(f"{what}: {error}", file=sys.stderr)
        return 1
    return 0


def _send(folder: Path, place: UPath, known: Mapping[str, str]) -> None:
    # Not what links lead to: a program could have made one to a file that it may not read itself.
    own = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    found = {path.relative_to(folder).as_posix(): sha256_of_file(path) for path in own}
    fresh = {name: sha256 for name, sha256 in found.items() if known.get(name) != sha256}
    with translated(place):
        for name in fresh:
            files.copy(folder / name, place / _FILES / name)
        files.write(place / _LIST, canonical_json(fresh))


def _fetch(place: UPath, folder: Path) -> None:
    for name, sha256 in _listed(place).items():
        target = folder / name
        if not target.resolve().is_relative_to(folder.resolve()):
            raise ArtifactCorrupt(f"{place / _LIST}: {name!r} leads out of the folder; run again")
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            translated(place),
            files.open_for_reading(place / _FILES / name) as source,
            target.open("wb") as copy,
        ):
            found = _copied(source, copy)
        if found != sha256:
            raise ArtifactCorrupt(f"{place / _FILES / name}: the bytes are not those that were sent; run again")
        target.chmod(_ORDINARY_READING)


def _copied(source: BinaryIO, target: BinaryIO) -> str:
    """SHA-256 of what was copied."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK_BYTES):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def _listed(place: UPath) -> dict[str, str]:
    with translated(place):
        try:
            return dict(json.loads(files.read(place / _LIST)))
        except FileNotFoundError as error:
            if files.missing_bucket(error):
                raise
            raise ArtifactMissing(f"{place}: nothing was sent, or not all of it; run again") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
