"""Storage faults in the user's words: what could not be written or read, and what to do.

A fault that may pass becomes :class:`~gtl.errors.StoreUnavailable`, which Airflow retries; one that will not becomes
:class:`~gtl.errors.StoreError`, which it does not.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
_WRONG_KEY = "the access key or its secret is wrong; correct the connection or the AWS variables"
_OLD_TOKEN = "the session token has expired or is not valid; get a new one"  # noqa: S105
_S3_ADVICE = {
    "NoSuchBucket": "the bucket does not exist; create it or correct the store's URI",
    "InvalidBucketName": "the bucket's name is not valid; correct the store's URI",
    "InvalidAccessKeyId": _WRONG_KEY,
    "SignatureDoesNotMatch": _WRONG_KEY,
    "ExpiredToken": _OLD_TOKEN,
    "InvalidToken": _OLD_TOKEN,
    "InvalidTokenId": _OLD_TOKEN,
    "TokenRefreshRequired": _OLD_TOKEN,
    "AccessDenied": "access denied; check the bucket's policy and the connection's credentials",
    "RequestTimeTooSkewed": "this machine's clock differs from the server's; set it",
}
"""Error codes of S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""

_PASSING_CODES = {"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "OperationAborted", "Throttling"}
_CUT_SHORT = re.compile(r"\d+ requested and \d+ written")
"""What numpy says when the disk is full: no number, and not why."""

_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError")
_CLIENT_MODULES = ("botocore", "aiobotocore", "aiohttp", "urllib3")
_PASSING = (ConnectionError, TimeoutError)


@contextmanager
def translated(where: object) -> Iterator[None]:
    """Turn faults of the storage below ``where`` into :class:`StoreError` or :class:`StoreUnavailable`."""
    try:
        yield
    except Exception as error:
        fault = _fault(where, error)
        if fault is None:
            raise
        raise fault from error


@contextmanager
def full_disk_named(where: object) -> Iterator[None]:
    """Turn a full disk, wherever a computation met it, into :class:`StoreError`; other faults pass as they are."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT) and not _CUT_SHORT.search(str(error)):
            raise
        raise _lasting(where, _ADVICE[error.errno or errno.ENOSPC]) from error


def _fault(where: object, error: Exception) -> StoreError | StoreUnavailable | None:
    """What ``error`` means; None if it is no fault of the storage."""
    answer = _answer(error)
    if isinstance(error, _PASSING) or _may_pass(answer):
        return StoreUnavailable(f"store {where}: cannot be reached at the moment ({_named(error)})")
    if _code(answer) in _S3_ADVICE:
        return _lasting(where, _S3_ADVICE[_code(answer)])
    if type(error).__name__ in _NO_CREDENTIALS:
        return _lasting(where, "no credentials; name an Airflow connection in the URI or set AWS_ACCESS_KEY_ID")
    if type(error).__module__.partition(".")[0] in _CLIENT_MODULES:  # before OSError, which some of these are, too
        return StoreUnavailable(f"store {where}: the object store did not answer ({_named(error)})")
    if isinstance(error, OSError):
        return _lasting(where, _ADVICE.get(error.errno or _errno_of(error), _named(error)))
    return None


def _lasting(where: object, advice: str) -> StoreError:
    return StoreError(f"store {where}: {advice}, then run again; finished stages are kept")


def _answer(error: Exception) -> dict[str, Any]:
    """What the server answered, as botocore parsed it; s3fs keeps it as the cause of its own error."""
    for candidate in (error, error.__cause__):
        response = getattr(candidate, "response", None)
        if isinstance(response, dict):
            return response
    return {}


def _code(answer: dict[str, Any]) -> str:
    return str(answer.get("Error", {}).get("Code", ""))


def _may_pass(answer: dict[str, Any]) -> bool:
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or _code(answer) in _PASSING_CODES


def _errno_of(error: OSError) -> int:
    # s3fs raises these without a number.
    numbers = {PermissionError: errno.EACCES, FileNotFoundError: errno.ENOENT}
    return numbers.get(type(error), 0)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
