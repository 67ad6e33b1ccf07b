"""The study with everything in a real S3 server, which is killed in mid-run; by command line."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gtl.domain.cohort import Cohort
from gtl.formats.genotype_parquet import write_genotypes
from gtl.steps.shared_genotypes import SharedGenotypes
from gtl.store import Store, files
from tests.e2e.conftest import TINY

BUCKET = "s3://study@gtl"
STUDY = "studies/tiny"
SMALLER = {"phenotypes.iterations": "1", "transfer.methods": "[no_transfer, deep_transfer]"}
MINUTES = 60


@pytest.fixture(scope="module")
def connection(s3):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_STUDY", s3.connection())
        yield s3


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> Path:
    """Working folder and scratch of the runs: all that they can write to but the store."""
    folder = tmp_path_factory.mktemp("places")
    for name in ("work", "scratch"):
        (folder / name).mkdir()
    return folder


@pytest.fixture(scope="module")
def by_command_line(connection, places) -> list[str]:
    """What two runs printed: one whose server was killed, and one that took over from it."""
    first = gtl("run", "--preset", "quick", *settings(), places=places)
    until(lambda: len(manifests("command_line")) >= 8, 5 * MINUTES)
    connection.stop(kill=True)
    stopped = first.communicate(timeout=5 * MINUTES)
    assert first.returncode == 2, stopped[1]
    assert re.search("error: store s3://.*: (the object store did not answer|cannot be reached)", stopped[1])
    assert "Traceback" not in stopped[1]
    connection.start()
    before = manifests("command_line")
    second = gtl("run", "--preset", "quick", *settings(), places=places)
    finished = second.communicate(timeout=5 * MINUTES)
    assert second.returncode == 0, finished[1]
    after = manifests("command_line")
    assert {name: after[name] for name in before} == before  # what was finished was kept
    return [*stopped, *finished]


def settings() -> list[str]:
    return [part for key, value in {**TINY, **SMALLER}.items() for part in ("--set", f"{key}={value}")]


def gtl(*arguments: str, places: Path, store: str = "command_line") -> subprocess.Popen[str]:
    environment = os.environ | {"GTL_STORE": f"{BUCKET}/{store}", "TMPDIR": str(places / "scratch")}
    return subprocess.Popen(
        [sys.executable, "-m", "gtl", *arguments],
        cwd=places / "work", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def printed(*arguments: str, places: Path) -> tuple[str, str]:
    process = gtl(*arguments, places=places)
    out, err = process.communicate(timeout=5 * MINUTES)
    assert process.returncode == 0, err
    return out, err


def until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.2)


def manifests(prefix: str) -> dict[str, bytes]:
    """Key → manifest of every artefact but the report, which shows measured times."""
    store = Store(f"{BUCKET}/{prefix}")
    keys = [key for key in store.keys("") if not key.endswith("/report")]
    return {key: files.read(store.root / key / "current.json") for key in keys}


def test_the_study_completes_when_the_server_is_back_and_everything_verifies(by_command_line):
    store = Store(f"{BUCKET}/command_line")
    assert f"results: {BUCKET}/command_line/{STUDY}/results/" in by_command_line[2]
    keys = store.keys("")
    assert {f"{STUDY}/results", f"{STUDY}/report", f"{STUDY}/phenotypes/YRI_3_1/scores"} <= set(keys)
    for key in keys:
        store.read(store.find(key), unseal=True).verify()


def test_local_disk_holds_only_scratch(by_command_line, places):
    left = [path for name in ("work", "scratch") for path in (places / name).rglob("*") if path.is_file()]
    assert left == []


def test_credentials_are_nowhere(by_command_line, places, s3):
    root = Store(BUCKET).root
    contents = {name: files.read(root / name) for name in files.find(root)}
    contents |= {str(path): path.read_bytes() for path in places.rglob("*") if path.is_file()}
    contents |= {f"output {number}": text.encode() for number, text in enumerate(by_command_line)}
    assert len(contents) > 50
    for secret in (s3.key, s3.secret):
        assert [name for name, content in contents.items() if secret.encode() in content] == []


def test_models_are_listed_verified_and_asked(by_command_line, places):
    listed = json.loads(printed("models", "list", "tiny", "--format", "json", places=places)[0])
    names = [row["model"] for row in listed]
    assert "YRI_3_1/deep_transfer" in names
    assert "YRI_3_1/networks/Model-4/subset-01" in names
    verified, _ = printed("models", "verify", "tiny", places=places)
    assert verified == f"{len(names)} of {len(names)} models are what their cards and manifests say\n"
    for name, suffix in (("deep_transfer", "keras"), ("no_transfer", "skops")):
        check_prediction(name, suffix, places)


def check_prediction(method: str, suffix: str, places: Path) -> None:
    """A method's model gives the final cohort the probabilities that the study recorded."""
    from gtl.schema import PREDICTIONS

    store = Store(f"{BUCKET}/command_line")
    people = SharedGenotypes.open(store, store.find(f"{STUDY}/genotypes")).cohort(Cohort.FINAL, unseal=True)
    write_genotypes(people, places / "final.parquet")
    branch = f"{STUDY}/phenotypes/YRI_3_1"
    arguments = [
        "--model",
        store.uri(f"{branch}/{method}/model.{suffix}"),
        "--genotypes",
        str(places / "final.parquet"),
    ]
    out, err = printed("predict", *arguments, "--format", "json", places=places)
    scores = store.read(store.find(f"{branch}/scores")).read_table("predictions.parquet", PREDICTIONS)
    expected = scores[scores["method"] == method]
    found = {row["sample"]: row["probability"] for row in json.loads(out)}
    assert found == pytest.approx(dict(zip(expected["sample"], expected["prediction"], strict=True)), abs=1e-9)
    assert "SNPs used" in err
