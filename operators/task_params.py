"""The settings of a study as its tasks have them: values alone, without the form's schemas.

Airflow checks every param of a DAG against its schema two or three times a task, which took 0.2 CPU seconds each time,
of one that a small task takes altogether. They were checked when the run was triggered, and a task checks them as
settings of a study (:func:`gtl.config.answers.study_of_answers`), which no schema says in full.
"""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Param, get_parsing_context

_ABSENT: Any = object()


class _Value(Param):
    """A param that takes any value."""

    def resolve(self, value: Any = _ABSENT, suppress_exception: bool = False) -> Any:
        """The value, which is ``value`` from now on if one is given."""
        if value is not _ABSENT:
            self.value = value
        return self.value


def in_task(params: Mapping[str, Param]) -> Mapping[str, Param]:
    """``params`` without schemas where a task's process reads the DAG; elsewhere as they are."""
    if get_parsing_context().task_id is None:
        return params
    return {name: _Value(param.value) for name, param in params.items()}
