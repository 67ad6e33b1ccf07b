"""Which files of a worker's machine a study may name: those below configured folders, and no devices.

Whoever may trigger a study may be somebody who may not log in to the workers; the first line of a file that is not what
a setting expects is in the message that says so, and ``/dev/zero`` has no end.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from upath import UPath

from gtl.config import StudyConfig
from gtl.config.paths import named_paths
from gtl.errors import InputError
from gtl.formats.special_files import check_ordinary

_PLACE = "{chrom}"


def confined(config: StudyConfig, roots: Sequence[Path]) -> StudyConfig:
    """``config``, if every file and folder that it names lies below one of ``roots``, symbolic links followed.

    A hidden file or folder below a root (``.airflow``, ``.ssh``) does not count as lying there.

    Raises
    ------
    InputError
        Otherwise, or if one is a device, a pipe or a socket. The message names the setting and the roots.
    """
    for setting, location in named_paths(config):
        for path in _stands_for(location):
            _check_below(setting, path, roots)
            check_ordinary(setting, path)
    check_store(config.store, roots)
    return config


def is_below(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a path, symbolic links followed, lies below one of ``roots``, and neither is nor lies in what is hidden.

    Raises
    ------
    ValueError
        If no file can have such a name.
    """
    target = Path(os.path.realpath(path))
    return any(_is_below(target, Path(os.path.realpath(root))) for root in roots)


def check_store(uri: str, roots: Sequence[Path]) -> None:
    """As :func:`confined`, of a store alone; one that is no folder passes."""
    if (folder := _local_store(uri)) is not None:
        _check_below("store", folder, roots)


def _stands_for(location: str) -> Iterator[Path]:
    """The path itself, and what lies beside it that readers would open with it: only links can lead elsewhere."""
    path = Path(location)
    yield path
    begin = path.name.partition(_PLACE)[0] if _PLACE in path.name else path.name.partition(".")[0]
    try:
        with os.scandir(path.parent) as entries:
            yield from (Path(entry) for entry in entries if entry.name.startswith(begin) and _may_lead_away(entry))
    except (OSError, ValueError):  # there is no such folder, which the reader says better
        return


def _may_lead_away(entry: "os.DirEntry[str]") -> bool:
    return entry.is_symlink() or not (entry.is_file() or entry.is_dir())


def _check_below(setting: str, path: Path, roots: Sequence[Path]) -> None:
    try:
        target, found = Path(os.path.realpath(path)), is_below(path, roots)
    except ValueError as error:  # a name that no file can have
        raise InputError(f"{setting}: {str(path)!r} cannot be read ({error}); correct the path") from None
    if not found:
        leads = "" if target == path else f" (it leads to {target})"
        raise InputError(
            f"{setting}: {path}{leads} is not below a folder whose files studies may name: "
            f"{', '.join(map(str, roots))}; move it there, or have [gtl] allowed_roots (AIRFLOW__GTL__ALLOWED_ROOTS) "
            "name its folder; hidden files and folders do not count"
        )


def _is_below(path: Path, root: Path) -> bool:
    return path.is_relative_to(root) and not any(part.startswith(".") for part in path.relative_to(root).parts)


def _local_store(uri: str) -> Path | None:
    """The folder of a store that is one."""
    if "://" not in uri:
        return Path(uri)
    return Path(UPath(uri).path) if uri.startswith(("file://", "local://")) else None
