"""Storage faults in the user's words: what could not be written or read, and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from gtl.errors import StoreError, StoreUnavailable

_ADVICE = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "your disk quota is used up; free some space",
    errno.EACCES: "permission denied; check the folder's owner or the bucket's policy and credentials",
    errno.EPERM: "permission denied; check the folder's owner or the bucket's policy and credentials",
    errno.EROFS: "the file system is read-only; choose another store",
    errno.ENOTDIR: "a file stands where a folder is needed; choose another store",
    errno.ENOENT: "the folder or bucket does not exist; create it or correct the store's URI",
}
_PASSING = (ConnectionError, TimeoutError)


@contextmanager
def translated(where: object) -> Iterator[None]:
    """Turn faults of the storage below ``where`` into :class:`StoreError` or :class:`StoreUnavailable`."""
    try:
        yield
    except _PASSING as error:
        raise StoreUnavailable(f"store {where}: cannot be reached at the moment ({_named(error)})") from error
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, _named(error))
        raise StoreError(f"store {where}: {advice}, then run again; finished stages are kept") from error
    except Exception as error:
        if type(error).__module__.startswith(("botocore", "aiobotocore", "aiohttp")):
            raise StoreUnavailable(f"store {where}: the object store did not answer ({_named(error)})") from error
        raise


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
