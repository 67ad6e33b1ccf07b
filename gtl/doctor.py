"""What has to be there before a study can run: the store, room on the disks, versions; one finding for each.

What Airflow adds (pools, DAGs, containers) comes from the entry point ``gtl.doctor``, so that this module need not know
it: an object like :class:`Surroundings`.
"""

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Protocol

from packaging.requirements import Requirement
from packaging.version import Version

from gtl.errors import GtlError
from gtl.store import Store, files
from gtl.store.faults import translated

ENTRY_POINT = "gtl.doctor"
_LEAST_FREE = 5e9
"""Bytes that a disk should have free: the quick study needs a tenth, a panel of one chromosome some gigabytes."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what
        It, in a word or two.
    found
        What was found, or what is wrong.
    advice
        What to do; empty if it is well.
    needed
        Whether studies cannot run until it is mended; if not, some cannot.
    """

    what: str
    found: str
    advice: str = ""
    needed: bool = True

    @property
    def is_fatal(self) -> bool:
        """Whether no study can run."""
        return bool(self.advice) and self.needed

    def __str__(self) -> str:
        """One line.

        >>> print(Finding("disk", "3 GB free in /tmp", "free some space, or set TMPDIR to another disk"))
        NOT ok  disk: 3 GB free in /tmp; free some space, or set TMPDIR to another disk
        """
        state = "ok" if not self.advice else "NOT ok" if self.needed else "note"
        line = f"{state:<7} {self.what}: {self.found}"
        return f"{line}; {self.advice}" if self.advice else line


class Surroundings(Protocol):
    """What runs studies here, other than this program."""

    def default_store(self) -> str:
        """The store of studies that name none."""

    def open_store(self, uri: str) -> Store:
        """The store as its tasks open it."""

    def findings(self) -> Iterator[Finding]:
        """What it needs itself."""


class Alone:
    """Nothing else: studies run by ``gtl run``, or by ``make run``, which brings an Airflow of its own."""

    def default_store(self) -> str:
        """A folder in the working folder."""
        return "results"

    def open_store(self, uri: str) -> Store:
        """The store as the command line opens it."""
        return Store(uri)

    def findings(self) -> Iterator[Finding]:
        """That there is none."""
        yield Finding("Airflow", "none is set up here (AIRFLOW_HOME is not set); `make run` brings its own")


def surroundings() -> Surroundings:
    """The Airflow of this environment, if one is set up."""
    if not _has_airflow():  # not merely installed: to import it makes a home for it
        return Alone()
    for entry in metadata.entry_points(group=ENTRY_POINT):
        try:
            made: Surroundings = entry.load()()
            return made
        except ModuleNotFoundError:  # of an extra that is not installed
            continue
    return Alone()


def _has_airflow() -> bool:
    """Whether somebody has set up an Airflow here: a home or settings are named, or the usual home has a database."""
    named = any(name == "AIRFLOW_HOME" or name.startswith("AIRFLOW__") for name in os.environ)
    return named or Path("~/airflow/airflow.db").expanduser().exists()


def examine(uri: str, around: Surroundings) -> Iterator[Finding]:
    """Look at everything; ``uri`` is the store's."""
    yield _python()
    yield _versions()
    yield from _store(uri, around)
    yield _room("scratch", Path(tempfile.gettempdir()))
    yield from around.findings()


def _python() -> Finding:
    found = f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    wanted = metadata.metadata("gtl")["Requires-Python"]
    is_right = Version(found) in Requirement(f"python{wanted}").specifier
    return Finding("Python", found, "" if is_right else f"make an environment with Python {wanted}")


def _versions() -> Finding:
    """Installed packages against what this project needs of them, of its extras those that are installed."""
    wrong = list(filter(None, (_wrong(Requirement(text)) for text in metadata.requires("gtl") or [])))
    if not wrong:
        return Finding("packages", f"gtl {metadata.version('gtl')} with all that it needs")
    return Finding("packages", ", ".join(wrong), "install with the constraints in requirements.txt")


def _wrong(requirement: Requirement) -> str:
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        is_extra = requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})
        return "" if is_extra else f"{requirement.name} is not installed"
    if requirement.specifier.contains(found, prereleases=True):
        return ""
    return f"{requirement.name} is {found}, needed is {requirement.specifier}"


def _store(uri: str, around: Surroundings) -> Iterator[Finding]:
    """Whether a file can be written, read back and removed there, and how much more."""
    try:
        store = around.open_store(uri)
        with translated(uri):
            _probe(store)
    except GtlError as error:
        yield Finding("store", uri, str(error))
        return
    yield Finding("store", f"{store.uri('')[:-1]}: written, read back and removed")
    if files.is_local(store.root):
        yield _room("store's disk", Path(store.root.path))


def _probe(store: Store) -> None:
    was_there = not files.is_local(store.root) or store.root.exists()
    probe, content = store.root / f"doctor-{uuid.uuid4().hex}", uuid.uuid4().bytes
    files.write(probe, content)
    try:
        if files.read(probe) != content:
            raise GtlError("what was read back is not what was written")
    finally:
        files.remove([probe])
    if not was_there:
        Path(store.root.path).rmdir()


def _room(what: str, folder: Path) -> Finding:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    advice = "" if free > _LEAST_FREE else "free some space, or choose another disk (scratch: TMPDIR)"
    return Finding(what, f"{free / 1e9:.0f} GB free in {there}", advice, needed=False)
