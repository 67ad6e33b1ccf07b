"""Local folders in which artefacts are made, and lock files beside them."""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from upath import UPath

from gtl.errors import StoreError, StoreUnavailable
from gtl.store import files
from gtl.store.faults import translated
from gtl.store.manifest import sha256_of

_HELD = "held"
"""File of a scratch folder that its process keeps locked: whoever can lock it knows that the process has ended."""

_LONGEST = 150
"""Letters of a key in a file's name, of which file systems allow 255 bytes."""


class Scratch:
    """Where one store's artefacts are made.

    Parameters
    ----------
    root
        The store's. In a local store scratch is on the same disk, so that publishing is a rename.
    uri
        The store's name, which tells the scratch of several remote stores apart.
    """

    def __init__(self, root: UPath, uri: str) -> None:
        self._root = root
        self._uri = uri

    def lock_file(self, key: str) -> Path:
        """The file that is locked while this machine makes ``key``."""
        return self._parent() / f"{_flat(key)}.lock"

    @contextmanager
    def folder(self, key: str) -> Iterator[Path]:
        """A fresh folder to make ``key`` in; removed at the end, however it comes.

        What killed processes of this host have left is removed first; another host's is left alone, since nobody here
        can see whether it lives.

        Raises
        ------
        StoreUnavailable
            If the folder was removed while it was in use: trying again helps.
        """
        with translated(self._root):
            parent = self._parent()
            _remove_abandoned(parent)
            path, held = _held_folder(parent, f"{_host()}.{_flat(key)}.")
        with held:
            try:
                yield path
            except Exception as error:
                if not path.exists():
                    raise StoreUnavailable(f"{path} was removed while {key} was made in it; try again") from error
                raise
            finally:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def left_tidy(self) -> Iterator[None]:
        """At the end of the block, however it comes, remove what ended processes of this host have left, locks too."""
        try:
            yield
        finally:
            with suppress(OSError):
                _remove_abandoned(self._place())
                for lock in self._place().glob("*.lock"):
                    _remove_if_free(lock)

    def _place(self) -> Path:
        if files.is_local(self._root):
            return Path(self._root.path) / ".scratch"
        return Path(tempfile.gettempdir()) / f"gtl-{os.getuid()}-{sha256_of(self._uri.encode())[:12]}"

    def _parent(self) -> Path:
        folder = self._place()
        with translated(self._root):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid() and not files.is_local(self._root):
            raise StoreError(
                f"{folder} belongs to somebody else, who could read genotypes there; set TMPDIR to another"
            )
        return folder


def _held_folder(parent: Path, prefix: str) -> tuple[Path, IO[str]]:
    """A new folder, and its lock file, which is locked before the folder gets the name that others look for."""
    fresh = Path(tempfile.mkdtemp(prefix=f".{prefix}", dir=parent))
    held = (fresh / _HELD).open("w")
    fcntl.flock(held, fcntl.LOCK_EX)
    path = fresh.with_name(fresh.name.removeprefix("."))
    fresh.rename(path)
    return path, held


def _host() -> str:
    return sha256_of(socket.gethostname().encode())[:8]


def _remove_abandoned(parent: Path) -> None:
    for leftover in parent.glob(f"{_host()}.*/"):
        _remove_if_abandoned(leftover)


def _remove_if_free(lock: Path) -> None:
    with suppress(OSError), lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.unlink()


def _remove_if_abandoned(folder: Path) -> None:
    with suppress(OSError), (folder / _HELD).open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


def _flat(key: str) -> str:
    name = key.replace("/", "-")
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 17]}-{sha256_of(key.encode())[:16]}"
