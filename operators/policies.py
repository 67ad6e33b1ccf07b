"""One vocabulary for how tasks behave: owner, retries, time limits, pools and tags."""

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from gtl.flow import Weight

TAGS = ["gtl"]

# Running again cannot mend these; everything else (a lost worker, an unreachable store) may pass.
_FINAL = ("InputError", "LeakageError", "StoreError", "ArtifactCorrupt")


_POOLS = {Weight.LIGHT: "default_pool", Weight.CPU: "gtl_cpu", Weight.MEMORY: "gtl_memory"}
_LIMITS = {
    Weight.LIGHT: timedelta(minutes=30),
    Weight.CPU: timedelta(hours=2),
    Weight.MEMORY: timedelta(hours=6),
}
_MEMORY = {Weight.LIGHT: "1g", Weight.CPU: "2g", Weight.MEMORY: "6g"}


def policy(weight: Weight) -> dict[str, Any]:
    """Operator arguments of a task of the given weight."""
    return {"pool": _POOLS[weight], "execution_timeout": _LIMITS[weight]}


def container_limits(weight: Weight) -> dict[str, Any]:
    """Memory and processor cores that a container of the given weight may use.

    The environment variable ``GTL_CONTAINER_MEMORY`` (in Docker's notation, such as ``8g``) overrides the memory.
    """
    return {"mem_limit": os.environ.get("GTL_CONTAINER_MEMORY", _MEMORY[weight]), "cpus": 1.0}


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
