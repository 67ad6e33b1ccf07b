"""One scheduled Airflow DAG per YAML file of a folder; a rerun recomputes only what changed.

Hidden files are not looked at: editors and systems leave them beside what somebody edits.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow.sdk import DAG
from airflow.sdk.bases.timetable import BaseTimetable
from airflow.sdk.exceptions import AirflowTimetableInvalid
from airflow.timetables.base import TimeRestriction
from airflow.timetables.trigger import CronTriggerTimetable

from gtl.config import StudyConfig, load_study, schedule_of, with_paths_below
from gtl.errors import InputError
from gtl.formats.special_files import check_ordinary
from operators.airflow_settings import home
from operators.assets import PANEL
from operators.form import file_params
from operators.policies import TAGS
from operators.study_graph import study_dag

DOC = """
# Scheduled study {name}

Made from `{file}`. Runs the same tasks as `transfer_study` with the settings of that file, when its
`schedule` says (cron, `@daily`, ..., or `panel`: whenever the DAG `reference_panel` has built the panel or found it
finished). Stages whose inputs and settings have not changed since the last run are found finished; if none has, all
tasks but the first are skipped. A relative `store` lies beside the folder of the DAGs.
"""


def scheduled_studies(folder: Path, wanted: str | None = None) -> dict[str, DAG]:
    """DAG id → the DAG of each study file in ``folder``, ``.yaml`` or ``.yml``; with ``wanted`` the one of that id.

    Files that are not valid take no other down: Airflow shows what is wrong with them as an import error of the file
    that calls this, whose other DAGs stay.
    """
    problems: list[str] = []
    studies = [study for path in _study_files(folder) for study in _read(path, problems)]
    named = {_dag_id(study): study for study in _each_name_once(studies, problems)}
    if wanted is not None:
        return {wanted: _dag(named[wanted])} if wanted in named else {}
    dags = [_dag(study) for study in named.values()]
    if problems:
        dags.append(DAG("scheduled_studies", schedule=_NotValid(problems), tags=TAGS))
    return {dag.dag_id: dag for dag in dags}


class _NotValid(BaseTimetable):
    """What makes Airflow show an import error, and yet keep the other DAGs of a file: a schedule that is none."""

    can_be_scheduled = False

    def __init__(self, problems: Sequence[str]) -> None:
        self._problems = problems

    def validate(self) -> None:
        """Raise what is wrong with the study files."""
        raise AirflowTimetableInvalid("\n".join(["study files of which no DAG is made:", *self._problems]))


@dataclass(frozen=True)
class _Study:
    """What a file says."""

    path: Path
    config: StudyConfig
    schedule: str | None


def _study_files(folder: Path) -> list[Path]:
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in found if path.suffix.lower() in (".yaml", ".yml") and not path.name.startswith("."))


def _read(path: Path, problems: list[str]) -> Iterator[_Study]:
    """The study of a file, unless something is wrong with it."""
    try:
        check_ordinary("study file", path)
        # A worker may stand in any folder, so a relative path means one below the home.
        study = _Study(path, with_paths_below(load_study(path), home()), schedule_of(path))
        if study.schedule not in (None, "panel"):
            _check_schedule(study.schedule)
        yield study
    except InputError as error:
        problems.append(str(error))
    except (AirflowTimetableInvalid, ValueError) as error:
        problems.append(
            f"{path}: schedule: {error} Expected cron such as '0 3 * * 1', a preset such as '@weekly', or 'panel'"
        )


def _check_schedule(schedule: str) -> None:
    """Raise what Airflow does of a schedule that is none, or whose day never comes, as the 31st of February.

    The latter passes Airflow's own check; when Airflow then asks for the next day, it keeps no DAG of the same file.
    """
    DAG("schedule", schedule=schedule, auto_register=False).validate()  # type: ignore[no-untyped-call]
    if not schedule.startswith("@"):
        any_time = TimeRestriction(earliest=None, latest=None, catchup=False)
        CronTriggerTimetable(schedule, timezone="UTC").next_dagrun_info(
            last_automated_data_interval=None, restriction=any_time
        )


def _each_name_once(studies: Sequence[_Study], problems: list[str]) -> Iterator[_Study]:
    """The studies but those of a name that several have: nobody could say which one is meant."""
    for study in studies:
        alike = [other.path.name for other in studies if other.config.name == study.config.name]
        if len(alike) == 1:
            yield study
        elif study.path.name == alike[0]:
            same = f"{' and '.join(alike)} have the same `name: {study.config.name}`"
            problems.append(f"{study.path.parent}: {same}; give each its own")


def _dag_id(study: _Study) -> str:
    return f"study_{study.config.name}"


def _dag(study: _Study) -> DAG:
    return study_dag(
        _dag_id(study),
        file_params(study.config),
        schedule=[PANEL] if study.schedule == "panel" else study.schedule,
        description=f"Scheduled study {study.config.name} ({study.path.name})",
        doc_md=DOC.format(name=study.config.name, file=study.path),
        tags=["gtl", "scheduled"],
    )
