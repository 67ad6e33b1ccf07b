"""Stores of tasks: one for all tasks of a study; credentials come from Airflow's connections, wherever those are."""

from pathlib import Path

from gtl.errors import InputError
from gtl.store import Store
from gtl.store.location import CONNECTION_URI


def open_store(uri: str) -> Store:
    """The store at ``uri``; ``scheme://connection@bucket/prefix`` takes its credentials from an Airflow connection.

    Without a connection it is opened as the command line opens it: a folder, or the usual AWS variables.
    """
    if CONNECTION_URI.match(uri) is None:
        return Store(uri)
    from airflow.sdk import ObjectStoragePath

    return Store(ObjectStoragePath(uri))  # type: ignore[arg-type]  # is a UPath, typed as its own class


def check_that_all_find(uri: str) -> None:
    """Raise :class:`InputError` if ``uri`` is a relative folder, which tasks on several machines would each have own.

    Where the setting ``home`` is given, it says for all of them where a relative folder lies.
    """
    if "://" in uri or Path(uri).expanduser().is_absolute():
        return
    from airflow.sdk.configuration import conf

    from operators.airflow_settings import has_home

    if has_home():
        return
    executor = conf.get("core", "executor")
    if "LocalExecutor" not in executor:
        raise InputError(
            f"store: {uri} is a relative folder, which is another one on every worker of {executor}; expected "
            "s3://connection@bucket/prefix, or the absolute path of a folder that all workers share (or let [gtl] home "
            "name where relative ones lie)"
        )
