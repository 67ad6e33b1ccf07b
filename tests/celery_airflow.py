"""Airflow as on many machines: PostgreSQL, Redis, and Celery workers that share nothing but the store."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from gtl.errors import ToolError
from gtl.worker_environment import WORKER_ENVIRONMENT
from operators.airflow_api import AirflowApi
from operators.local_airflow import ROOT, USER, free_port, password
from operators.pools import pools
from tests.local_services import LocalRedis, local_postgres
from tests.own_process import Machine, end

_START_SECONDS = 400
_COMPONENTS = ("api-server", "scheduler", "dag-processor")
_AIRFLOW = str(Path(sys.executable).with_name("airflow"))
_PATH = "/airflow"
"""Path that all of it lies below, at the API server and at the address that users have."""


@dataclass
class CeleryAirflow:
    """A running Airflow: its API, its broker, and its workers, which can be killed and added.

    ``address`` is where its users find it once a proxy listens there; ``api`` asks the API server itself.

    Every machine has the same paths below ``place`` and other files there; see :class:`tests.own_process.Machine`.
    """

    place: Path
    environment: dict[str, str]
    redis: LocalRedis
    api: AirflowApi
    address: str
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def add_worker(self, name: str) -> None:
        """Start a worker on a new machine of that name, with the DAGs and ``place/data`` on it and nothing else."""
        machine = self._machine(name)
        options = ["--celery-hostname", name, "--concurrency", "1", "--skip-serve-logs"]
        command = [sys.executable, "-m", "operators.preloaded", "celery", "worker", *options]
        self.processes[name] = machine.start(command, "worker.log", self.environment)

    def kill_worker(self, name: str) -> None:
        """Switch the worker's machine off."""
        end(self.processes.pop(name))

    def processes_of(self, name: str) -> list[psutil.Process]:
        """What a worker, or a component, has started; it and they are as many processes as a machine's."""
        return psutil.Process(self.processes[name].pid).children(recursive=True)

    @property
    def workers(self) -> list[str]:
        """Names of the workers."""
        return [name for name in self.processes if name not in _COMPONENTS]

    def restart(self, component: str) -> None:
        """Kill a component in the middle of whatever it does, and start it again."""
        end(self.processes.pop(component))
        self._start_component(Machine("main", self.place), component)

    def start_components(self) -> None:
        """Start all but the workers, on a machine called main."""
        machine = self._machine("main")
        # Airflow finds the password's file, which the test has to know.
        shutil.copy(self.place / "passwords.json", machine.files / "home" / "passwords.json")
        migrated = machine.start([_AIRFLOW, "db", "migrate"], "migrate.log", self.environment)
        if migrated.wait():
            raise ToolError(f"airflow db migrate failed:\n{(machine.files / 'migrate.log').read_text()[-3000:]}")
        for name in _COMPONENTS:
            self._start_component(machine, name)

    def wait_until_ready(self) -> None:
        """Wait for the API server, the scheduler and the DAG processor, and make the pools."""
        deadline = time.monotonic() + _START_SECONDS
        while not self.api.is_ready():
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise ToolError(f"Airflow did not start ({ended or 'too slow'}); see the logs in {self.place}")
            time.sleep(0.5)
        for name, pool in pools().items():
            self.api.set_pool(name, pool)

    def _start_component(self, machine: Machine, name: str) -> None:
        options = ["--proxy-headers"] if name == "api-server" else []
        self.processes[name] = machine.start([_AIRFLOW, name, *options], f"{name}.log", self.environment)

    def _machine(self, name: str) -> Machine:
        machine = Machine(name, self.place)
        for folder in ("home", "tmp"):
            (machine.files / folder).mkdir(parents=True)
        shutil.copytree(ROOT / "dags", machine.files / "dags")
        shutil.copytree(self.place / "data", machine.files / "data")
        return machine


@contextmanager
def celery_airflow(place: Path, workers: tuple[str, ...], connections: dict[str, str]) -> Iterator[CeleryAirflow]:
    """The whole, with ``workers`` by name; all of it ends when the block ends."""
    (place / "redis").mkdir()
    redis = LocalRedis(place / "redis")
    redis.start()
    url, address = (f"http://127.0.0.1:{free_port()}{_PATH}" for _ in range(2))
    try:
        with local_postgres() as database, closing(AirflowApi(url, USER, password(place))) as api:
            variables = environment(place, url, address, database, redis.url) | connections
            cluster = CeleryAirflow(place, variables, redis, api, address)
            try:
                cluster.start_components()
                for name in workers:
                    cluster.add_worker(name)
                cluster.wait_until_ready()
                yield cluster
            finally:
                for process in cluster.processes.values():
                    end(process)
    finally:
        redis.kill()


def environment(place: Path, url: str, address: str, database: str, broker: str) -> dict[str, str]:
    """Variables of every part of such an Airflow, whose home and DAGs lie below ``place``.

    ``url`` is the API server's, ``address`` what users call it.
    """
    home = place / "home"
    settings = {
        "CORE__EXECUTOR": "CeleryExecutor",
        "CORE__DAGS_FOLDER": str(place / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__MAX_MAP_LENGTH": "100000",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        # SQLAlchemy and Celery would each choose a driver of their own.
        "DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{database}",
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"postgresql+asyncpg://{database}",
        "CELERY__BROKER_URL": broker,
        "CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{database}",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(urlsplit(url).port),
        "API__BASE_URL": address,
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.token_hex(16),
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "DAG_PROCESSOR__REFRESH_INTERVAL": "600",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "600",
        "CORE__DAGBAG_IMPORT_TIMEOUT": "600",
        # How soon the scheduler notices that a worker is gone: five minutes would be usual.
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "1.5",
        # On a busy machine the API server can be slow; a start that is given up costs a try.
        "WORKERS__EXECUTION_API_TIMEOUT": "60",
    }  # fmt: skip
    variables = {f"AIRFLOW__{name}": value for name, value in settings.items()}
    paths = {
        "AIRFLOW_HOME": str(home), "HOME": str(home), "TMPDIR": str(place / "tmp"), "PYTHONPATH": str(ROOT),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }  # fmt: skip
    return os.environ | variables | WORKER_ENVIRONMENT | paths
