"""Stores of tasks: one for all tasks of a study; credentials come from Airflow's connections, wherever those are."""

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
