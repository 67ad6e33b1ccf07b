"""A study that is finished is found so without computing anything; one that lacks or changes anything is not."""

import logging
import shutil

import pytest

from gtl import study_run
from gtl.config import preset, with_overrides
from gtl.store import Store
from gtl.store.finished import FinishedOnly, NotFinished
from gtl.study_run import find_finished, run_study
from gtl.study_stages import run_stages
from tests.prepared import SMALL_STUDY, at_once

CONFIG = with_overrides(preset("quick"), [*SMALL_STUDY, "transfer.methods=[no_transfer]"])
SCORES = "studies/quick/phenotypes/YRI_3_1/scores"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A finished study's store, and what its run returned."""
    store = Store(str(tmp_path_factory.mktemp("finished") / "results"))
    return store, run_stages(CONFIG, store, at_once, at_once)


@pytest.fixture
def copied(made, tmp_path):
    """A copy of it that a test may harm."""
    shutil.copytree(made[0].root, tmp_path / "copy")
    return Store(str(tmp_path / "copy"))


def test_a_finished_study_is_found_without_processes_and_nothing_is_announced(made, monkeypatch, caplog):
    store, result = made
    monkeypatch.setattr(study_run, "workers", lambda *_: pytest.fail("processes were started"))
    with caplog.at_level(logging.INFO, "gtl.progress"):
        assert find_finished(CONFIG, store) == result
        assert not caplog.records
        assert run_study(CONFIG, store, jobs=2) == result
    assert [record.getMessage() for record in caplog.records] == ["study: found finished: nothing to compute"]


@pytest.mark.parametrize(
    "change",
    ["seed=8", "cohorts.final=21", "transfer.methods=[no_transfer, linear_transfer]", "name=another"],
)
def test_another_study_is_not_found(made, change):
    assert find_finished(with_overrides(CONFIG, [change]), made[0]) is None


def test_a_study_that_lacks_a_file_is_not_found_and_is_as_it_was_when_it_was_run_again(copied, made):
    lost = copied.root / SCORES
    shutil.rmtree(lost)
    assert find_finished(CONFIG, copied) is None
    assert not lost.exists()
    assert run_stages(CONFIG, copied, at_once, at_once) == made[1]
    assert find_finished(CONFIG, copied) == made[1]


def test_other_code_of_the_last_stage_makes_it_unfinished(made, monkeypatch):
    monkeypatch.setattr("gtl.stages.study.code_of_tables", lambda step: f"other code of {step}")
    assert find_finished(CONFIG, made[0]) is None


def test_what_is_finished_is_handed_out_and_nothing_else_is_made(made, tmp_path):
    store = Store(str(tmp_path))
    ref = store.run("here", lambda out: out.write_text("a", "x"), params={})
    finished = FinishedOnly(store)
    assert finished.run("here", lambda _: pytest.fail("made again"), params={}) == ref
    assert finished.read(ref).read_bytes("a") == b"x"
    with pytest.raises(NotFinished, match="there"):
        finished.run("there", lambda _: pytest.fail("made"), params={})
    assert finished.find("there") is None
    with pytest.raises(NotFinished):
        finished.find("there", mark=64 * "0")
    assert store.keys("") == ["here"]
