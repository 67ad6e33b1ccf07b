"""Lasting notes beside the artefacts: short texts by name, such as the openings of the final cohort."""

import tempfile
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from upath import UPath

from gtl.store.artifact import is_local, publish
from gtl.store.faults import translated


class Records(MutableMapping[str, str]):
    """Texts in one folder of the store, a file each.

    Parameters
    ----------
    folder
        Where they lie; made when the first is written.
    """

    def __init__(self, folder: UPath) -> None:
        self._folder = folder

    def __getitem__(self, key: str) -> str:
        with translated(self._folder):
            try:
                return str(self._path(key).read_text())
            except FileNotFoundError:
                raise KeyError(key) from None

    def __setitem__(self, key: str, text: str) -> None:
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            near = str(self._folder.path) if is_local(self._folder) else None
            with tempfile.NamedTemporaryFile("w", dir=near, prefix=".", delete=False) as file:
                file.write(text)
            publish(Path(file.name), self._path(key))

    def __delitem__(self, key: str) -> None:
        with translated(self._folder):
            try:
                self._path(key).unlink()
            except FileNotFoundError:
                raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        with translated(self._folder):
            paths = list(self._folder.glob("*.json")) if self._folder.exists() else []
        return iter(sorted(path.stem.replace("--", "/") for path in paths))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _path(self, key: str) -> UPath:
        return self._folder / f"{key.replace('/', '--')}.json"
