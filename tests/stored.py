"""Where artefacts lie in a store, for tests that look at its files."""

from pathlib import Path

from gtl.store import Store


def folder_of(store: Path, key: str) -> Path:
    """Folder of the current version of ``key`` in a local store."""
    place = Store(str(store))
    found = place.find(key)
    assert found is not None, f"{key} is not finished in {store}"
    return Path(place.address(found))
