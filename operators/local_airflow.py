"""An Airflow of one's own: started on loopback below the working folder, and stopped without a trace of processes."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from gtl.errors import ToolError
from operators.airflow_api import AirflowApi
from operators.pools import pools

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".airflow"
USER = "admin"
_COMPONENTS = ("scheduler", "dag-processor", "api-server")
_START_SECONDS = 240


@contextmanager
def local_airflow() -> Iterator[AirflowApi]:
    """Airflow with SQLite and the LocalExecutor, reachable from this machine only; stopped when the block ends."""
    HOME.mkdir(exist_ok=True)
    port = _free_port()
    environment = os.environ | _settings(port)
    _migrate(environment)
    with _components(environment) as alive:
        api = AirflowApi(f"http://127.0.0.1:{port}", USER, password())
        _wait_until_ready(api, alive)
        for name, pool in pools().items():
            api.set_pool(name, pool | {"slots": os.cpu_count() or 1})
        yield api


def _settings(port: int) -> dict[str, str]:
    url = f"http://127.0.0.1:{port}"
    cores = str(os.cpu_count() or 1)
    settings = {
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": cores,
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": cores,
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(HOME / "passwords.json"),
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME / 'airflow.db'}",
        "LOGGING__BASE_LOG_FOLDER": str(HOME / "logs"),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
    }
    variables = {f"AIRFLOW__{name}": value for name, value in settings.items()}
    # Tasks run side by side, one a core, so each computes on one thread.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), "1")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return variables | threads | {"AIRFLOW_HOME": str(HOME), "PYTHONPATH": str(ROOT), "PATH": path}


def _migrate(environment: dict[str, str]) -> None:
    # A migration takes ten seconds, so the version that it was done for is kept beside the database.
    mark = HOME / "migrated"
    current = version("apache-airflow")
    if mark.exists() and mark.read_text() == current:
        return
    done = subprocess.run(  # noqa: S603
        [_airflow(), "db", "migrate"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolError(f"airflow db migrate failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    mark.write_text(current)


@contextmanager
def _components(environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes = []
    try:
        for name in _COMPONENTS:
            with (HOME / f"{name}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(  # noqa: S603
                        [_airflow(), name], env=environment, stdout=log, stderr=log, start_new_session=True
                    )
                )
        yield processes
    finally:
        _stop(processes)


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    # Each component is its own process group; TERM to the group reaches its workers and running tasks too.
    for wanted in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, wanted)
        deadline = time.monotonic() + 20
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))


def _wait_until_ready(api: AirflowApi, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not api.is_ready():
        for name, process in zip(_COMPONENTS, processes, strict=True):
            if process.poll() is not None:
                raise ToolError(f"Airflow's {name} stopped while starting; see {HOME / f'{name}.log'}")
        if time.monotonic() > deadline:
            raise ToolError(f"Airflow was not ready after {_START_SECONDS} s; see the logs in {HOME}")
        time.sleep(0.5)


def password() -> str:
    """Password of :data:`USER`, made at random on first use and kept readable by its owner only."""
    path = HOME / "passwords.json"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(json.dumps({USER: secrets.token_urlsafe(16)}))
    return str(json.loads(path.read_text())[USER])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _airflow() -> str:
    return str(Path(sys.executable).with_name("airflow"))
