"""How Airflow opens a database of SQLite, which lets one process write at a time.

Airflow itself lets others read meanwhile (write-ahead log). Who wants to write waits, but for five seconds only:
on a busy machine that is too short, and a task or a page fails with "database is locked".
"""

from pathlib import Path
from typing import Any

_WAIT_SECONDS = 60

SYNC: dict[str, Any] = {"timeout": _WAIT_SECONDS}
"""``[database] sql_alchemy_connect_args``."""

ASYNC: dict[str, Any] = {"timeout": _WAIT_SECONDS}
"""``[database] sql_alchemy_connect_args_async``; one of its own, as Airflow adds to the other."""


def database_url(file: Path) -> str:
    """The URL of a database, in which ``%20`` would be a blank and ``?`` the end of the path.

    >>> database_url(Path("/home/user@domain/a%20b?/airflow.db"))
    'sqlite:////home/user@domain/a%2520b%3F/airflow.db'
    """
    return f"sqlite:///{str(file).replace('%', '%25').replace('?', '%3F')}"
