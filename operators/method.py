"""Module 5: the step that applies one method of the registry."""

from typing import Any

from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowSkipException

from operators.stage import StageOperator, study_of


class ApplyMethodOperator(StageOperator):
    """All candidates of one method; skipped where the study's settings leave the method out.

    Parameters
    ----------
    method
        Name in the method registry.
    arguments
        Further arguments of :func:`gtl.stages.apply_method` (templated).
    """

    ui_color = "#f6e7d2"

    def __init__(self, *, method: str, arguments: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(stage="apply_method", arguments={"method": method, **arguments}, **kwargs)
        self.method = method

    def execute(self, context: Context) -> Any:
        """Apply the method, or skip it."""
        if self.method not in study_of(context).transfer.methods:
            raise AirflowSkipException(f"transfer.methods does not name {self.method}")
        return super().execute(context)
