"""One artefact: a folder of files behind a manifest, while it is written and when it is read."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from upath import UPath

from gtl.errors import ArtifactCorrupt, ArtifactMissing, InputError, LeakageError
from gtl.store.faults import translated
from gtl.store.files import is_local, open_for_reading, read
from gtl.store.manifest import Manifest, sha256_of, sha256_of_file

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


_MOST_HASHED = 2 << 30
"""Bytes of a local file above which only its size is checked when parts of it are read."""


@dataclass(frozen=True)
class ArtifactRef:
    """Points to a finished artefact: what travels between tasks instead of data."""

    key: str
    sha256: str

    def to_json(self) -> dict[str, str]:
        """JSON form, for XCom."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, str]) -> Self:
        """The inverse of :meth:`to_json`."""
        return cls(**value)


@dataclass(frozen=True)
class Artifact:
    """A finished artefact, opened for reading; every file is checked against the manifest's hash."""

    folder: UPath
    manifest: Manifest
    ref: ArtifactRef
    unsealed: bool = False

    @property
    def files(self) -> list[str]:
        """Names of the files, sorted."""
        return sorted(self.manifest.outputs)

    def read_bytes(self, name: str) -> bytes:
        """One file's content."""
        expected = self._expected(name)
        with translated(self.folder):
            data = read(self.folder / name)
        if sha256_of(data) != expected["sha256"]:
            raise ArtifactCorrupt(
                f"{self.manifest.key}/{name}: the bytes in the store are not those that were written; "
                f"delete the folder {self.folder.name} there and run again"
            )
        return data

    def read_json(self, name: str) -> Any:
        """One JSON file."""
        return json.loads(self.read_bytes(name))

    def read_table(
        self, name: str, schema: "pa.Schema", rows: Sequence[tuple[str, str, object]] | None = None
    ) -> "pd.DataFrame":
        """One table, checked against its contract; of it only those ``rows``, such as ``[("chrom", "==", "21")]``."""
        import pyarrow.parquet as pq

        from gtl.schema import check

        table = pq.read_table(io.BytesIO(self.read_bytes(name)), filters=rows)
        check(table, schema, f"{self.manifest.key}/{name}")
        frame: pd.DataFrame = table.to_pandas()
        return frame

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """One file as a seekable stream, for reading parts of it.

        A local file of up to 2 GB is hashed once a process (about 1 s a GB); of a larger or a
        remote one, which is read in parts so that it need not be read whole, the size alone is checked.
        """
        expected = self._expected(name)
        path = self.folder / name
        with translated(self.folder), open_for_reading(path) as stream:
            size = stream.seek(0, io.SEEK_END)
            if size != expected["bytes"]:
                raise ArtifactCorrupt(f"{self.manifest.key}/{name}: {size} bytes, expected {expected['bytes']}")
            self._check_local(name, path, size)
            stream.seek(0)
            yield stream

    def _check_local(self, name: str, path: UPath, size: int) -> None:
        if not is_local(path) or size > _MOST_HASHED:
            return
        if _sha256_of_unchanged(path.path, size, Path(path.path).stat().st_mtime_ns) != self._expected(name)["sha256"]:
            raise ArtifactCorrupt(
                f"{self.manifest.key}/{name}: the bytes in the store are not those that were written; "
                f"delete the folder {self.folder.name} there and run again"
            )

    def verify(self) -> None:
        """Read and check every file."""
        for name in self.files:
            self.read_bytes(name)

    def _expected(self, name: str) -> Any:
        if name not in self.manifest.outputs:
            raise ArtifactMissing(f"{self.manifest.key} has no file {name!r}; it has {', '.join(self.files)}")
        if name in self.manifest.sealed and not self.unsealed:
            raise LeakageError(f"{self.manifest.key}/{name} is sealed: only the final evaluation may open it")
        return self.manifest.outputs[name]


@lru_cache(maxsize=4096)
def _sha256_of_unchanged(path: str, size: int, changed: int) -> str:
    """Hash of a local file; once for each size and time of the last change."""
    return sha256_of_file(Path(path))


@dataclass
class ArtifactWriter:
    """An artefact while its stage runs: its files are made and hashed in scratch, and published together at the end.

    Attributes
    ----------
    scratch
        Local folder for what the stage wants to keep for a while; it is removed with all that is in it.
    outputs, sealed, parts
        What the manifest will say (:class:`gtl.store.manifest.Manifest`).
    """

    scratch: Path
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    sealed: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)

    @cached_property
    def made(self) -> Path:
        """Folder of the finished files, on the disk of ``scratch``."""
        folder = self.scratch / "made"
        with translated(self.scratch):
            folder.mkdir()
        return folder

    def seal(self, name: str) -> None:
        """Let only the final evaluation, and the stages that make it, read the file ``name``."""
        self.sealed.append(name)

    def write_bytes(self, name: str, data: bytes) -> None:
        """Write one file."""
        with self.file(name) as path, translated(self.scratch):
            path.write_bytes(data)

    def write_text(self, name: str, text: str) -> None:
        """Write one text file, UTF-8."""
        self.write_bytes(name, text.encode())

    def write_json(self, name: str, value: Any) -> None:
        """Write one JSON file."""
        self.write_text(name, json.dumps(value, indent=1, sort_keys=True) + "\n")

    def write_table(self, name: str, frame: "pd.DataFrame", schema: "pa.Schema") -> None:
        """Write one table that keeps its contract."""
        import pyarrow.parquet as pq

        from gtl.schema import to_arrow

        with self.file(name) as path, translated(self.scratch):
            pq.write_table(to_arrow(frame, schema), path, compression="zstd")

    @contextmanager
    def table_in_parts(self, name: str, schema: "pa.Schema") -> Iterator[Callable[["pa.Table"], None]]:
        """Write one table part by part: the block gets what writes some rows, which are a row group each time."""
        import pyarrow.parquet as pq

        with (
            self.file(name) as path,
            translated(self.scratch),
            pq.ParquetWriter(path, schema, compression="zstd") as writer,
        ):
            yield writer.write_table

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        """A local path to write one file at; it is the artefact's when the block ends without an error."""
        if name in self.outputs or Path(name).name != name:
            raise InputError(f"artefact file {name!r}: the name is used already, or is not a plain file name")
        path = self.made / name
        yield path
        with translated(self.scratch):
            self.outputs[name] = {"sha256": sha256_of_file(path), "bytes": path.stat().st_size}
