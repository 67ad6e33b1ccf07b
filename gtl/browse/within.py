"""Whether what a store names lies in it: a folder of a store can hold symbolic links that lead elsewhere."""

import os
from pathlib import Path

from gtl.errors import ArtifactMissing
from gtl.store import Artifact, Store
from gtl.store.files import is_local


def check_within(store: Store, artifact: Artifact, name: str = "") -> None:
    """Raise :class:`ArtifactMissing` if an artefact, or a file of it, lies outside the store, links followed."""
    if not is_local(store.root):
        return
    root, target = (Path(os.path.realpath(path.path)) for path in (store.root, artifact.folder / name))
    if not target.is_relative_to(root):
        raise ArtifactMissing(f"{artifact.manifest.key}/{name} leads out of the store; it is not shown")
