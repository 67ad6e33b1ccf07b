"""The DAGs, each made by a function, so that one file in any DAG folder brings them: ``dags/gtl_dags.py``."""

from pathlib import Path

from airflow.sdk import DAG, get_parsing_context

from operators.dags.reference_panel import reference_panel
from operators.dags.scheduled_studies import scheduled_studies
from operators.dags.transfer_study import transfer_study

__all__ = ["all_dags", "reference_panel", "scheduled_studies", "transfer_study"]


def all_dags(studies: Path) -> dict[str, DAG]:
    """DAG id → the DAG, those of the study files in the folder ``studies`` among them.

    Where a task is run, its own DAG alone: each task reads the DAGs once more, and would pay for all of them.
    """
    own = {"transfer_study": transfer_study, "reference_panel": reference_panel}
    wanted = get_parsing_context().dag_id
    if wanted in own:
        return {wanted: own[wanted]()}
    scheduled = scheduled_studies(studies, wanted)
    return scheduled if wanted else {**{name: make() for name, make in own.items()}, **scheduled}
