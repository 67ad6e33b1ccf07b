"""What the store asks of a file system, each thing in as few round trips as object storage allows.

On S3, fsspec's own path methods ask for a file's size before they read it, look for the bucket (and make it!) before
they write, and answer from a cache of listings. A long-lived process would then not see what another one wrote.
Nothing here does: a read or a write is one request, and a listing is always a new one.
"""

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import uuid4

from upath import UPath

PART_BYTES = 16 << 20
"""Files of two parts or more go to object storage in parts, a few at a time, and not as one body in memory."""

_PARTS_AT_ONCE = 4
_BLOCK_BYTES = 4 << 20
"""What a partial read of a remote file asks for at a time."""


def is_local(path: UPath) -> bool:
    """Whether ``path`` lies on this machine's own file system."""
    return path.protocol in ("", "file", "local")


def make_folder(folder: UPath) -> None:
    """Make a local folder; object storage has none, and its buckets are the user's to make."""
    if is_local(folder):
        folder.mkdir(parents=True, exist_ok=True)


def read(path: UPath) -> bytes:
    """Content of a file; FileNotFoundError if there is none."""
    if is_local(path):
        return Path(path.path).read_bytes()
    # With more than one connection s3fs asks for the size first.
    options = {"max_concurrency": 1} if path.protocol == "s3" else {}
    return bytes(path.fs.cat_file(path.path, **options))


def open_for_reading(path: UPath) -> BinaryIO:
    """A seekable stream, which of a remote file reads the parts that are asked for."""
    if is_local(path):
        return Path(path.path).open("rb")
    path.fs.invalidate_cache()
    return cast(BinaryIO, path.fs.open(path.path, "rb", block_size=_BLOCK_BYTES))


def write(path: UPath, data: bytes) -> None:
    """Write a small file in one step, over what was there: a reader sees the old content or the new, never a part."""
    if not is_local(path):
        path.fs.pipe_file(path.path, data)
        return
    make_folder(path.parent)
    # Not tempfile: its files are for their owner alone, and others share the store.
    scratch = Path(path.path).with_name(f".{path.name}.{uuid4().hex}")
    try:
        scratch.write_bytes(data)
        os.replace(scratch, path.path)
    finally:
        scratch.unlink(missing_ok=True)


def publish(source: Path, target: UPath) -> None:
    """Move a local file to its place in the store in one step: a reader sees all of it or nothing."""
    if is_local(target):
        os.replace(source, target.path)
        return
    _upload(source, target)
    source.unlink()


def copy(source: Path, target: UPath) -> None:
    """Copy a local file to a place in the store where there is none yet."""
    if not is_local(target):
        _upload(source, target)
        return
    make_folder(target.parent)
    shutil.copyfile(source, target.path)


def _upload(source: Path, target: UPath) -> None:
    options = {"chunksize": PART_BYTES, "max_concurrency": _PARTS_AT_ONCE} if target.protocol == "s3" else {}
    target.fs.put_file(str(source), target.path, **options)


def sizes(folder: UPath) -> dict[str, int]:
    """Name and bytes of every file right below ``folder``; none if there is no such folder."""
    if not is_local(folder):
        folder.fs.invalidate_cache()
    try:
        found = folder.fs.ls(folder.path, detail=True)
    except FileNotFoundError as error:
        if missing_bucket(error):
            raise
        return {}
    names = {entry["name"].rstrip("/").rpartition("/")[2]: entry for entry in found if entry["type"] == "file"}
    return {name: entry["size"] for name, entry in names.items()}


def folders(folder: UPath) -> list[str]:
    """Names of the folders right below ``folder``; none if there is no such folder."""
    if not is_local(folder):
        folder.fs.invalidate_cache()
    try:
        found = folder.fs.ls(folder.path, detail=True)
    except (FileNotFoundError, NotADirectoryError) as error:
        if missing_bucket(error):
            raise
        return []
    return [entry["name"].rstrip("/").rpartition("/")[2] for entry in found if entry["type"] == "directory"]


def find(folder: UPath) -> list[str]:
    """Paths, relative to ``folder``, of every file at any depth below it, sorted."""
    if not is_local(folder):
        folder.fs.invalidate_cache()
    start = f"{folder.path.rstrip('/')}/"
    return sorted(path.removeprefix(start) for path in folder.fs.find(folder.path))


@dataclass(frozen=True)
class Details:
    """Size of a file in bytes, and when it was written, in seconds since 1970."""

    size: int
    changed: float


def details(folder: UPath) -> dict[str, Details]:
    """Path, relative to ``folder``, of every file at any depth below it, with its size and time."""
    if not is_local(folder):
        folder.fs.invalidate_cache()
    start = f"{folder.path.rstrip('/')}/"
    found = folder.fs.find(folder.path, detail=True)
    return {path.removeprefix(start): Details(entry["size"], _changed(entry)) for path, entry in found.items()}


def _changed(entry: Mapping[str, Any]) -> float:
    """Of a local file "mtime", of an object "LastModified"."""
    if "mtime" in entry:
        return float(entry["mtime"])
    return float(entry["LastModified"].timestamp())


def move(source: UPath, target: UPath) -> None:
    """Move a file within the store; on object storage it is copied there and then removed here."""
    if is_local(source):
        os.replace(source.path, target.path)
        return
    source.fs.cp_file(source.path, target.path)
    source.fs.rm_file(source.path)


def remove_folder(folder: UPath) -> None:
    """Remove an empty local folder; object storage has none."""
    if is_local(folder):
        Path(folder.path).rmdir()


def remove(paths: Iterable[UPath]) -> None:
    """Remove files, which have to be there."""
    for path in paths:
        path.fs.rm_file(path.path)


def missing_bucket(error: BaseException) -> bool:
    """Whether "no such file" means that the whole bucket is not there."""
    response = getattr(error.__cause__, "response", None) or {}
    return bool(response.get("Error", {}).get("Code") == "NoSuchBucket")
