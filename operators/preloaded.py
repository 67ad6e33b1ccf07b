"""Airflow's command with the libraries of the stages imported, for programs that fork tasks: these need not do it.

That is the scheduler with the LocalExecutor, and ``python -m operators.preloaded celery worker`` on other machines. It
saves three of the five CPU seconds that a small task takes, four more where networks are trained; and a task's place is
free as soon as the task has ended (:mod:`operators.prompt_ends`). TensorFlow may not be used on both sides of a fork:
what imports it here trains nothing. ``gtl`` is not among the libraries, so that a task always runs the code that lies
there when it starts.
"""

from importlib import import_module

from operators.airflow_command import collect_rarely, run_airflow
from operators.prompt_ends import notice_ends_at_once

LIBRARIES = (
    "skops.io",  # first: it looks into every module that is loaded, and Airflow's warn a thousand times of old names
    "airflow.dag_processing.dagbag",
    "airflow.providers.docker.operators.docker",
    "airflow.providers.standard.decorators.python",
    "airflow.timetables.trigger",
    "imblearn.ensemble",
    "imblearn.pipeline",
    "keras",
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "pandas",
    "pyarrow.parquet",
    "pydantic",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.ensemble",
    "sklearn.metrics",
    "sklearn.svm",
    "sklearn.tree",
    "tensorflow",
    "upath",
)
"""What most stages use."""


def main() -> None:
    """Run ``airflow`` with the arguments of this command."""
    collect_rarely()
    for name in LIBRARIES:
        import_module(name)
    notice_ends_at_once()
    run_airflow()


if __name__ == "__main__":
    main()
