"""The pools of this project's own Airflows: declared in ``pools.json``, which ``airflow pools import`` takes as it is.

In an Airflow of somebody else's, tasks run in ``default_pool`` unless its settings name others
(:func:`operators.airflow_settings.pool_of`).
"""

import json
from pathlib import Path
from typing import Any

from gtl.flow import Weight

FILE = Path(__file__).with_name("pools.json")
NAMES = {Weight.CPU: "gtl_cpu", Weight.MEMORY: "gtl_memory"}
"""Weight → the pool of its tasks; light ones run in ``default_pool``."""


def pools() -> dict[str, dict[str, Any]]:
    """Pool name → its settings."""
    return dict(json.loads(FILE.read_text()))
