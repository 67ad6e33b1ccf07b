"""Brings GTL's DAGs into this DAG folder. Copy this one file into the DAG folder of an Airflow that has GTL installed.

Airflow reads files that speak of airflow and a dag. Studies to be run by a schedule are YAML files in ``studies/``.
"""

from pathlib import Path

from operators import dags

transfer_study = dags.transfer_study()
reference_panel = dags.reference_panel()
scheduled = dags.scheduled_studies(Path(__file__).absolute().parent / "studies")
globals().update({f"scheduled: {dag_id}": dag for dag_id, dag in scheduled.items()})
