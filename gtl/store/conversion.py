"""From the layout of releases before 0.2, one version of an artefact in its key's own folder, to that of today."""

from pathlib import PurePosixPath

from upath import UPath

from gtl.store import files
from gtl.store.artifact import ArtifactRef
from gtl.store.faults import translated
from gtl.store.manifest import NAME, sha256_of
from gtl.store.versions import CURRENT, LAYOUT, LAYOUT_2, VERSION, Versions


def convert(root: UPath) -> int:
    """Give every artefact below ``root`` its version's folder and its pointer; return how many there were.

    No byte of an artefact changes, so the hashes by which later ones name it stay right. An artefact's manifest moves
    last, after its pointer was written: when it is stopped at any moment, running it again goes on. Nobody else may
    write to the store meanwhile.
    """
    with translated(root):
        old = [path for path in files.find(root) if _is_old_manifest(path)]
        for path in old:
            _convert_one(root, str(PurePosixPath(path).parent))
        files.write(root / LAYOUT, LAYOUT_2)
    return len(old)


def _is_old_manifest(path: str) -> bool:
    place = PurePosixPath(path)
    return place.name == NAME and not VERSION.fullmatch(place.parent.name) and not path.startswith(".")


def _convert_one(root: UPath, key: str) -> None:
    folder, data = root / key, files.read(root / key / NAME)
    ref, versions = ArtifactRef(key, sha256_of(data)), Versions(root)
    files.make_folder(versions.folder(ref))
    for name in files.sizes(folder).keys() - {NAME, CURRENT}:
        files.move(folder / name, versions.folder(ref) / name)
    versions.make_current(key, data)
    files.move(folder / NAME, versions.folder(ref) / NAME)
