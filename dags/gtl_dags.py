"""Brings GTL's DAGs into this DAG folder. Copy this one file into the DAG folder of an Airflow that has GTL installed.

Airflow reads files that speak of airflow and a dag. Studies to be run by a schedule are YAML files in ``studies/``.
"""

from pathlib import Path

from operators import dags

globals().update(dags.all_dags(Path(__file__).absolute().parent / "studies"))
