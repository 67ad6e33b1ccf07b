"""One vocabulary for how tasks behave: owner, retries, time limits, pools and tags."""

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from gtl.flow import Weight
from operators.airflow_settings import has_pod_limits, pool_of, queue_of

TAGS = ["gtl"]

# Running again cannot mend these; everything else (a lost worker, an unreachable store) may pass.
_FINAL = ("InputError", "LeakageError", "StoreError", "ArtifactCorrupt")


_LIMITS = {
    Weight.LIGHT: timedelta(minutes=30),
    Weight.CPU: timedelta(hours=2),
    Weight.MEMORY: timedelta(hours=6),
}
MEMORY_GB = {Weight.LIGHT: 1, Weight.CPU: 2, Weight.MEMORY: 6}
"""What a task of a weight may need at most; a light one is mostly what starting Airflow's task runner takes."""

_CORES = {Weight.LIGHT: "250m", Weight.CPU: "1", Weight.MEMORY: "1"}


def policy(weight: Weight) -> dict[str, Any]:
    """Operator arguments of a task of the given weight: pool, time limit; queue and pod if settings say."""
    queue = queue_of(weight)
    return {
        "pool": pool_of(weight),
        "execution_timeout": _LIMITS[weight],
        **({"queue": queue} if queue else {}),
        **({"executor_config": {"pod_override": _pod(weight)}} if has_pod_limits() else {}),
    }


def _pod(weight: Weight) -> Any:
    """What a task's pod asks for and may use at most; all else is the pod template's of the Airflow."""
    from kubernetes.client import models as k8s

    memory = f"{MEMORY_GB[weight]}Gi"
    # Memory is asked for in full: a pod that got less than it needs would be killed in the middle of its work.
    resources = k8s.V1ResourceRequirements(
        requests={"cpu": _CORES[weight], "memory": memory}, limits={"cpu": "1", "memory": memory}
    )
    container = k8s.V1Container(name="base", resources=resources)
    return k8s.V1Pod(spec=k8s.V1PodSpec(containers=[container]))


def container_limits(weight: Weight) -> dict[str, Any]:
    """Memory and processor cores that a container of the given weight may use.

    The environment variable ``GTL_CONTAINER_MEMORY`` (in Docker's notation, such as ``8g``) overrides the memory.
    """
    return {"mem_limit": os.environ.get("GTL_CONTAINER_MEMORY", f"{MEMORY_GB[weight]}g"), "cpus": 1.0}


def pod_limits(weight: Weight) -> dict[str, Any]:
    """What a program's pod of the given weight may use, as :func:`container_limits`, and for how many seconds.

    >>> pod_limits(Weight.CPU)
    {'memory': '2Gi', 'cpus': '1', 'seconds': 7200}
    """
    memory = str(container_limits(weight)["mem_limit"]).lower()
    units = {"b": "", "k": "Ki", "m": "Mi", "g": "Gi"}
    memory = memory[:-1] + units[memory[-1]] if memory[-1:] in units else memory
    return {"memory": memory, "cpus": "1", "seconds": int(_LIMITS[weight].total_seconds())}


def default_args() -> dict[str, Any]:
    """Arguments of every task: passing faults are retried with growing pauses, bad input is not."""
    rules = [RetryRule(f"gtl.errors.{name}", action=RetryAction.FAIL, reason="cannot pass") for name in _FINAL]
    return {
        "owner": "gtl",
        "retries": 3,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": ExceptionRetryPolicy(rules),
        **policy(Weight.LIGHT),
    }
