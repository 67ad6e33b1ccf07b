"""The DAGs, each made by a function, so that one file in any DAG folder brings them: ``dags/gtl_dags.py``."""

from operators.dags.reference_panel import reference_panel
from operators.dags.scheduled_studies import scheduled_studies
from operators.dags.transfer_study import transfer_study

__all__ = ["reference_panel", "scheduled_studies", "transfer_study"]
