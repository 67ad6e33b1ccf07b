"""The networks of the large population: what a task that was killed has to do again."""

import shutil

import pytest

from gtl import stages
from gtl.config import preset, with_overrides
from gtl.store import Store
from tests.prepared import SMALL_STUDY, prepare

CODE = "YRI_3_1"
SETTINGS = [
    *SMALL_STUDY, "training.epochs=1",
    "training.networks=[{name: A, layers: [[dense, 3], [dense, 2]]}, {name: B, layers: [[gru, 2], [dense, 2]]}]",
]  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "results"))


@pytest.fixture
def train(store):
    """Runs the stage that trains the networks; all before it are finished."""
    config = with_overrides(preset("quick"), SETTINGS)
    made = prepare(config, store, CODE)
    return lambda: stages.train_networks(config, store, CODE, made.genotypes, made.split, made.subsets["subsets_large"])


def test_a_killed_task_goes_on_with_the_first_unfinished_architecture(store, train):
    finished = train()
    folder = store.root / finished.key
    contents = {path: path.read_bytes() for path in folder.rglob("*.keras")}
    assert {path.parents[1].name for path in contents} == {"A", "B"}
    first = {path: path.stat().st_ino for path in (folder / "A").rglob("*.*")}
    shutil.rmtree(folder / "B")
    (folder / "current.json").unlink()

    assert train() == finished
    assert {path: path.stat().st_ino for path in (folder / "A").rglob("*.*")} == first
    assert {path: path.read_bytes() for path in folder.rglob("*.keras")} == contents
