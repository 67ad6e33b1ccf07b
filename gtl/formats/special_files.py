"""Files that are none: reading a device may never end, reading a pipe takes from it what is read once only."""

import os
import stat
from pathlib import Path

from gtl.errors import InputError

_KINDS = {
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
}


def check_ordinary(setting: str, path: Path) -> None:
    """Refuse a path that is a device, a pipe or a socket; one that does not exist passes.

    >>> check_ordinary("panel.legend", Path("/dev/zero"))
    Traceback (most recent call last):
        ...
    gtl.errors.InputError: panel.legend: /dev/zero is a device, not a file; files are read several times, name a file

    Raises
    ------
    InputError
        If it is one.
    """
    try:
        kind = _KINDS.get(stat.S_IFMT(os.stat(path).st_mode))
    except (OSError, ValueError):  # what is wrong with it is said where it is opened
        return
    if kind is not None:
        raise InputError(f"{setting}: {path} is {kind}, not a file; files are read several times, name a file")
