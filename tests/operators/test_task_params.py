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


@pytest.mark.parametrize("params", [study_params(), file_params(preset("quick"))], ids=["form", "file"])
def test_a_task_has_the_values_of_the_form_without_schemas(inside_a_task, params):
    dag = study_dag("study", params)
    assert {name: param.value for name, param in dag.params.items()} == {name: p.value for name, p in params.items()}
    assert all(not param.schema for param in dag.params.values())
    assert dag.params["store"] == params["store"].value


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
