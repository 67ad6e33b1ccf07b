import pytest

from gtl.config import StudyConfig
from gtl.stage_run import run_draws


def repeated_study(repeats):
    files = {name: {"genotypes": f"{name}.bed"} for name in ("large", "small")}
    return StudyConfig(source="files", files=files, roles={"repeats": repeats})


@pytest.fixture
def calls():
    """A stage function that returns what it was called with."""
    return lambda config, store, **arguments: arguments


def test_a_repeated_stage_takes_its_own_draws_outputs(calls):
    arguments = {"code": "height", "split": ["s1", "s2"], "large": "l", "methods": {"a": ["a1", "a2"], "b": "b"}}
    made = run_draws(calls, repeated_study(2), None, arguments, repeated=True, by_draw=True)
    assert made == [
        {"code": "height", "split": "s1", "large": "l", "methods": {"a": "a1", "b": "b"}, "repeat": 1},
        {"code": "height", "split": "s2", "large": "l", "methods": {"a": "a2", "b": "b"}, "repeat": 2},
    ]


def test_a_stage_that_runs_once_takes_the_first_draws_outputs(calls):
    made = run_draws(calls, repeated_study(2), None, {"split": ["s1", "s2"]}, repeated=False, by_draw=True)
    assert made == {"split": "s1"}


def test_at_the_end_all_outputs_are_taken(calls):
    made = run_draws(calls, repeated_study(2), None, {"scores": ["s1", "s2"]}, repeated=False, by_draw=False)
    assert made == {"scores": ["s1", "s2"]}


def test_a_simulated_study_has_one_draw(calls):
    assert run_draws(calls, StudyConfig(), None, {}, repeated=True, by_draw=True) == [{"repeat": 1}]
