"""What finished artefacts were made from, followed through the hashes in their manifests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from gtl.store.artifact import ArtifactRef
from gtl.store.manifest import NAME, Manifest
from gtl.store.versions import CURRENT, VERSION, version_of

READS_AT_ONCE = 8

In = TypeVar("In")
Out = TypeVar("Out")


@dataclass(frozen=True)
class Made:
    """One finished artefact and what it was made from.

    Attributes
    ----------
    ref
        The very version.
    manifest
        What it says of itself.
    inputs
        Keys of its inputs that lie below the same prefix, relative to it.
    """

    ref: ArtifactRef
    manifest: Manifest
    inputs: Sequence[str]


@dataclass(frozen=True)
class Listing:
    """What a listing of a prefix shows.

    Attributes
    ----------
    current
        Keys, relative to the prefix, that have a current version; sorted.
    keys
        Name of a version's folder → key, relative to the prefix.
    """

    current: Sequence[str]
    keys: Mapping[str, str]

    @classmethod
    def listed(cls, paths: Iterable[str]) -> "Listing":
        """From the paths of all files below the prefix.

        >>> Listing.listed(["split/current.json", "split/0123456789abcdef/manifest.json"])
        Listing(current=['split'], keys={'0123456789abcdef': 'split'})
        """
        current, keys = list[str](), dict[str, str]()
        for path in paths:
            folder, _, name = path.rpartition("/")
            key, _, version = folder.rpartition("/")
            if name == CURRENT and folder:
                current.append(folder)
            elif name == NAME and VERSION.fullmatch(version):
                keys[version] = key
        return cls(sorted(current), keys)

    def refs(self, prefix: str, hashes: Iterable[str]) -> dict[str, ArtifactRef]:
        """Key, relative to the prefix → version, of the manifests' ``hashes`` that lie below it."""
        found = {sha256: self.keys.get(version_of(sha256)) for sha256 in hashes}
        return {key: ArtifactRef(f"{prefix}/{key}", sha256) for sha256, key in found.items() if key is not None}


def followed(
    prefix: str, starts: Mapping[str, ArtifactRef], listing: Listing, manifest_of: Callable[[ArtifactRef], Manifest]
) -> dict[str, Made]:
    """Key, relative to the prefix → what was made, of ``starts`` and all below the prefix that they were made from."""
    made: dict[str, Made] = {}
    waiting = dict(starts)
    while waiting:
        manifests = in_parallel(manifest_of, list(waiting.values()))
        following: dict[str, ArtifactRef] = {}
        for (key, ref), manifest in zip(waiting.items(), manifests, strict=True):
            inputs = listing.refs(prefix, manifest.inputs.values())
            made[key] = Made(ref, manifest, list(inputs))
            following |= inputs
        waiting = {key: ref for key, ref in following.items() if key not in made}
    return made


def in_parallel(function: Callable[[In], Out], items: Sequence[In]) -> list[Out]:
    """The function's value of each item; some at a time, since object storage answers slowly."""
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        return list(pool.map(function, items))
