from datetime import UTC, datetime, timedelta

from gtl.browse.progress import StageProgress
from operators.pages.run_page import times_of


def test_the_time_left_is_said_once_all_tasks_are_known():
    began = datetime.now(UTC) - timedelta(minutes=10)
    known = [StageProgress("a", "A", done=5, total=10), StageProgress("b", "B", done=0, total=10)]
    assert times_of(began, None, known) == "10:00, about 30 min left"
    assert times_of(began, None, [*known, StageProgress("c", "C", done=0)]) == "10:00"


def test_of_a_run_that_has_ended_its_time_is_said():
    began = datetime.now(UTC) - timedelta(days=1)
    stages = [StageProgress("a", "A", done=5, total=10)]
    assert times_of(began, began + timedelta(seconds=65), stages) == "1:05"


def test_a_run_that_has_not_begun_has_no_times():
    assert times_of(None, None, [StageProgress("a", "A", done=0, total=1)]) == ""
