"""What a terminal shows of a study while it runs, read from the text that is drawn."""

import io
import logging
import time

import pytest
from rich.console import Console

from gtl import progress
from gtl.learn.training import Progress
from gtl.live_view import LiveView
from gtl.progress import Kind, announce, announce_expected, training_reporter

BARS = str.maketrans("", "", "━╺╸")


@pytest.fixture
def shown():
    """The lines that a terminal of so many lines shows of all that was announced."""
    logger, console = logging.getLogger("gtl.progress"), Console(file=io.StringIO(), width=100, height=30)
    view = LiveView(console)
    logger.addHandler(view)
    logger.setLevel(logging.INFO)

    def lines(height=30):
        console.size = (100, height)
        with console.capture() as text:
            console.print(view.view())
        return [
            " ".join(line.replace("━", "").replace("╺", "").replace("╸", "").split())
            for line in text.get().splitlines()
        ]

    yield lines
    logger.removeHandler(view)


def test_one_bar_for_all_and_a_row_a_trait(shown):
    announce("study", "people and traits", 1, 2, Kind.SHARED)
    announce_expected(20, 20)
    announce("cohorts", "finished", 6, 6, Kind.SHARED)
    announce("YRI_3_1", "finished", 4, 4, Kind.TRAIT)
    announce("YRI_5_1", "deep transfer", 1, 4, Kind.TRAIT)
    first, *rows = shown()
    assert first.startswith("all stages 12 of 20 0:00, about 0 s left")
    assert rows == [
        "study 1 of 2 people and traits", "YRI_3_1 4 of 4 finished", "YRI_5_1 1 of 4 deep transfer",
    ]  # fmt: skip


def test_the_time_left_is_judged_by_work_and_not_by_the_number_of_stages(shown, monkeypatch):
    announce_expected(20, 110)
    announce("cohorts", "finished", 6, 6, Kind.SHARED)
    announce("YRI_3_1", "deep transfer", 4, 4, Kind.TRAIT, work=13)
    ten_minutes_on = time.monotonic() + 600
    monkeypatch.setattr(time, "monotonic", lambda: ten_minutes_on)
    assert shown()[0].startswith("all stages 10 of 20 10:00, about 48 min left")


def test_totals_never_jump_and_what_trains_says_how_far_it_is(shown, monkeypatch):
    announce_expected(20, 20)
    announce("YRI_5_1", "networks", 3, 9, Kind.TRAIT)
    monkeypatch.setattr(progress, "_SECONDS_BETWEEN_REPORTS", 0)
    training_reporter("YRI_5_1", done=0, total=0)(Progress(done=1, total=4, epoch=7, loss=0.5, share=0.25))
    first, row = shown()
    assert first.startswith("all stages 3 of 20")
    assert row.startswith("YRI_5_1 3 of 9 1 of 4 networks trained; epoch 7, loss 0.500")


def test_other_work_is_no_part_of_the_study(shown):
    announce("airflow", "reading the DAGs", 1, 2)
    assert shown() == ["airflow 1 of 2 reading the DAGs"]
    announce("airflow", "running", 2, 2)
    announce("cohorts", "large cohort", 0, 6, Kind.SHARED)
    first, row = shown()
    assert first.startswith("all stages 0:0")
    assert row == "cohorts 0 of 6 large cohort"


def test_more_traits_than_lines_show_what_runs_and_count_the_rest(shown):
    announce_expected(400, 400)
    for number in range(40):
        activity, done = ("finished", 9) if number < 20 else ("waiting", 0)
        announce(f"trait_{number}", activity, done, 9, Kind.TRAIT)
    announce("trait_39", "own gblup", 4, 9, Kind.TRAIT)
    lines = shown(height=10)
    assert len(lines) == 1 + 6 + 1
    assert lines[1] == "trait_39 4 of 9 own gblup"
    assert lines[-1] == "and 34 more: 20 finished, 14 to do"
