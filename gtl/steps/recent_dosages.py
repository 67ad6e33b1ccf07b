"""Dosages that this process read last: a stage's draws of the roles, and a branch's methods, read the same variants."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gtl.domain.dosages import Dosages
from gtl.store.manifest import sha256_of

Rows = npt.NDArray[np.intp]

MOST_BYTES = 256_000_000
"""Memory that the dosages kept may take."""

_recent: "OrderedDict[tuple[str, str], Dosages]" = OrderedDict()


def recently_read(sha256: str, rows: npt.NDArray[np.intp], read: Callable[[npt.NDArray[np.intp]], Dosages]) -> Dosages:
    """Dosages of everybody at ``rows`` of the artefact ``sha256``: from memory, or read.

    The artefact's hash is its identity, so what is kept can never be old; callers must not write into it.
    """
    key = sha256, sha256_of(rows.tobytes())
    if key in _recent:
        _recent.move_to_end(key)
        return _recent[key]
    found = read(rows)
    found.flags.writeable = False
    _recent[key] = found
    while len(_recent) > 1 and sum(dosages.nbytes for dosages in _recent.values()) > MOST_BYTES:
        _recent.popitem(last=False)
    if found.nbytes > MOST_BYTES:
        _recent.clear()
    return found
