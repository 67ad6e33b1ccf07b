"""An Airflow of one's own: started on loopback below the working folder, and stopped without a trace of processes."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gtl.errors import ToolError
from gtl.progress import announce
from gtl.worker_environment import WORKER_ENVIRONMENT
from operators.airflow_api import AirflowApi
from operators.ending import ENDING
from operators.home_lock import HomeLock, locked
from operators.pools import NAMES, pools
from operators.ports import LOOPBACK, check_port
from operators.sessions import end_sessions
from operators.sqlite import database_url

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".airflow"
USER = "admin"
ROOTS = "AIRFLOW__GTL__ALLOWED_ROOTS"
STORE = "AIRFLOW__GTL__STORE"
_USERS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"
_COMPONENTS: dict[str, list[str]] = {
    "scheduler": ["--skip-serve-logs"],  # would answer other machines; the API server reads the same folder
    "dag-processor": [],
    "api-server": [],
}
_TRIGGERER = {"triggerer": ["--skip-serve-logs"]}
"""No task of ours waits for it; but the UI shows its absence in red, as a fault."""

_MOST_PHENOTYPES = 100_000
_START_SECONDS = 240
_REREAD_SECONDS = 30
_ANSWER_SECONDS = 60
"""How long a task waits for the API server: on a machine that is busy with others, Airflow's five seconds fail it."""

_MISSED_READINGS = 3
"""So many readings of a DAG file may fail in a row, as where the database was locked, before its DAGs count as
removed and their runs stand still."""

_READING_SECONDS = 600
"""How long reading a DAG file may take: on a busy machine minutes, and one that is not read in time counts as removed,
so that its run stands still."""


@contextmanager
def local_airflow(
    home: Path = HOME,
    dags: Path = ROOT / "dags",
    reread_seconds: int = _REREAD_SECONDS,
    folders: Sequence[Path] = (),
    *,
    port: int | None = None,
    triggerer: bool = False,
    viewers: Sequence[str] = (),
    store: str | None = None,
) -> Iterator[AirflowApi]:
    """Airflow with SQLite and the LocalExecutor, reachable from this machine only; stopped when the block ends.

    Reading all DAG files takes five CPU seconds; every ``reread_seconds`` they are read again for changes. Studies may
    name files below the project, the working folder, the user's home and ``folders``, unless the environment variable
    :data:`ROOTS` says otherwise. It listens on ``port``, by default on one that is free; with ``triggerer`` everything
    is started that the UI shows the health of. ``viewers`` are users who may look at everything and
    change nothing; Airflow makes their passwords. Forms begin with ``store``, and pages show what is in it.

    Raises
    ------
    GtlError
        If an Airflow of this ``home`` is running, or ``port`` is taken; from the API, if a part of Airflow has ended.
    """
    home.mkdir(exist_ok=True)
    home.chmod(0o700)  # its database and logs say what the user's studies are about
    with locked(home) as lock:
        port = port or free_port()
        check_port(port)  # when what a killed Airflow of this home left has been ended
        environment = (
            os.environ
            | _settings(port, home, dags, reread_seconds)
            | {_USERS: ",".join([f"{USER}:admin", *(f"{name}:viewer" for name in viewers)])}
            | {ROOTS: os.pathsep.join(map(str, roots(folders)))}
            | ({STORE: store} if store else {})
        )
        _migrate(home, environment, lock)
        url, secret = f"http://{LOOPBACK}:{port}", password(home)  # made before Airflow looks for it
        wanted = _COMPONENTS | (_TRIGGERER if triggerer else {})
        with (
            _components(wanted, home, environment, lock) as processes,
            closing(AirflowApi(url, USER, secret, partial(_check_alive, processes, home))) as api,
        ):
            _wait_until_ready(api, home)
            for name, pool in pools().items():
                api.set_pool(name, pool | {"slots": os.cpu_count() or 1})
            yield api


def roots(folders: Sequence[Path]) -> list[Path]:
    """The folders whose files studies may name; see :func:`local_airflow`."""
    if named := os.environ.get(ROOTS):
        return [Path(root) for root in named.split(os.pathsep)]
    return list(dict.fromkeys([ROOT, Path.cwd(), Path.home(), *folders]))


def _settings(port: int, home: Path, dags: Path, reread_seconds: int) -> dict[str, str]:
    url = f"http://{LOOPBACK}:{port}"
    # One more than cores, so that no core stands idle while the scheduler decides what comes next; the pools keep heavy
    # tasks to one a core.
    side_by_side = str((os.cpu_count() or 1) + 1)
    settings = {
        "CORE__DAGS_FOLDER": str(dags),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": side_by_side,
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": side_by_side,
        "CORE__MAX_MAP_LENGTH": str(_MOST_PHENOTYPES),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": database_url(home / "airflow.db"),
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS": "operators.sqlite.SYNC",
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC": "operators.sqlite.ASYNC",
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "API__HOST": LOOPBACK,
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": secrets.token_urlsafe(48),  # of Airflow's own making it is too short, and warned of
        "CORE__DAGBAG_IMPORT_TIMEOUT": str(_READING_SECONDS),
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": str(_READING_SECONDS),
        "WORKERS__EXECUTION_API_TIMEOUT": str(_ANSWER_SECONDS),
        "DAG_PROCESSOR__STALE_DAG_THRESHOLD": str((_MISSED_READINGS + 1) * reread_seconds),
        "DAG_PROCESSOR__REFRESH_INTERVAL": str(reread_seconds),
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(reread_seconds),
        # A look at a run of some hundred tasks costs the scheduler 0.3 CPU seconds, which tasks on the same cores lack.
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "1.5",
        **{f"GTL__{weight.upper()}_POOL": name for weight, name in NAMES.items()},
    }
    variables = {f"AIRFLOW__{name}": value for name, value in settings.items()}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    # Where the user's shell keeps Python from writing compiled files, every task would compile the same source again.
    python = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    return variables | WORKER_ENVIRONMENT | python | {"AIRFLOW_HOME": str(home), "PATH": path}


def _migrate(home: Path, environment: dict[str, str], lock: HomeLock) -> None:
    # A migration takes ten seconds, so the version that it was done for is kept beside the database. Once begun it is
    # seen through, as a half-made database helps nobody; whoever comes next waits for it.
    mark = home / "migrated"
    current = version("apache-airflow")
    if mark.exists() and mark.read_text() == current:
        return
    with ENDING.held():
        done = subprocess.run(  # noqa: S603
            [_airflow(), "db", "migrate"],
            env=environment, capture_output=True, text=True, check=False, start_new_session=True, pass_fds=[lock.fd],
        )  # fmt: skip
    if done.returncode:
        raise ToolError(f"airflow db migrate failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    mark.write_text(current)


@contextmanager
def _components(
    wanted: Mapping[str, Sequence[str]], home: Path, environment: dict[str, str], lock: HomeLock
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, options in wanted.items():
            with (home / f"{name}.log").open("wb") as log, ENDING.held():
                command = [*_command(name), *options]
                processes[name] = subprocess.Popen(  # noqa: S603
                    command, env=environment, stdout=log, stderr=log, start_new_session=True, pass_fds=[lock.fd]
                )
                lock.record([process.pid for process in processes.values()])
        yield processes
    finally:
        _stop(list(processes.values()))


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    with suppress(OSError):  # of a terminal that was closed
        announce("airflow", "stopping; Ctrl-C again ends it at once")
    end_sessions({process.pid for process in processes}, lambda: ENDING.hurry)
    for process in processes:
        process.wait()


def _check_alive(processes: Mapping[str, subprocess.Popen[bytes]], home: Path) -> None:
    """:class:`ToolError` if a component has ended: without its scheduler Airflow answers, and nothing goes on."""
    for name, process in processes.items():
        if process.poll() is not None:
            raise ToolError(
                f"Airflow's {name} has ended (exit code {process.returncode}); see {home / f'{name}.log'}, then run "
                "the same command again: what is finished is kept"
            )


def _wait_until_ready(api: AirflowApi, home: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not api.is_ready():
        if time.monotonic() > deadline:
            raise ToolError(f"Airflow was not ready after {_START_SECONDS} s; see the logs in {home}")
        time.sleep(0.5)


def password(home: Path = HOME, user: str = USER) -> str:
    """Password of a user; that of :data:`USER` is made at random on first use, readable by its owner only."""
    path = home / "passwords.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({USER: secrets.token_urlsafe(16)}))
    return str(json.loads(path.read_text())[user])


def log_of(instance: Mapping[str, Any], home: Path = HOME) -> Path:
    """The file with the newest log of a task instance, as Airflow's REST API describes it."""
    index = [] if instance["map_index"] < 0 else [f"map_index={instance['map_index']}"]
    run = [f"dag_id={instance['dag_id']}", f"run_id={instance['dag_run_id']}", f"task_id={instance['task_id']}"]
    return home.joinpath("logs", *run, *index, f"attempt={instance['try_number']}.log")


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _command(component: str) -> list[str]:
    # The scheduler's LocalExecutor forks the tasks.
    module = "operators.preloaded" if component == "scheduler" else "operators.airflow_command"
    return [sys.executable, "-m", module, component]


def _airflow() -> str:
    return str(Path(sys.executable).with_name("airflow"))
