"""Stores of tasks: one for all tasks of a study; credentials come from Airflow's connections, wherever those are."""

from pathlib import Path

from gtl.config import StudyConfig
from gtl.errors import InputError
from gtl.store import Store
from gtl.store.location import CONNECTION_URI


def open_store(uri: str) -> Store:
    """The store at ``uri``; ``scheme://connection@bucket/prefix`` takes its credentials from an Airflow connection.

    Without a connection it is opened as the command line opens it: a folder, or the usual AWS variables.

    Raises
    ------
    InputError
        If it is a relative folder, and tasks can run on several machines.
    """
    if CONNECTION_URI.match(uri) is None:
        _check_that_all_find(uri)
        return Store(uri)
    from airflow.sdk import ObjectStoragePath

    return Store(ObjectStoragePath(uri))  # type: ignore[arg-type]  # is a UPath, typed as its own class


def _check_that_all_find(uri: str) -> None:
    if "://" in uri or Path(uri).is_absolute():
        return
    from airflow.sdk.configuration import conf

    executor = conf.get("core", "executor")
    if "LocalExecutor" not in executor:
        raise InputError(
            f"store: {uri} is a relative folder, which is another one on every worker of {executor}; expected "
            "s3://connection@bucket/prefix, or the absolute path of a folder that all workers share"
        )


def anchored(config: StudyConfig, folder: Path) -> StudyConfig:
    """``config`` with a store that does not depend on where a task runs: a relative folder lies below ``folder``."""
    return config if "://" in config.store else config.model_copy(update={"store": str(folder / config.store)})
