"""The web UI's port: kept, and said who has it."""

import os
import socket
import sys

import pytest

from gtl.errors import GtlError
from operators.local_airflow import free_port, local_airflow
from operators.ports import LOOPBACK, check_port, holder_of


@pytest.fixture
def listener():
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        yield server


def test_a_taken_port_is_told_with_its_holder_and_another_one(listener, tmp_path):
    port = listener.getsockname()[1]
    said = rf"port {port} is taken by \S.* \(process {os.getpid()}\); end that program, or .*`make ui PORT={port + 1}`"
    with pytest.raises(GtlError, match=said), local_airflow(tmp_path, port=port):
        pass
    assert not (tmp_path / "migrated").exists()


def test_a_port_that_was_used_a_moment_ago_is_free():
    port = free_port()
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((LOOPBACK, port))
        server.listen()
        client = socket.create_connection((LOOPBACK, port))
        served, _ = server.accept()
        served.close()  # the server's side ends first, so its system remembers the connection
        client.close()
    check_port(port)


def test_a_program_of_another_user_has_no_name():
    assert holder_of(free_port()) == "another user's program"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() == 0, reason="who is root may use every port")
def test_a_port_of_the_system_s_own_is_refused_with_the_reason():
    with pytest.raises(GtlError, match=r"port 1 cannot be used \(Permission denied\); choose .*PORT=8080"):
        check_port(1)
