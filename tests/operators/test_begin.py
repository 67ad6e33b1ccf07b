"""A study's first task: it refuses wrong settings, lists sets of cohorts, and skips all else of a finished study."""

from types import SimpleNamespace

import pytest
from airflow.sdk import DAG, BaseOperator
from airflow.sdk.exceptions import DownstreamTasksSkipped

from gtl.config import flatten, preset, with_overrides
from gtl.errors import InputError
from gtl.store import Store
from gtl.study_stages import run_stages
from operators.begin import BEGIN, RESULTS, BeginStudyOperator
from tests.operators.conftest import run_task
from tests.prepared import SMALL_STUDY, at_once

CONFIG = with_overrides(preset("quick"), [*SMALL_STUDY, "transfer.methods=[no_transfer]"])


class Instance(SimpleNamespace):
    """A task instance that keeps what is pushed to XCom."""

    map_index = -1

    def xcom_push(self, key, value):
        """As Airflow's."""
        self.pushed[key] = value


@pytest.fixture
def begun(tmp_path):
    """Run the first task of a small study: ``begun(changes)``; what was pushed is in ``begun.pushed``."""
    with DAG("study", schedule=None) as dag:
        operator = BeginStudyOperator(task_id=BEGIN)
        operator >> BaseOperator(task_id="panel") >> BaseOperator(task_id="report")
    pushed = {}

    def run(*changes):
        settings = flatten(with_overrides(CONFIG, [f"store={tmp_path}", *changes]))
        return run_task(operator, {"params": settings, "dag": dag, "ti": Instance(pushed=pushed)})

    run.pushed = pushed
    return run


def test_of_a_study_that_is_not_finished_it_lists_the_sets_of_cohorts(begun):
    assert begun() == ["shared"]
    assert begun("cohorts.fresh=true", "phenotypes.iterations=2") == ["1", "2"]
    assert begun("populations.small=[YRI, JPT]") == ["YRI", "JPT"]
    assert not begun.pushed


def test_of_a_finished_study_all_other_tasks_are_skipped_and_its_results_named(begun, tmp_path):
    made = run_stages(CONFIG, Store(str(tmp_path)), at_once, at_once)
    with pytest.raises(DownstreamTasksSkipped) as skipped:
        begun()
    assert skipped.value.tasks == ["panel", "report"]
    assert begun.pushed[RESULTS] == made.results.to_json()


def test_wrong_settings_are_refused_before_anything_is_looked_for(begun):
    with pytest.raises(InputError, match=r"phenotypes"):
        begun("phenotypes.genetic_variance=0.9", "phenotypes.noise_variance=0.9")
