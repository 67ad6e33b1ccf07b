"""The first task of a study: settings are checked, and a study that is finished is not run again."""

from typing import Any

from airflow.sdk import BaseOperator, Context, SkipMixin

from operators.stage import study_of
from operators.stores import open_store

BEGIN = "begin"
"""Id of the task."""

RESULTS = "results"
"""XCom key of the reference to the results that were found."""


class BeginStudyOperator(BaseOperator, SkipMixin):
    """Check the settings; if every stage is finished, made from the same things, skip all the study's tasks.

    A task a stage that finds it finished would take a second and a half each, of minutes in a study of some traits.
    """

    ui_color = "#f6e7d2"
    inherits_from_skipmixin = True  # a task that is cleared stays skipped while this one's answer stands

    def execute(self, context: Context) -> list[str]:
        """Names of the sets of cohorts: one, or one an iteration and small population."""
        from gtl.preflight import check_settings
        from gtl.study_run import find_finished

        config = study_of(context)
        check_settings(config)
        store = open_store(config.store)
        finished = find_finished(config, store)
        if finished is not None:
            self.log.info("found finished, all other tasks are skipped: %s", store.address(finished.results))
            self._end(context, finished.results.to_json())
        return config.cohort_sets()

    def _end(self, context: Context, results: Any) -> None:
        """Leave the results' reference for the run's page, and skip every other task of the study."""
        context["ti"].xcom_push(key=RESULTS, value=results)
        others = [task for task in context["dag"].tasks if task.task_id != self.task_id]
        self.skip(context["ti"], others)
