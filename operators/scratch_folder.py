"""The folder that a task and a program of an image exchange files in, on the task's side."""

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gtl.errors import InputError, StoreError, ToolError

LABEL = "gtl.step"
"""Label of every container and pod: what it works for, so that leftovers of a killed worker can be found."""

SCRATCH = "/scratch"
"""Where a program sees its scratch folder: its working directory, home and only writable place."""


def step_of(names: Sequence[str]) -> str:
    """Value of the label for what has these names."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:16]


@contextmanager
def scratch_folder(what: str, step: str, remove_others: Callable[[], None]) -> Iterator[Path]:
    """An empty folder in the system's temporary folder (``TMPDIR``).

    Before, what an earlier try of the step has left is removed, there and by ``remove_others`` elsewhere.

    Raises
    ------
    StoreError
        If the disk is full: running again without a change cannot help.
    ToolError
        If the folder cannot be written for another reason. Errors that pass are told what the run was for.
    """
    prefix = f"gtl-{step}-"
    try:
        remove_others()
        for leftover in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        kind = StoreError if error.errno in (errno.ENOSPC, errno.EDQUOT) else ToolError
        raise kind(
            f"{what}: scratch folder in {tempfile.gettempdir()}: {error.strerror or error}; free some space "
            "or set TMPDIR to another disk, then run again"
        ) from error
    except (InputError, StoreError, ToolError) as error:
        raise type(error)(f"{what}: {error}") from error
