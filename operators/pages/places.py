"""Which stores may be looked into: the one of the settings, and those that recent runs of studies wrote to.

A request names a store by an id that is looked up here; what is not listed is never opened. A folder has to lie below
the folders that studies may name (:mod:`operators.roots`); object storage is opened by a connection of Airflow's.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gtl.errors import InputError
from gtl.store import Store
from gtl.store.location import CONNECTION_URI
from operators.airflow_settings import allowed_roots, default_store, home
from operators.roots import check_store
from operators.stores import open_store

_ID_DIGITS = 10


@dataclass(frozen=True)
class Place:
    """A store that pages may show.

    Attributes
    ----------
    uri
        Where it lies: an absolute folder, or a URI that names a connection.
    """

    uri: str

    @property
    def id(self) -> str:
        """Its name in addresses of pages."""
        return hashlib.sha256(self.uri.encode()).hexdigest()[:_ID_DIGITS]

    @property
    def store(self) -> Store:
        """The store, opened."""
        return _opened(self.uri)


def places(uris: Iterable[str]) -> dict[str, Place]:
    """Id → store: the one of the settings first, then those of ``uris`` (of runs) that may be looked into."""
    own = absolute(default_store())
    found = [Place(uri) for uri in dict.fromkeys([own, *map(absolute, uris)]) if uri == own or _is_allowed(uri)]
    return {place.id: place for place in found}


def hidden(uris: Sequence[str]) -> list[str]:
    """Those of ``uris`` (of runs) that may not be looked into, each once."""
    shown = {place.uri for place in places(uris).values()}
    return [uri for uri in dict.fromkeys(map(absolute, uris)) if uri not in shown]


def absolute(uri: str) -> str:
    """Where a store lies, as tasks find it: a relative folder is one below the home.

    >>> absolute("s3://aws@bucket/results"), absolute("/data/results/")
    ('s3://aws@bucket/results', '/data/results')
    """
    if "://" in uri:
        return uri.rstrip("/")
    return str((home() / Path(uri).expanduser()).absolute())


def _is_allowed(uri: str) -> bool:
    if "://" in uri and not uri.startswith(("file://", "local://")):
        named = CONNECTION_URI.match(uri)
        return named is not None and _is_connection(named["connection"])
    try:
        check_store(uri, allowed_roots())
    except InputError:
        return False
    return True


def _is_connection(name: str) -> bool:
    from airflow.models import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        Connection.get_connection_from_secrets(name)
    except AirflowNotFoundException:
        return False
    return True


@lru_cache(maxsize=64)
def _opened(uri: str) -> Store:
    return open_store(uri)
