"""What an artefact is to be made from: all that decides whether it is finished already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import gtl
from gtl.store.artifact import ArtifactRef, ArtifactWriter
from gtl.store.manifest import Manifest, fingerprint


@dataclass(frozen=True)
class Job:
    """One artefact to be made.

    Attributes
    ----------
    key
        Where it will lie.
    params
        Settings that it depends on.
    inputs
        Name → earlier artefact.
    code
        Digest of what will be run (:mod:`gtl.stage_code`).
    """

    key: str
    params: Mapping[str, Any]
    inputs: Mapping[str, ArtifactRef] = field(default_factory=dict)
    code: str = ""

    @cached_property
    def mark(self) -> str:
        """SHA-256 of all of it: a finished artefact of the same mark is not made again."""
        return fingerprint(self.key, self._digests, self.params, self.code)

    def manifest(self, written: ArtifactWriter) -> Manifest:
        """What the finished artefact says of itself."""
        return Manifest(
            self.key, self.mark, self._digests, self.params, gtl.__version__,
            outputs=written.outputs, sealed=written.sealed, code=self.code, parts=written.parts,
        )  # fmt: skip

    @property
    def _digests(self) -> dict[str, str]:
        return {name: ref.sha256 for name, ref in self.inputs.items()}
