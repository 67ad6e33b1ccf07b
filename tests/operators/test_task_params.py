"""Settings as a task has them: the values that the form has, whatever a run gives, and no schema to check them by."""

import pytest
from airflow.sdk.definitions.param import ParamsDict, process_params

from gtl.config import preset
from operators.form import file_params, study_params
from operators.study_graph import study_dag


@pytest.fixture
def inside_a_task(monkeypatch):
    """As Airflow says it while a task's process reads its DAG."""
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "study")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "begin")


FORMS = {"form": study_params, "file": lambda: file_params(preset("quick"))}


@pytest.fixture(params=FORMS)
def drawn(request):
    """A form, and the same as people see it."""
    return FORMS[request.param], FORMS[request.param]()


def test_a_task_has_the_values_of_the_form_without_schemas(drawn, inside_a_task):
    form, seen = drawn
    params = study_dag("study", form()).params
    assert {name: param.value for name, param in params.items()} == {name: param.value for name, param in seen.items()}
    assert all(not param.schema for param in params.values())
    assert params["store"] == seen["store"].value


def test_a_task_has_what_the_run_was_triggered_with(inside_a_task):
    dag = study_dag("study", study_params())
    found = process_params(dag, dag.tasks[0], {"seed": "12", "cohorts": {"large": 5}}, suppress_exception=False)
    assert found["seed"] == "12"
    assert found["cohorts"] == {"large": 5}
    assert found["name"] is None


def test_the_form_keeps_its_schemas():
    dag = study_dag("study", study_params())
    assert isinstance(dag.params, ParamsDict)
    assert dag.params.get_param("seed").schema["type"]
