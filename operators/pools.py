"""The pools that tasks run in: declared in ``pools.json``, which ``airflow pools import`` takes as it is."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("pools.json")


def pools() -> dict[str, dict[str, Any]]:
    """Pool name → its settings."""
    return dict(json.loads(FILE.read_text()))
