"""A running Docker engine, and tools that leave nothing on it."""

import os
from collections.abc import Iterator

import pytest

from operators.container import ContainerOperator
from operators.container_tool import LABEL


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[object]:
    """Client of the Docker engine. Without one, tests skip and say why; in CI (``CI=true``) they fail instead."""
    import docker

    try:
        client = docker.from_env()
        client.ping()
    except docker.errors.DockerException as error:
        _absent(f"no Docker engine answers ({error}); install docker.io and start dockerd")
    yield client
    client.close()


@pytest.fixture(scope="session")
def plink_image(docker_engine) -> str:
    """Name of PLINK's image."""
    return _built(docker_engine, "gtl/plink:1")


@pytest.fixture
def plink(plink_image, no_containers_left, tmp_path, monkeypatch):
    """PLINK in containers, as a :class:`gtl.engines.tool.Tool`; its scratch folders lie below ``tmp_path``."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return ContainerOperator(task_id="test", image=plink_image).tool("quick: associate YRI_5_1 small", str(tmp_path))


@pytest.fixture
def no_containers_left(docker_engine) -> Iterator[None]:
    """Checks after the test that no container of ours is left, running or stopped."""
    yield
    left = docker_engine.containers.list(all=True, filters={"label": LABEL})
    for container in left:
        container.remove(force=True)
    assert left == []


def _built(engine, name: str) -> str:
    if not engine.images.list(name):
        _absent(f"the image {name} is not built; run `make images`")
    return name


def _absent(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"in CI these tests must run, but {reason}")
    pytest.skip(reason)
