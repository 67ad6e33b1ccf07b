from datetime import UTC, datetime, timedelta

from gtl.browse.progress import StageProgress
from gtl.config import preset
from operators.pages.run_page import _Task, stages_of, times_of


def test_the_time_left_is_said_once_all_tasks_are_known():
    began = datetime.now(UTC) - timedelta(minutes=10)
    known = [StageProgress("a", "A", done=5, total=10), StageProgress("b", "B", done=0, total=10)]
    assert times_of(began, None, known) == "10:00, about 30 min left"
    assert times_of(began, None, [*known, StageProgress("c", "C", done=0)]) == "10:00"


def test_what_trains_networks_counts_by_its_work():
    began = datetime.now(UTC) - timedelta(minutes=10)
    stages = [StageProgress("a", "A", done=10, total=10), StageProgress("b", "B", done=0, total=9, work=10)]
    assert times_of(began, None, stages) == "10:00, about 90 min left"


def test_of_a_run_that_has_ended_its_time_is_said():
    began = datetime.now(UTC) - timedelta(days=1)
    stages = [StageProgress("a", "A", done=5, total=10)]
    assert times_of(began, began + timedelta(seconds=65), stages) == "1:05"


def test_a_run_that_has_not_begun_has_no_times():
    assert times_of(None, None, [StageProgress("a", "A", done=0, total=1)]) == ""


def test_a_stage_that_has_nothing_to_map_over_is_left_out_so_that_all_are_known():
    def names(state):
        return [stage.name for stage in stages_of(preset("quick"), [_Task("imports.import", -1, state, "")])]

    assert "import" in names("waiting")
    assert "import" not in names("skipped")
