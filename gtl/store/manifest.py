"""What a finished stage says of itself: the file that is written last."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

NAME = "manifest.json"


def sha256_of(data: bytes) -> str:
    """Hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a local file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys: equal values give equal bytes.

    >>> canonical_json({"b": 1, "a": (2, None)})
    b'{"a":[2,null],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Manifest:
    """Inputs, settings and outputs of one finished stage.

    Attributes
    ----------
    key : where the artefact lies below the store's root
    fingerprint : SHA-256 of everything that the outputs depend on; a stage whose fingerprint matches is skipped
    inputs : name -> SHA-256 of the input's manifest
    params : the settings that the stage used
    code_version : the release that made it, for people: it decides nothing
    outputs : file name -> SHA-256 and size in bytes
    sealed : names of the files that only the final evaluation may read
    code : digest of the code that the stage ran; releases before 0.2 did not write it
    parts : key -> SHA-256 of the manifest of every artefact that was made, or found finished, while this one was
    """

    key: str
    fingerprint: str
    inputs: Mapping[str, str]
    params: Mapping[str, Any]
    code_version: str
    outputs: Mapping[str, Mapping[str, Any]]
    sealed: Sequence[str] = ()
    code: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The manifest as it is stored."""
        return json.dumps(asdict(self), sort_keys=True, indent=1).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a stored manifest; ValueError or TypeError if it is not one."""
        return cls(**json.loads(data))


def fingerprint(key: str, inputs: Mapping[str, str], params: Mapping[str, Any], code: str) -> str:
    """SHA-256 of everything that a stage's outputs depend on."""
    return sha256_of(canonical_json([key, dict(inputs), params, code]))
