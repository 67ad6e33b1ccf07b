"""Where the versions of an artefact lie. A version never changes; a small pointer says which one is current.

======================================  ===============================================================================
``<key>/<version>/...``                 the files of a version, which is named by its manifest's SHA-256
``<key>/<version>/manifest.json``       what it was made from and what it holds; written after its files
``<key>/current.json``                  the manifest of the version that was made, or found finished, last
======================================  ===============================================================================

Nothing here takes away what is finished, and equal bytes have equal places. So writers that know nothing of each
other, a killed one, or one that finishes after its successor, cannot harm what others have or read: no lock is needed.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from upath import UPath

from gtl.errors import InputError
from gtl.store import files
from gtl.store.artifact import ArtifactRef
from gtl.store.faults import translated
from gtl.store.manifest import NAME, sha256_of

CURRENT = "current.json"
"""Name of the pointer."""

VERSION = re.compile(r"[0-9a-f]{16}")
"""Name of a version's folder: the first digits of its manifest's SHA-256."""

LAYOUT = "gtl-store.json"
"""File at a store's root that says how it is laid out; releases before 0.2 wrote none."""

LAYOUT_2 = b'{"layout": 2}\n'
_OLD_ROOTS = {"studies", "panels", "sweeps"}
_AT_ONCE = 8


def version_of(sha256: str) -> str:
    """Name of the folder of the version whose manifest has this hash."""
    return sha256[:16]


class Versions:
    """The versions of every artefact below ``root``."""

    def __init__(self, root: UPath) -> None:
        self._root = root
        self._layout_checked = False
        self._layout_marked = False

    def folder(self, ref: ArtifactRef) -> UPath:
        """Where the files of a version lie."""
        return self._root / ref.key / version_of(ref.sha256)

    def current(self, key: str) -> bytes | None:
        """The manifest of the current version of ``key``, or None.

        Raises
        ------
        InputError
            If the store was written by a release before 0.2.
        """
        found = self._read(self._root / key / CURRENT)
        if found is None:
            self._check_layout()
        return found

    def manifest(self, ref: ArtifactRef) -> bytes | None:
        """The manifest of a version, or None if there is no such version."""
        return self._read(self.folder(ref) / NAME)

    def manifests(self, key: str) -> Iterator[bytes]:
        """The manifests of all finished versions of ``key``, the current one among them, in no particular order."""
        with translated(self._root):
            names = files.folders(self._root / key)
        for name in sorted(filter(VERSION.fullmatch, names)):
            found = self._read(self._root / key / name / NAME)
            if found is not None:
                yield found

    def publish(self, key: str, made: Path, manifest: bytes) -> ArtifactRef:
        """Move the files of the local folder ``made`` to a version of their own, and make it the current one."""
        ref = ArtifactRef(key, sha256_of(manifest))
        with translated(self._root):
            self._mark_layout()
            (made / NAME).write_bytes(manifest)
            _move(made, self.folder(ref))
        self.make_current(key, manifest)
        return ref

    def make_current(self, key: str, manifest: bytes) -> None:
        """Let the pointer of ``key`` show the version of this manifest."""
        with translated(self._root):
            files.write(self._root / key / CURRENT, manifest)

    def _read(self, path: UPath) -> bytes | None:
        with translated(self._root):
            try:
                return files.read(path)
            except (FileNotFoundError, NotADirectoryError) as error:
                if files.missing_bucket(error):
                    raise
                return None

    def _check_layout(self) -> None:
        if self._layout_checked:
            return
        self._layout_marked = self._read(self._root / LAYOUT) is not None
        if not self._layout_marked:
            with translated(self._root):
                old = _OLD_ROOTS & set(files.folders(self._root))
            if old:
                raise InputError(
                    f"store {self._root}: was written by a release before 0.2, which kept one version of each stage; "
                    "convert it by `gtl convert-store --store STORE` (nothing is lost), or name another store"
                )
        self._layout_checked = True

    def _mark_layout(self) -> None:
        self._check_layout()
        if not self._layout_marked:
            files.write(self._root / LAYOUT, LAYOUT_2)
            self._layout_marked = True


def _move(made: Path, folder: UPath) -> None:
    """Move a finished local folder into the store; its manifest arrives last."""
    if files.is_local(folder):
        files.make_folder(folder.parent)
        try:
            made.rename(folder.path)
        except OSError:
            if not Path(folder.path).is_dir():
                raise
        else:
            return
    # The version is there already, of equal bytes (or was damaged, and is mended); or a bucket knows no renaming.
    paths = sorted(path for path in made.iterdir() if path.name != NAME)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda path: files.publish(path, folder / path.name), paths))
    files.publish(made / NAME, folder / NAME)
