"""Programs for tests that end with them, however a test ends, and machines of their own on this one."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_WITH_ITS_STARTER = ("setpriv", "--pdeathsig", "KILL")
_WITH_ALL_IT_STARTS = ("unshare", "--fork", "--pid", "--mount-proc", "--kill-child")
_AS_ANOTHER_MACHINE = (*_WITH_ALL_IT_STARTS, "--mount", "--uts", "sh", "-c")
_NAMED = 'hostname "$1" && mount --bind "$2" "$3" && cd "$3" && shift 3 && exec "$@"'


def start(
    command: Sequence[str], log: Path, environment: Mapping[str, str], user: str | None = None
) -> "subprocess.Popen[bytes]":
    """Start a program as ``user``: it is killed with this process, and what it started with it."""
    identity = [] if user is None else [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    with log.open("ab") as output:
        return subprocess.Popen(
            # Said twice, for who changes his identity forgets it.
            [*_WITH_ITS_STARTER, *_WITH_ALL_IT_STARTS, *_WITH_ITS_STARTER, *identity, *command],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program that :func:`start` or :class:`Machine` started, at once, and all that it has started."""
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for first in psutil.Process(process.pid).children():  # with this one end all others
                first.kill()
        time.sleep(0.05)


@dataclass(frozen=True)
class Machine:
    """A machine by its name and files: its processes see ``place``, and in it only what lies in ``place/<name>``.

    Other machines' files below ``place`` they cannot see, nor other processes; the network they share.
    """

    name: str
    place: Path

    @property
    def files(self) -> Path:
        """Where this machine's view of ``place`` lies."""
        return self.place / self.name

    def start(self, command: Sequence[str], log: str, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """Start a program on the machine, with its output in the file ``log`` there."""
        named = [_NAMED, "sh", self.name, str(self.files), str(self.place)]
        with (self.files / log).open("ab") as output:
            return subprocess.Popen(
                [*_WITH_ITS_STARTER, *_AS_ANOTHER_MACHINE, *named, *command],
                env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip


def cannot() -> str | None:
    """Why this machine can have no others on it; None if it can."""
    done = subprocess.run([*_AS_ANOTHER_MACHINE, "hostname other"], capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else None
