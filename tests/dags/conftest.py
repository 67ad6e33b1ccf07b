"""Reads the DAG folder once, with an Airflow home of its own."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

DAGS = Path(__file__).resolve().parents[2] / "dags"


@pytest.fixture(scope="session")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The DAGs of the project, with the seconds that reading them took."""
    from airflow.dag_processing.dagbag import DagBag

    begin = time.process_time()
    dagbag = DagBag(str(DAGS))
    dagbag.parse_seconds = time.process_time() - begin
    return dagbag
