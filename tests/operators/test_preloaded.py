"""Airflow's command with libraries imported beforehand."""

import importlib.metadata
import json
import subprocess
import sys

from operators.preloaded import LIBRARIES

SAYS = "import sys; from operators.preloaded import main; sys.argv[1:] = ['version']; main(); print(*sys.modules)"


def test_it_is_airflow_s_command_with_the_libraries_but_not_this_project_s_stages():
    done = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True)
    *_, version, modules = done.stdout.splitlines()
    assert version == importlib.metadata.version("apache-airflow")
    loaded = set(modules.split())
    assert set(LIBRARIES) <= loaded
    assert not {"gtl.stages", "gtl.steps", "gtl.learn"} & loaded


TRAINS = """
import os
import keras, tensorflow
for child in range(2):
    if not os.fork():
        import numpy
        network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        network.compile(loss="mse", optimizer=keras.optimizers.SGD(0.5))
        network.fit(numpy.eye(3), numpy.ones(3), batch_size=3, epochs=1, verbose=0)
        print(network.predict(numpy.eye(3), verbose=0).ravel().tolist(), flush=True)
        os._exit(0)
    os.wait()
"""


def test_forks_of_a_process_that_has_imported_tensorflow_train_networks():
    done = subprocess.run([sys.executable, "-c", TRAINS], capture_output=True, text=True, check=True, timeout=300)
    first, second = done.stdout.splitlines()
    # One step of 0.5 down the slope, which is -2/3 for each weight and -2 for the bias.
    assert first == second
    assert [round(value, 6) for value in json.loads(first)] == [round(1 / 3 + 1, 6)] * 3
