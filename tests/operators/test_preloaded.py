"""Airflow's command with libraries imported beforehand."""

import importlib.metadata
import subprocess
import sys

from operators.preloaded import LIBRARIES

SAYS = "import sys; from operators.preloaded import main; sys.argv[1:] = ['version']; main(); print(*sys.modules)"


def test_it_is_airflow_s_command_with_the_libraries_but_neither_tensorflow_nor_this_project_s_stages():
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    *_, version, modules = done.stdout.splitlines()
    assert version == importlib.metadata.version("apache-airflow")
    loaded = set(modules.split())
    assert set(LIBRARIES) <= loaded
    assert not {"tensorflow", "keras", "gtl.stages", "gtl.steps"} & loaded
