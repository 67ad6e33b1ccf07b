"""PostgreSQL, Redis and nginx of one's own on loopback, from Debian's packages, with their data in own folders."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gtl.errors import ToolError
from operators.local_airflow import ROOT, free_port
from tests.own_process import end, start

_START_SECONDS = 60
_INSTALLED = Path("/usr/lib/postgresql")
_LOCATION = ROOT / "deploy" / "nginx.conf"
_SERVER = "127.0.0.1:8080"
"""Where the API server listens in those lines."""


def postgres_programs() -> Path | None:
    """Folder of the newest PostgreSQL server's programs, if one is installed."""
    found = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def local_postgres() -> Iterator[str]:
    """A PostgreSQL server; gives what follows ``postgresql://`` in the URL of an empty database."""
    programs = postgres_programs()
    if programs is None:
        raise ToolError("PostgreSQL is not installed; apt-get install postgresql")
    # It refuses to be run by root, and its user can look into no folder of root's.
    user = "postgres" if os.getuid() == 0 else None
    folder, port, password = Path(tempfile.mkdtemp(prefix="gtl-postgres-")), free_port(), secrets.token_hex(16)
    (folder / "password").write_text(password)
    for path in (folder, folder / "password"):
        shutil.chown(path, user or os.getuid())
    ways = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--encoding=UTF8", "--locale=C.UTF-8"]
    made = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "airflow", "--no-sync", *ways]
    done = subprocess.run(made, user=user, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolError(f"initdb failed ({done.returncode}): {done.stderr[-1000:]}")
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), *options]
    process = start(command, folder / "log", os.environ, user)
    try:
        asked = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        _until(lambda: subprocess.run(asked, check=False).returncode == 0, process, folder / "log")
        yield f"airflow:{password}@127.0.0.1:{port}/postgres"
    finally:
        end(process)
        shutil.rmtree(folder)


@dataclass
class LocalRedis:
    """A Redis server that forgets nothing when it is killed; it can be started again on the same port."""

    folder: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)

    @property
    def url(self) -> str:
        """Address and password, as Celery wants them."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = self.folder / "redis.conf"
        settings.touch(mode=0o600)
        lines = ("bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", f"dir {self.folder}", "save ''")
        settings.write_text("\n".join([*lines, "appendonly yes", ""]))
        log = self.folder / "redis.log"
        self._process = start(["redis-server", str(settings)], log, os.environ)
        _until(self._answers, self._process, log)

    def kill(self) -> None:
        """End the server in the middle of whatever it does."""
        if self._process is not None:
            end(self._process)
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as asked:
                asked.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                time.sleep(0.05)
                return b"+PONG" in asked.recv(1000)
        except OSError:
            return False


def nginx() -> str | None:
    """The program, which Debian keeps where only root looks; None if it is not installed."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


@contextmanager
def local_proxy(folder: Path, port: int, server: str) -> Iterator[None]:
    """nginx on ``port`` with the lines of ``deploy/nginx.conf``; ``server`` is host and port of the API server."""
    program = nginx()
    if program is None:
        raise ToolError("nginx is not installed; apt-get install nginx-light")
    location = _LOCATION.read_text()
    assert _SERVER in location
    folders = [f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    settings, log = folder / "nginx.conf", folder / "error.log"
    settings.write_text("\n".join([
        # One process, which is who has started it: another's folders it could not look into.
        "daemon off; master_process off;", f"pid {folder / 'pid'};", f"error_log {log};", "events {}",
        "http {", f"access_log {folder / 'access.log'};", *folders, "server {", f"listen 127.0.0.1:{port};",
        location.replace(_SERVER, server), "}", "}", "",
    ]))  # fmt: skip
    process = start([program, "-e", str(log), "-c", str(settings)], folder / "log", os.environ)
    try:
        _until(lambda: _is_open(port), process, folder / "log")
        yield
    finally:
        end(process)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(condition, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ToolError(f"{process.args[-1]} did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.1)
