"""The settings of a study as its tasks have them: values alone, without the form that people fill in.

Each task's process reads its DAG once more. To draw the form takes it 0.1 CPU seconds, and Airflow checks every field
against the form's schema two or three times a task, 0.2 CPU seconds each. The values were checked when the run was
triggered, and a task checks them as settings of a study (:func:`gtl.config.answers.study_of_answers`), which no schema
says in full.
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


def is_for_a_task() -> bool:
    """Whether this process reads the DAGs in order to run a task."""
    return get_parsing_context().task_id is not None


def values_alone(values: Mapping[str, Any]) -> dict[str, Param]:
    """Params of ``values`` that say nothing of what else they could be."""
    return {name: _Value(value) for name, value in values.items()}
