"""One scheduled Airflow DAG per YAML file of a folder; a rerun recomputes only what changed."""

from pathlib import Path

from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowException

from gtl.config import load_study, schedule_of, with_paths_below
from gtl.errors import InputError
from operators.airflow_settings import home
from operators.assets import PANEL
from operators.study_graph import study_dag

DOC = """
# Scheduled study {name}

Made from `{file}`. Runs the same tasks as `transfer_study` with the settings of that file, when its
`schedule` says (cron, `@daily`, ..., or `panel`: whenever the DAG `reference_panel` has built the panel or found it
finished). Stages whose inputs and settings have not changed since the last run are found finished and skipped. A
relative `store` lies beside the folder of the DAGs.
"""


def scheduled_studies(folder: Path) -> dict[str, DAG]:
    """DAG id → the DAG of each study file in ``folder``.

    Files that are not valid take no other down: Airflow shows what is wrong with them as an import error of the file
    that calls this, whose other DAGs stay.
    """
    found: dict[str, DAG] = {}
    problems = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            dag = _scheduled(path)
            dag.validate()  # type: ignore[no-untyped-call]
            found[dag.dag_id] = dag
        except (InputError, AirflowException, ValueError) as error:
            problems.append(str(error) if str(path) in str(error) else f"{path}: {error}")
    if problems:
        found[_NotRead.NAME] = _NotRead("\n".join(problems))
    return found


class _NotRead(DAG):
    """Stands for the studies that could not be read: Airflow checks each DAG of a file by itself."""

    NAME = "studies_not_read"

    def __init__(self, problems: str) -> None:
        super().__init__(self.NAME, schedule=None)
        self.problems = problems

    def validate(self) -> None:
        raise InputError(self.problems)


def _scheduled(path: Path) -> DAG:
    # A worker may stand in any folder, so a relative store means the folder that make run is started in.
    config, schedule = with_paths_below(load_study(path), home()), schedule_of(path)
    return study_dag(
        f"study_{config.name}",
        config,
        schedule=[PANEL] if schedule == "panel" else schedule,
        description=f"Scheduled study {config.name} ({path.name})",
        doc_md=DOC.format(name=config.name, file=path),
        tags=["gtl", "scheduled"],
    )
