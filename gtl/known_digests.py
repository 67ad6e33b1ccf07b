"""Digests of a package's code that an earlier process has computed, for as long as no source file of it changes.

To read all source takes two seconds of a processor, and every task of a study needs some of it. They are kept in the
user's folder for caches, a file an installation; where that cannot be written, every process computes its own.
"""

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from functools import cached_property
from pathlib import Path


class KnownDigests:
    """Name → digest, of the package whose source lies in ``folder`` as it is now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> str | None:
        """The digest of ``name``, or None if it is not known of this very source."""
        return self._known.get(name)

    def keep(self, name: str, digest: str) -> None:
        """Let later processes know it; of several that write at once, the last one's digests are kept."""
        self._known[name] = digest
        if self._read_source() != self._source:  # changed since: nobody knows of which source the digest is
            return
        content = json.dumps({"source": self._source, "digests": dict(self._known)})
        with suppress(OSError, RuntimeError):  # a folder that may not be written to; a user without a home
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._file.parent, delete=False) as written:
                written.write(content)
            Path(written.name).replace(self._file)

    @cached_property
    def _known(self) -> dict[str, str]:
        with suppress(OSError, RuntimeError, ValueError, KeyError, TypeError):
            kept = json.loads(self._file.read_bytes())
            if kept["source"] == self._source:
                return dict(kept["digests"])
        return {}

    @cached_property
    def _source(self) -> str:
        """The source when it was first asked for."""
        return self._read_source()

    def _read_source(self) -> str:
        """SHA-256 of all source files, by content: times and sizes may be those of another release."""
        found = hashlib.sha256()
        for path in sorted(self._folder.rglob("*.py")):
            content = path.read_bytes()
            found.update(f"{path.relative_to(self._folder)}\0{len(content)}\0".encode() + content)
        return found.hexdigest()

    @property
    def _file(self) -> Path:
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        installation = hashlib.sha256(str(self._folder.resolve()).encode()).hexdigest()[:16]
        return caches / "gtl" / f"code-digests-{installation}.json"
