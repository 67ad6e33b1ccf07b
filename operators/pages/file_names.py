"""Names of files and folders below the folders that studies may name (:mod:`operators.roots`); never contents."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from operators.roots import is_below

MOST = 50
"""So many names are told; whoever looks for another types more of it."""


def names_like(text: str, roots: Sequence[Path], home: Path) -> list[str]:
    """Paths that begin with ``text``, folders with a slash at the end, the roots themselves for an empty one.

    A relative text is of ``home``, and what is found is relative, too. What is hidden, a device, or leads out of the
    roots is not there; the answer to a text that is not below a root is the same as to one that nothing begins with.
    """
    if not text:
        return [f"{root}{os.sep}" for root in roots if root.is_dir()]
    folder, _, begin = text.rpartition(os.sep)
    shown = f"{folder}{os.sep}" if os.sep in text else ""
    try:
        place = home / shown
        found = sorted(_entries(place, begin, roots)) if is_below(place, roots) else []
    except (OSError, ValueError):  # no such folder, none that may be read, or no name that a file can have
        return []
    return [f"{shown}{name}" for name in found[:MOST]]


def _entries(place: Path, begin: str, roots: Sequence[Path]) -> Iterator[str]:
    with os.scandir(place) as entries:
        for entry in entries:
            if not entry.name.startswith(begin) or not is_below(Path(entry.path), roots):
                continue
            if entry.is_dir():
                yield f"{entry.name}{os.sep}"
            elif entry.is_file():
                yield entry.name
