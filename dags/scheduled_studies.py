"""One scheduled Airflow DAG per YAML file in ``dags/studies/``; a rerun recomputes only what changed."""

from collections.abc import Iterator
from pathlib import Path

from airflow.sdk import DAG
from airflow.sdk.bases.timetable import BaseTimetable
from airflow.sdk.exceptions import AirflowTimetableInvalid
from study_graph import study_dag

from gtl.config import StudyConfig, load_study, schedule_of
from gtl.errors import InputError
from operators.assets import PANEL
from operators.policies import TAGS
from operators.stores import anchored

DOC = """
# Scheduled study {name}

Made from `dags/studies/{file}`. Runs the same tasks as `transfer_study` with the settings of that file, when its
`schedule` says (cron, `@daily`, ..., or `panel`: whenever the DAG `reference_panel` has built the panel or found it
finished). Stages whose inputs and settings have not changed since the last run are found finished and skipped. A
relative `store` lies beside the folder of the DAGs.
"""

# A worker may stand in any folder, so a relative store means the folder that make run is started in.
HOME = Path(__file__).absolute().parents[1]


class NotValid(BaseTimetable):
    """What makes Airflow show an import error, and yet keep the other DAGs of this file: a schedule that is none."""

    can_be_scheduled = False

    def __init__(self, problems: list[str]) -> None:
        self._problems = problems

    def validate(self) -> None:
        """Raise what is wrong with the study files."""
        raise AirflowTimetableInvalid("\n".join(["study files of which no DAG is made:", *self._problems]))


def _study_files() -> list[Path]:
    found = (Path(__file__).parent / "studies").iterdir()
    return sorted(path for path in found if path.suffix.lower() in (".yaml", ".yml"))


def _read(path: Path, problems: list[str]) -> Iterator[tuple[Path, StudyConfig, str | None]]:
    """The study of a file, unless something is wrong with it."""
    try:
        config, schedule = anchored(load_study(path), HOME), schedule_of(path)
        DAG("schedule", schedule=None if schedule == "panel" else schedule, auto_register=False).validate()
        yield path, config, schedule
    except InputError as error:
        problems.append(str(error))
    except (AirflowTimetableInvalid, ValueError) as error:
        problems.append(
            f"{path}: schedule: {error} Expected cron such as '0 3 * * 1', a preset such as '@weekly', or 'panel'"
        )


def _each_name_once(
    studies: list[tuple[Path, StudyConfig, str | None]], problems: list[str]
) -> Iterator[tuple[Path, StudyConfig, str | None]]:
    """The studies but those of a name that several have: nobody could say which one is meant."""
    for study in studies:
        alike = [path.name for path, config, _ in studies if config.name == study[1].name]
        if len(alike) == 1:
            yield study
        elif study[0].name == alike[0]:
            problems.append(
                f"{study[0].parent}: {' and '.join(alike)} have the same `name: {study[1].name}`; give each its own"
            )


def _make_dags() -> Iterator[DAG]:
    problems: list[str] = []
    studies = [study for path in _study_files() for study in _read(path, problems)]
    for path, config, schedule in _each_name_once(studies, problems):
        yield study_dag(
            f"study_{config.name}",
            config,
            schedule=[PANEL] if schedule == "panel" else schedule,
            description=f"Scheduled study {config.name} ({path.name})",
            doc_md=DOC.format(name=config.name, file=path.name),
            tags=["gtl", "scheduled"],
        )
    if problems:
        yield DAG("scheduled_studies", schedule=NotValid(problems), tags=TAGS)


# No name of a study is that of something in this module: none of these has a blank in it.
globals().update({f"dag {dag.dag_id}": dag for dag in _make_dags()})
