"""The port of the web UI: the same at every start, so that its address can be kept; or said who has it."""

import errno
import socket
from contextlib import suppress

import psutil

from gtl.errors import GtlError

LOOPBACK = "127.0.0.1"


def check_port(port: int) -> None:
    """Make sure that an API server can listen on a port of the loopback address.

    Raises
    ------
    GtlError
        If another program listens there, or this user may not; it names the program, where the system tells.
    """
    with socket.socket() as probe:
        # Connections of an earlier server may not have been forgotten yet; that hinders nobody.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = f"is taken by {holder_of(port)}" if taken else f"cannot be used ({error.strerror})"
            todo = "end that program, or choose" if taken else "choose"
            other = port + 1 if 1024 < port < 65535 else 8080
            raise GtlError(f"port {port} {reason}; {todo} another port: `make ui PORT={other}`") from error


def holder_of(port: int) -> str:
    """Who listens on a port of this machine: name and number of the process, where the system tells."""
    with suppress(psutil.Error, OSError):
        for found in psutil.net_connections("tcp"):
            if found.status == psutil.CONN_LISTEN and found.laddr and found.laddr.port == port and found.pid:
                return f"{psutil.Process(found.pid).name()[:40].strip()} (process {found.pid})"
    return "another user's program"
