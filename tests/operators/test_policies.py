"""Pools, queues and pods of tasks: an Airflow without any of ours runs studies; settings name others."""

from gtl.flow import Weight
from operators.policies import policy
from operators.pools import NAMES, pools


def test_without_settings_tasks_run_in_the_pool_and_queue_that_every_airflow_has():
    for weight in Weight:
        assert policy(weight)["pool"] == "default_pool"
        assert set(policy(weight)) == {"pool", "execution_timeout"}


def test_settings_name_pools_and_queues(monkeypatch):
    monkeypatch.setenv("AIRFLOW__GTL__CPU_POOL", "cores")
    monkeypatch.setenv("AIRFLOW__GTL__MEMORY_POOL", "big")
    monkeypatch.setenv("AIRFLOW__GTL__MEMORY_QUEUE", "gpu")
    assert [policy(weight)["pool"] for weight in Weight] == ["default_pool", "cores", "big"]
    assert [policy(weight).get("queue") for weight in Weight] == [None, None, "gpu"]


def test_pods_ask_for_what_their_weight_needs_and_say_nothing_else(monkeypatch):
    from kubernetes.client import ApiClient

    monkeypatch.setenv("AIRFLOW__GTL__POD_LIMITS", "true")
    sent = [
        ApiClient().sanitize_for_serialization(policy(weight)["executor_config"]["pod_override"]) for weight in Weight
    ]
    assert [pod["spec"]["containers"] for pod in sent] == [
        [
            {
                "name": "base",
                "resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"cpu": "1", "memory": memory}},
            }
        ]
        for cpu, memory in (("250m", "1Gi"), ("1", "2Gi"), ("1", "6Gi"))
    ]
    assert all(set(pod) == {"spec"} and set(pod["spec"]) == {"containers"} for pod in sent)


def test_the_pools_that_are_declared_are_those_that_local_airflows_name():
    assert set(pools()) == set(NAMES.values())
