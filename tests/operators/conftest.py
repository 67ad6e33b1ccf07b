"""A running Docker engine, tasks as Airflow runs them, and a check that nothing is left behind."""

import contextvars
import gc
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gtl import stages
from gtl.config import StudyConfig, flatten, preset, with_overrides
from gtl.stage_keys import Branch
from gtl.steps.association_parts import own_parts
from gtl.store import ArtifactRef, Store
from operators.container import ContainerOperator
from operators.container_tool import ContainerTool
from operators.plink import IMAGE, AssociateOperator
from operators.scratch_folder import LABEL
from operators.stage import StageOperator

CODE = "YRI_3_1"
_SMALL = {
    "name": "quick", "panel.sequence_length": 100_000,
    "cohorts.large": 60, "cohorts.small": 40, "cohorts.final": 10,
    "split.large_train": 40, "split.large_validation": 10, "split.large_test": 10,
    "split.small_train": 24, "split.small_validation": 8, "split.small_test": 8,
    "phenotypes.risk_snps": "[3]", "phenotypes.iterations": 1,
}  # fmt: skip


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[Any]:
    """Client of the Docker engine. Without one, tests skip and say why; in CI (``CI=true``) they fail instead."""
    with unclosed_sockets_collected():
        client, reason = _connected()
    if client is None:
        absent(f"no Docker engine answers ({reason}); install docker.io and start dockerd")
    yield client
    client.close()


@contextmanager
def unclosed_sockets_collected() -> Iterator[None]:
    """docker-py leaves a socket open where it cannot connect; it is collected here, where that is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def _connected() -> tuple[Any, str]:
    import docker

    try:
        client = docker.from_env()
        client.ping()
    except docker.errors.DockerException as error:
        return None, str(error)
    return client, ""


@pytest.fixture(scope="session")
def plink_image(docker_engine) -> str:
    """Name of PLINK's image."""
    if not docker_engine.images.list(IMAGE):
        absent(f"the image {IMAGE} is not built; run `make images`")
    return IMAGE


@pytest.fixture
def scratch_root(tmp_path, monkeypatch) -> Path:
    """The system's temporary folder, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


@pytest.fixture
def nothing_left(docker_engine, scratch_root) -> Iterator[None]:
    """Checks after the test that no container of ours is left, running or stopped, and no scratch folder."""
    yield
    left = docker_engine.containers.list(all=True, filters={"label": LABEL})
    for container in left:
        container.remove(force=True)
    assert left == []
    assert list(scratch_root.iterdir()) == []


@pytest.fixture
def make_tool(plink_image, nothing_left) -> Callable[..., ContainerTool]:
    """A container tool: ``make_tool(image=..., mem_limit=...)``."""

    def make(image: str = plink_image, **options: Any) -> ContainerTool:
        operator = ContainerOperator(task_id="test", image=image, **options)
        return operator.tool("quick: associate shared 21 small", "store")

    return make


@pytest.fixture
def plink(make_tool) -> ContainerTool:
    """PLINK in containers, as a :class:`gtl.engines.tool.Tool`."""
    return make_tool()


@pytest.fixture
def study(tmp_path) -> "SmallStudy":
    """A study in a store of its own, run by the built-in engines up to the step before association."""
    settings = [f"{key}={value}" for key, value in _SMALL.items()]
    return SmallStudy(with_overrides(preset("quick"), [*settings, f"store={tmp_path / 'store'}"]))


class SmallStudy:
    """Stages done so far, and the association task that comes next."""

    def __init__(self, config: StudyConfig) -> None:
        self.config = config
        self.store = Store(config.store)
        study = config, self.store
        panel = stages.build_panel(*study)
        cohorts = [stages.make_cohort(*study, name, panel) for name in ("large", "small", "final")]
        self.genotypes = stages.match_variants(*study, *cohorts)
        people, traits = stages.check_people(*study, self.genotypes), stages.list_traits(*study, self.genotypes)
        phenotype = stages.make_trait(*study, CODE, self.genotypes, people, traits)
        self.split = stages.split_samples(*study, CODE, phenotype, people)

    @property
    def key(self) -> str:
        """Where the trait's association in the small population lies."""
        return f"studies/{self.config.name}/phenotypes/{CODE}/association_small/chr21"

    def associate(self, engine: str, operator: StageOperator | None = None, **options: Any) -> ArtifactRef:
        """Run the association task of the small population as Airflow does, with the given engine: the trait's part."""
        operator = operator or self.operator(**options)
        config = with_overrides(self.config, [f"engines.association={engine}"])
        made = run_task(operator, {"params": flatten(config), "outlet_events": {}})
        passed = {"21": ArtifactRef.from_json(made)}
        return own_parts(config, self.store, passed, Branch(CODE), "small")["21"]

    @property
    def task(self) -> dict[str, Any]:
        """What the task is to do, as its operator takes it."""
        arguments = {
            "cohort_set": "shared", "chromosome": "21", "population": "small",
            "genotypes": self.genotypes.to_json(), "splits": [self.split.to_json()],
        }  # fmt: skip
        return {"stage": "associate", "arguments": arguments, "gathered": ("splits",)}

    def operator(self, **options: Any) -> AssociateOperator:
        """The task itself; ``options`` become its fields."""
        operator = AssociateOperator(task_id="association_small", **self.task)
        for name, value in options.items():
            setattr(operator, name, value)
        return operator


def run_task(operator: Any, context: dict[str, Any]) -> Any:
    """Call ``execute`` as Airflow's task runner does: the safeguard knows the operator."""
    from airflow.sdk.bases.operator import ExecutorSafeguard

    inside = contextvars.copy_context()
    inside.run(ExecutorSafeguard.tracker.set, operator)
    return inside.run(operator.execute, context=context)


def absent(reason: str) -> None:
    """Skip, or fail where tests may not skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"in CI these tests must run, but {reason}")
    pytest.skip(reason)
