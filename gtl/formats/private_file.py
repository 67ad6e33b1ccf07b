"""Files that hold people's genotypes are for their owner alone, also on a machine that many share."""

import os

_OWNER_ONLY = 0o600


def made_private(path: str | os.PathLike[str]) -> None:
    """Make an empty file that nobody but its owner may read or write; who opens it to write keeps it so.

    Whoever wants others to read it gives them the right afterwards (``chmod``).
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY))
    os.chmod(path, _OWNER_ONLY)
