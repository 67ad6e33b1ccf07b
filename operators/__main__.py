"""``make run`` and ``make ui``: a study, or the web UI, on an Airflow of one's own."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from gtl.__main__ import echo_results
from gtl.commands.options import Overrides, study_config
from gtl.config import StudyConfig, with_paths_below
from gtl.config.answers import answers_of
from gtl.config.paths import named_paths
from gtl.errors import GtlError, ToolError
from gtl.progress import announce, bars
from operators.airflow_api import AirflowApi
from operators.branches import announce_all, announce_branches, failures, found_finished
from operators.ending import ENDING
from operators.local_airflow import STORE, USER, local_airflow, log_of, password, roots
from operators.roots import confined
from operators.stores import open_store

DAG_ID = "transfer_study"
_DAG_FILE = "gtl_dags.py"
_AGAIN = "next: mend that, then run the same command again; what is finished is kept"
_UI_PORT = 8080
_LOOKS_SECONDS = 5
"""Between looks at whether the web UI's Airflow still runs."""

_SHORTEST_PAUSE = 2.0
"""Seconds between questions whether a run has ended."""

_LONGEST_PAUSE = 20.0
"""Seconds between looks at a run's tasks: longer, and a busy machine would seem to stand still."""

_ENDED = ("success", "failed")
_REREAD_SECONDS = 240  # nobody changes a DAG during a run, but a first reading may fail
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


@app.command()
def run(
    study: Annotated[Path | None, typer.Option(help="YAML file of the study.")] = None,
    preset: Annotated[str | None, typer.Option(help="quick, paper or reproduction.")] = None,
    store: Annotated[str | None, typer.Option(help="Folder or URI that results go to.")] = None,
    overrides: Overrides = None,
) -> None:
    """Run a study as an Airflow DAG and print its results; Airflow is started for it and stopped afterwards."""
    config = with_paths_below(study_config(study, preset, store, overrides or []), Path.cwd())
    confined(config, roots(_folders(config)))
    with bars():
        announce("airflow", "starting", 0, 2)
        with local_airflow(reread_seconds=_REREAD_SECONDS, folders=_folders(config)) as api:
            announce("airflow", f"reading the DAGs ({api.url})", 1, 2)
            _wait_for_dag(api)
            _end_leftovers(api)
            announce("airflow", "running", 2, 2)
            _watch(api, api.trigger(DAG_ID, answers_of(config)), config)
    echo_results(open_store(config.store), config)


@app.command()
def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of this machine that it listens on.")] = _UI_PORT,
    store: Annotated[str | None, typer.Option(help="Folder or URI whose studies it shows and new ones go to.")] = None,
) -> None:
    """Keep Airflow's web UI up until Ctrl-C."""
    typer.echo("Airflow is starting; this takes about half a minute")
    begin = with_paths_below(study_config(None, "quick", store or os.environ.get(STORE), []), Path.cwd())
    with local_airflow(port=port, triggerer=True, folders=_folders(begin), store=begin.store) as api:
        for line in _resumed(api):
            typer.echo(line)
        typer.echo(f"web UI: {api.url}  user: {USER}  password: {password()}  (Ctrl-C stops it)")
        try:
            while True:
                api.check()
                time.sleep(_LOOKS_SECONDS)
        except KeyboardInterrupt:
            typer.echo("stopping; Ctrl-C again ends it at once")


def _folders(config: StudyConfig) -> list[Path]:
    """Folders that the study names: it comes from the command line, whose user could read them anyway."""
    store = [] if "://" in config.store else [Path(config.store)]
    return [*(Path(path).parent for _, path in named_paths(config)), *store]


def _wait_for_dag(api: AirflowApi, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not api.has_dag(DAG_ID):
        if errors := [error for error in api.import_errors() if _DAG_FILE in error.partition(": ")[0]]:
            raise ToolError("a DAG cannot be imported:\n" + "\n".join(errors))
        if time.monotonic() > deadline:
            raise ToolError(f"Airflow has not read the DAG {DAG_ID} after {seconds:.0f} s")
        time.sleep(0.5)


def _end_leftovers(api: AirflowApi) -> None:
    # Airflow would first go on with a run that was interrupted; its finished stages are found all the same.
    for run in _interrupted(api):
        api.fail_run(DAG_ID, run)


def _resumed(api: AirflowApi) -> list[str]:
    """What Airflow takes up where an earlier one stopped, before whatever is triggered now."""
    runs = _interrupted(api) if api.has_dag(DAG_ID) else []
    return [f"goes on with the interrupted run {run}; to end it, mark it as failed on its page" for run in runs]


def _interrupted(api: AirflowApi) -> list[str]:
    """Ids of runs that have not ended."""
    return [str(run["dag_run_id"]) for run in api.runs(DAG_ID) if run["state"] in ("queued", "running")]


def _watch(api: AirflowApi, run_id: str, config: StudyConfig) -> None:
    counted, next_look = False, 0.0
    while True:
        state, begin = api.run_state(DAG_ID, run_id), time.monotonic()
        if state in _ENDED or begin >= next_look:
            instances = api.task_instances(DAG_ID, run_id)
            counted = counted or announce_all(instances, config)
            announce_branches(instances, config)
            # Listing the tasks of hundreds of traits takes seconds, and Airflow has other work to do.
            next_look = begin + min(_LONGEST_PAUSE, 10 * (time.monotonic() - begin))
        if state == "success":
            if found_finished([task["state"] for task in instances]):
                announce("study", "found finished: nothing to compute")
            return
        if state == "failed":
            raise ToolError(_explanation(api, instances))
        time.sleep(_SHORTEST_PAUSE)


def _explanation(api: AirflowApi, instances: list[dict[str, Any]]) -> str:
    """The trait and stage that failed first, why, and what to do: a line each."""
    failed = sorted(failures(instances), key=lambda item: str(item[1]["end_date"]))
    if not failed:
        return f"the study was ended from outside\n{_AGAIN}"
    about, task = failed[0]
    others = f" ({len(failed) - 1} more failed)" if len(failed) > 1 else ""
    stage = str(task["task_id"]).rpartition(".")[2].replace("_", " ")
    return f"{about}: {stage} failed{others}\n{api.reason(task)}\n{_AGAIN}; its log: {log_of(task)}"


def main() -> None:
    """Entry point: a mistake of the user's ends with its message and exit code 2; a failed study with 1."""
    ENDING.install()
    try:
        app()
    except GtlError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1 if isinstance(error, ToolError) else 2)


if __name__ == "__main__":
    main()
