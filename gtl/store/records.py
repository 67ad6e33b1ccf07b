"""Lasting notes beside the artefacts: short texts by name, such as the openings of the final cohort."""

from collections.abc import Iterator, MutableMapping

from upath import UPath

from gtl.store import files
from gtl.store.faults import translated

_SUFFIX = ".json"


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
                return files.read(self._path(key)).decode()
            except FileNotFoundError as error:
                if files.missing_bucket(error):
                    raise
                raise KeyError(key) from None

    def __setitem__(self, key: str, text: str) -> None:
        with translated(self._folder):
            files.write(self._path(key), text.encode())

    def __delitem__(self, key: str) -> None:
        self[key]  # object storage says nothing when there is nothing to remove
        with translated(self._folder):
            files.remove([self._path(key)])

    def __iter__(self) -> Iterator[str]:
        with translated(self._folder):
            names = files.sizes(self._folder)
        return iter(sorted(name.removesuffix(_SUFFIX).replace("--", "/") for name in names if name.endswith(_SUFFIX)))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _path(self, key: str) -> UPath:
        return self._folder / f"{key.replace('/', '--')}{_SUFFIX}"
