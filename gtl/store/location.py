"""From a store's URI to a path that can be read and written; credentials come from the environment only.

======================================  ===============================================================================
URI                                     credentials
======================================  ===============================================================================
``results``, ``file:///data/results``   none
``s3://bucket/prefix``                  the usual AWS variables, such as ``AWS_ACCESS_KEY_ID`` and ``AWS_ENDPOINT_URL``
``s3://connection@bucket/prefix``       the Airflow connection of that name, in ``AIRFLOW_CONN_<CONNECTION>`` as JSON
======================================  ===============================================================================

Under Airflow the operators open the third kind themselves, since connections may lie in Airflow's database, too.
"""

import json
import os
import re
from collections.abc import Mapping
from typing import Any

from upath import UPath

from gtl.errors import InputError

CONNECTION_URI = re.compile(r"^(?P<scheme>[a-z0-9]+)://(?P<connection>[A-Za-z0-9_.-]+)@(?P<rest>[^@]+)$")
"""A URI that names a connection. No colon before the @: a password has no place in a URI."""

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.:-]+):/")
"""How a URI begins; a single letter is none, nor is a colon without a slash."""

_EXTRA = {
    "aws_access_key_id": "key",
    "aws_secret_access_key": "secret",
    "aws_session_token": "token",
    "endpoint_url": "endpoint_url",
}
_CONFIG = {"connect_timeout": 10, "read_timeout": 60}


def located(uri: str) -> UPath:
    """The path that ``uri`` names.

    Raises
    ------
    InputError
        If the URI is of another kind, has a password in it, or names a connection that the environment does not have,
        is not JSON, or has settings that only Airflow understands. No message repeats a secret.
    """
    scheme, separator, _ = uri.partition("://")
    if "@" not in uri or not separator or scheme == "file":  # folders may have an @ in their names
        return _path(uri, {})
    match = CONNECTION_URI.match(uri)
    if match is None or match["scheme"] != "s3":
        raise InputError(
            "store: expected s3://connection@bucket/prefix, where connection is the name of an Airflow connection; "
            "keys and passwords never go into the URI, but into AIRFLOW_CONN_<CONNECTION>"
        )
    return _path(f"s3://{match['rest']}", _connection(match["connection"]))


def _connection(name: str) -> dict[str, Any]:
    variable = f"AIRFLOW_CONN_{name.upper()}"
    text = os.environ.get(variable)
    if text is None:
        raise InputError(
            f"store: connection {name!r} is not in the environment; set {variable} to its JSON, or use s3://bucket/... "
            "with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL"
        )
    try:
        connection = json.loads(text)
        extra = connection.get("extra") or {}
        extra = json.loads(extra) if isinstance(extra, str) else dict(extra)
    except (ValueError, TypeError, AttributeError):
        # "from None": the parser's own message would quote the secret.
        raise InputError(
            f'store: {variable} is not a connection as JSON, such as {{"conn_type": "aws", "login": "...", '
            '"password": "...", "extra": {"endpoint_url": "..."}}'
        ) from None
    return _options(connection, extra, variable)


def _options(connection: Mapping[str, Any], extra: dict[str, Any], variable: str) -> dict[str, Any]:
    service = extra.pop("service_config", {}).get("s3", {})
    extra = {**service, **extra}
    region = extra.pop("region_name", None)
    unknown = sorted(set(extra) - set(_EXTRA))
    if unknown:
        raise InputError(
            f"store: {variable}: extra has {', '.join(unknown)}, which only Airflow understands; "
            f"without Airflow these work: region_name, {', '.join(_EXTRA)}"
        )
    found = {"key": connection.get("login"), "secret": connection.get("password")}
    found |= {_EXTRA[name]: value for name, value in extra.items()}
    found["client_kwargs"] = {"region_name": region} if region else None
    return {name: value for name, value in found.items() if value}


def _path(uri: str, credentials: Mapping[str, Any]) -> UPath:
    if not uri.startswith("s3://"):
        scheme = _SCHEME.match(uri)
        if scheme is not None and not uri.startswith("file://"):
            raise InputError(
                f"store: {scheme[1]}: is no place that results can be kept in; expected a folder, file:///folder, "
                "s3://bucket/prefix or s3://connection@bucket/prefix"
            )
        return UPath(os.path.expanduser(uri) if uri.startswith("~") else uri)
    path: UPath = UPath(uri, config_kwargs=dict(_CONFIG), use_listings_cache=False, **credentials)
    return path
