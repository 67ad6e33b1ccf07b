"""What nothing reaches any more: versions that runs leave behind, since a run deletes nothing, and files of pods."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gtl.errors import ArtifactCorrupt
from gtl.store import exchange, files
from gtl.store.faults import translated
from gtl.store.lineage import Listing, in_parallel
from gtl.store.manifest import NAME, Manifest
from gtl.store.store import Store
from gtl.store.versions import CURRENT, VERSION, version_of


@dataclass(frozen=True)
class Unreached:
    """A version's folder that is not current, nor an input or a part of one that is; or what a killed pod has left.

    Attributes
    ----------
    path
        Below the store's root.
    size
        Bytes of its files.
    finished
        Whether it has a manifest; without one it is what a killed upload or pod has left.
    """

    path: str
    size: int
    finished: bool


def unreached(store: Store, hours: float) -> list[Unreached]:
    """Versions that no pointer reaches, and files of pods, without a change during the last ``hours``, by path.

    From the pointers, it follows the hashes of inputs and parts in the manifests, over the whole store: whatever a
    study's current results were made from stays, even where another study's settings have moved a pointer since.

    Raises
    ------
    ArtifactCorrupt
        If a manifest cannot be read: nobody can say what it reaches.
    """
    with translated(store.root):
        found = files.details(store.root)
    listing = Listing.listed(found)
    reached = _reached(store, listing)
    latest = time.time() - hours * 3600
    folders: dict[str, list[files.Details]] = {}
    for path, details in found.items():
        if folder := _left_behind(path, reached):
            folders.setdefault(folder, []).append(details)
    return [
        Unreached(folder, sum(one.size for one in own), folder.rpartition("/")[2] in listing.keys)
        for folder, own in sorted(folders.items())
        if max(one.changed for one in own) <= latest
    ]


def remove(store: Store, found: Iterable[Unreached]) -> None:
    """Remove versions; the manifest of each goes first, so that what is left half-way does not count as finished."""
    with translated(store.root):
        for one in found:
            folder = store.root / one.path
            if exchange.place_of(one.path):
                exchange.remove(folder)
            else:
                files.remove(folder / name for name in sorted(files.sizes(folder), key=lambda name: name != NAME))
                files.remove_folder(folder)


def _left_behind(path: str, reached: set[str]) -> str | None:
    """Folder that is removed as one with the file at ``path``; None if the file stays."""
    folder = path.rpartition("/")[0]
    version = folder.rpartition("/")[2]
    return exchange.place_of(path) or (folder if VERSION.fullmatch(version) and version not in reached else None)


def _reached(store: Store, listing: Listing) -> set[str]:
    """Names of all versions that are current, or an input or part of one that is."""
    waiting = {version_of(data) for data in in_parallel(lambda key: _current(store, key), listing.current)}
    reached = set[str]()
    while waiting := waiting - reached:
        reached |= waiting
        known = [f"{listing.keys[version]}/{version}" for version in waiting if version in listing.keys]
        manifests = in_parallel(lambda path: _manifest(store, path), known)
        waiting = {version_of(sha256) for manifest in manifests for sha256 in _hashes(manifest)}
    return reached


def _hashes(manifest: Manifest) -> list[str]:
    named: list[Mapping[str, str]] = [manifest.inputs, manifest.parts]
    return [sha256 for one in named for sha256 in one.values()]


def _current(store: Store, key: str) -> str:
    ref = store.find(key)
    if ref is None:
        raise ArtifactCorrupt(f"{store.uri(key)}/{CURRENT} was removed while the store was read; try again")
    return ref.sha256


def _manifest(store: Store, folder: str) -> Manifest:
    with translated(store.root):
        try:
            return Manifest.from_bytes(files.read(store.root / folder / NAME))
        except (ValueError, TypeError) as error:
            raise ArtifactCorrupt(
                f"{store.uri(folder)}/{NAME} is not a manifest, so nobody can say what it reaches; delete that folder"
            ) from error
