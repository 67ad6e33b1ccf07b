"""Which results of a study a store has: one version for each change of settings or code, the current one among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from gtl.errors import InputError
from gtl.store import ArtifactRef, Store
from gtl.store.versions import version_of


@dataclass(frozen=True)
class ResultsVersion:
    """One version of a study's results.

    Attributes
    ----------
    ref
        Where it lies.
    made
        When; None if that was not recorded.
    settings
        Those that the tables depend on, the seed among them.
    release
        Of gtl, that made it.
    """

    ref: ArtifactRef
    made: datetime | None
    settings: Mapping[str, Any]
    release: str

    @property
    def name(self) -> str:
        """As people write it."""
        return version_of(self.ref.sha256)

    def __str__(self) -> str:
        made = f"made {self.made:%Y-%m-%d %H:%M} UTC, " if self.made else ""
        return f"{made}seed {self.settings.get('seed')}, version {self.name}"


def results_versions(store: Store, study: str) -> list[ResultsVersion]:
    """Every version of a study's results, the newest first.

    Raises
    ------
    InputError
        If the store has no results of the study.
    """
    refs = store.versions(f"studies/{study}/results")
    if not refs:
        raise InputError(f"study {study!r} has no results in {store.uri('')}; run it, or name another --store")
    found = [version_at(store, ref) for ref in refs]
    return sorted(found, key=lambda one: (one.made is not None, one.made, one.name), reverse=True)


def results_ref(store: Store, study: str, version: str = "") -> ArtifactRef:
    """The current results of a study, or those whose version begins with these digits; InputError says which there are.

    A store of which nobody asks for versions is not listed.
    """
    if not version:
        current = store.find(f"studies/{study}/results")
        if current is None:
            raise InputError(f"study {study!r} has no results in {store.uri('')}; run it, or name another --store")
        return current
    versions = results_versions(store, study)
    found = [one.ref for one in versions if one.name.startswith(version)]
    if len(found) != 1:
        known = "; ".join(map(str, versions))
        raise InputError(f"study {study!r} has {len(found)} versions that begin with {version!r}; it has: {known}")
    return found[0]


def versions_table(store: Store, study: str) -> pd.DataFrame:
    """A row a version, newest first: when it was made, its seed, and in which settings it differs from the current."""
    current = results_ref(store, study)
    versions = results_versions(store, study)
    of_current = next(flat(one.settings) for one in versions if one.ref == current)
    rows = [
        {
            "version": one.name,
            "made": f"{one.made:%Y-%m-%d %H:%M:%S}" if one.made else "",
            "release": one.release,
            "seed": one.settings.get("seed"),
            "current": one.ref == current,
            "differs": _differences(flat(one.settings), of_current),
        }
        for one in versions
    ]
    return pd.DataFrame(rows)


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings by their dotted names.

    >>> flat({"seed": 1, "transfer": {"epochs": 3}})
    {'seed': 1, 'transfer.epochs': 3}
    """
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return found


def _differences(settings: Mapping[str, Any], current: Mapping[str, Any]) -> str:
    names = [name for name in {**settings, **current} if settings.get(name) != current.get(name)]
    return "; ".join(f"{name}={settings.get(name)}" for name in names)


def version_at(store: Store, ref: ArtifactRef) -> ResultsVersion:
    """The version of a study's results that lies at ``ref``."""
    manifest, started = store.read(ref).manifest, store.times(ref).get("started")
    made = None if started is None else datetime.fromtimestamp(started, UTC)
    return ResultsVersion(ref, made, manifest.params, manifest.code_version)
