"""A run of a DAG: what is done, what is coming; of a finished one, its results."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from gtl.browse.progress import StageProgress, label_of
from gtl.config import StudyConfig
from gtl.errors import InputError
from gtl.flow import FLOW, Per, Stage, needed, stages_per
from gtl.progress import spent_and_left
from gtl.store import ArtifactRef
from gtl.store.versions import version_of
from operators.begin import BEGIN, RESULTS
from operators.branches import found_finished
from operators.pages.access import User, check_may_read, not_found
from operators.pages.places import Place, places
from operators.pages.rendering import page, root_of
from operators.pages.runs import UNDER_WAY, recent_runs, settings_of, study_dags

router = APIRouter()

DagId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,250}$")]
RunId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.~:+-]{1,250}$")]
TaskId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,250}$")]

REFRESH_SECONDS = 10

_GROUPS = {Per.IMPORTS, Per.COHORTS, Per.TRAIT, Per.CHROMOSOME, Per.BRANCH}
"""What has a group of tasks in the DAG, which is called as it."""


@dataclass(frozen=True)
class _Task:
    """An instance of a task, as the page shows it."""

    task_id: str
    map_index: int
    state: str
    label: str


@dataclass(frozen=True)
class _Run:
    """A run, as the page shows it; without a beginning it waits in a queue."""

    state: str
    began: datetime | None
    ended: datetime | None
    config: StudyConfig

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


@router.get("/runs/{dag_id}/{run_id}")
def run_page(request: Request, user: User, dag_id: DagId, run_id: RunId) -> HTMLResponse:
    """How far a run of a study is, and where its results are."""
    check_may_read(user, dag_id)
    if dag_id not in study_dags():
        return page(request, "no_study.html", dag_id=dag_id)
    run = _run(dag_id, run_id)
    place = places(one.store for one in recent_runs() if one.run_id == run_id).get(Place(run.config.store).id)
    tasks = _tasks(dag_id, run_id)
    stages = stages_of(run.config, tasks)
    return page(
        request, "run.html",
        dag_id=dag_id, run_id=run_id, state=run.state, config=run.config, place=place,
        times=times_of(run.began, run.ended, stages),
        stages=stages, failed=[task for task in tasks if task.state == "failed"],
        found_finished=found_finished([task.state for task in tasks]),
        results=_results(dag_id, run_id) if place else None,
        refresh=REFRESH_SECONDS if run.is_under_way else 0,
    )  # fmt: skip


@router.get("/runs/{dag_id}/{run_id}/tasks/{task_id}/{map_index}")
def task_artifact(
    request: Request, user: User, dag_id: DagId, run_id: RunId, task_id: TaskId, map_index: int
) -> Response:
    """To the artefact that a task has made; of several draws of the roles, a list of them."""
    check_may_read(user, dag_id)
    config = _run(dag_id, run_id).config
    place = places([config.store]).get(Place(config.store).id)
    made = _made_by(dag_id, run_id, task_id, map_index)
    own = [ref for ref in made if ref.key.startswith(f"studies/{config.name}/")]
    if place is None or not own:
        raise not_found("This task has left no artefact of the study that can be shown.")
    addresses = [(ref.key, _artifact_address(request, place, config.name, ref)) for ref in own]
    if len(addresses) == 1:
        return RedirectResponse(addresses[0][1])
    return page(request, "artifacts.html", dag_id=dag_id, run_id=run_id, task_id=task_id, addresses=addresses)


def stages_of(config: StudyConfig, tasks: Sequence[_Task]) -> list[StageProgress]:
    """The stages that a study needs, in order, with how many of their tasks are in which state.

    How many there will be is known for those that run once for a trait or the study; for others once they are there.
    Stages that have turned out to have nothing to do are left out, such as the imports of a simulation.
    """
    by_task: Mapping[str, list[_Task]] = _grouped(tasks)
    own = ((stage, by_task[_task_id(stage)]) for stage in needed(FLOW, config))
    return [_progress(config, stage, tasks) for stage, tasks in own if not _has_nothing_to_do(stage, tasks)]


def _has_nothing_to_do(stage: Stage, own: Sequence[_Task]) -> bool:
    """Whether a mapped task was skipped for want of anything to map it over; its one instance then has no number."""
    is_mapped = stage.per not in (Per.STUDY, Per.END)
    return is_mapped and [(task.map_index, task.state) for task in own] == [(-1, "skipped")]


def times_of(began: datetime | None, ended: datetime | None, stages: Sequence[StageProgress]) -> str:
    """How long a run took or has been under way, and about how long it still will be once its tasks are known."""
    if began is None:
        return ""
    spent = ((ended or datetime.now(UTC)) - began).total_seconds()
    done, total = sum(stage.work * stage.done for stage in stages), sum(stage.work * stage.total for stage in stages)
    return spent_and_left(spent, done, total if ended is None and all(stage.total for stage in stages) else None)


def _task_id(stage: Stage) -> str:
    return f"{stage.per}.{stage.name}" if stage.per in _GROUPS else stage.name


def _progress(config: StudyConfig, stage: Stage, own: Sequence[_Task]) -> StageProgress:
    # Before it is known what it is mapped over, a mapped task has one instance without a number.
    mapped = [task for task in own if task.map_index >= 0 or stage.per in (Per.STUDY, Per.END)]
    states = [task.state for task in own]
    return StageProgress(
        stage.name,
        label_of(stage),
        done=sum(state in ("success", "skipped") for state in states),
        total=max(len(mapped), _expected(config, stage)),
        running=states.count("running"),
        failed=states.count("failed"),
        work=stage.work,
    )


def _expected(config: StudyConfig, stage: Stage) -> int:
    """Tasks of a stage, as far as the settings say."""
    if stage.per in (Per.STUDY, Per.END):
        return 1
    if stage.per is Per.COHORTS:
        return len(config.cohort_sets())
    if stage.per in (Per.TRAIT, Per.BRANCH) and config.is_simulated:
        return len(config.codes())
    return 0


def _grouped(tasks: Sequence[_Task]) -> Mapping[str, list[_Task]]:
    found: dict[str, list[_Task]] = defaultdict(list)
    for task in tasks:
        found[task.task_id].append(task)
    return found


def _run(dag_id: str, run_id: str) -> _Run:
    chosen = select(DagRun.state, DagRun.start_date, DagRun.end_date)
    with create_session() as session:
        run = session.execute(chosen.where(DagRun.dag_id == dag_id, DagRun.run_id == run_id)).first()
    try:
        config = settings_of(dag_id, run_id)
    except InputError as error:
        raise not_found(f"The settings of this run are not a study's: {error}") from error
    if run is None or config is None:
        raise not_found("There is no such run.")
    return _Run(str(run.state), run.start_date, run.end_date, config)


def _tasks(dag_id: str, run_id: str) -> list[_Task]:
    names = ("task_id", "map_index", "state", "rendered_map_index")
    columns: list[Any] = [getattr(TaskInstance, name) for name in names]
    with create_session() as session:
        rows = session.execute(
            select(*columns).where(TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id)
        ).all()
    return [_Task(task_id, number, str(state or "waiting"), label or "") for task_id, number, state, label in rows]


def _results(dag_id: str, run_id: str) -> str | None:
    """Digits of the version of the results that the run has made, or that its first task has found."""
    made = _made_by(dag_id, run_id, stages_per(Per.END)[0].name, -1) or _made_by(dag_id, run_id, BEGIN, -1, RESULTS)
    return version_of(made[0].sha256) if made else None


def _made_by(dag_id: str, run_id: str, task_id: str, map_index: int, key: str = "return_value") -> list[ArtifactRef]:
    """The artefacts whose references a task has returned, or left under another ``key``."""
    query = XComModel.get_many(run_id=run_id, key=key, dag_ids=dag_id, task_ids=task_id, map_indexes=map_index, limit=1)
    with create_session() as session:
        row = session.scalars(query).first()
        value = None if row is None else XComModel.deserialize_value(row)
    items = value if isinstance(value, list) else [value]
    return [ArtifactRef(**item) for item in items if isinstance(item, dict) and item.keys() == {"key", "sha256"}]


def _artifact_address(request: Request, place: Place, study: str, ref: ArtifactRef) -> str:
    key = ref.key.removeprefix(f"studies/{study}/")
    return f"{root_of(request)}studies/{place.id}/{study}/artifacts/{version_of(ref.sha256)}?key={key}"
