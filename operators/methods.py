"""Module 5: the branch that leaves out the methods which a study does not name."""

from typing import Any

from airflow.sdk import BaseBranchOperator, BaseOperator, Context

from gtl.errors import InputError
from operators.stage import study_of


class ChooseMethodsOperator(BaseBranchOperator):
    """Follows the methods that ``transfer.methods`` names; the others end as skipped, without a process of their own.

    It must stand outside the phenotypes' mapped group: Airflow 3.3 does not look for the decision of a branch inside
    one (apache/airflow issue 67265) and would start every method.

    Parameters
    ----------
    tasks
        Method → its task.
    """

    ui_color = "#f6e7d2"

    def __init__(self, *, tasks: dict[str, BaseOperator], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.task_ids = {method: task.task_id for method, task in tasks.items()}

    def choose_branch(self, context: Context) -> list[str]:
        """Ids of the named methods' tasks."""
        wanted = study_of(context).transfer.methods
        unknown = [method for method in wanted if method not in self.task_ids]
        if unknown:
            raise InputError(f"transfer.methods: no method {unknown[0]!r}; there are {', '.join(self.task_ids)}")
        return [self.task_ids[method] for method in wanted]
