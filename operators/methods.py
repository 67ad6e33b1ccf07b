"""Module 5: the branch that leaves out the methods which a study does not name."""

from typing import Any

from airflow.sdk import BaseBranchOperator, BaseOperator, Context

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
        return [self.task_ids[method] for method in study_of(context).transfer.methods]
