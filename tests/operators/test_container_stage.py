"""Stages whose engine the settings choose: nothing of Docker without need, the same artefact from either engine."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from gtl.config import flatten, preset, with_overrides
from gtl.engines.hapgen2 import Hapgen2
from gtl.engines.phenotype_simulator import PhenotypeSimulator
from gtl.engines.plink import PlinkAssociation
from gtl.errors import ToolError
from gtl.flow import FLOW
from operators.container import ContainerOperator
from operators.engines import operator_of
from operators.stage import StageOperator, study_of
from tests.operators.conftest import run_task

ENGINES = [
    ("make_cohort", "genotypes", "hapgen2", Hapgen2),
    ("make_trait", "phenotypes", "phenotypesimulator", PhenotypeSimulator),
    ("associate", "association", "plink", PlinkAssociation),
]
"""Function of the stage, setting, its value, and the engine that it names."""


def task_of(function: str) -> StageOperator:
    """The task of the first stage of the flow that calls ``function``."""
    stage = next(stage for stage in FLOW if stage.function == function)
    return operator_of(stage)(task_id="x", stage=function, arguments={"code": "YRI_5_1", **stage.arguments})


@pytest.mark.parametrize(("function", "step", "engine", "kind"), ENGINES)
def test_settings_choose_the_engine(function, step, engine, kind):
    task = task_of(function)
    assert task.engine(preset("quick")) == {}
    assert isinstance(task.engine(with_overrides(preset("quick"), [f"engines.{step}={engine}"]))["engine"], kind)


@pytest.mark.parametrize(("function", "step", "engine", "kind"), ENGINES[:2])
def test_real_people_are_never_simulated(function, step, engine, kind):
    files = ["source=files", "files.large.genotypes=a.bed", "files.small.genotypes=b.bed"]
    assert task_of(function).engine(with_overrides(preset("quick"), [*files, f"engines.{step}={engine}"])) == {}


@pytest.mark.parametrize("function", [row[0] for row in ENGINES])
def test_only_stage_arguments_are_templates_and_none_is_a_file_name(function):
    task = task_of(function)
    assert task.template_fields == ("arguments",)
    assert task.template_ext == ()
    assert task.image.startswith("gtl/")
    assert task.auto_remove == "force"
    assert task.retrieve_output is False


def test_built_in_engine_needs_no_docker(study, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    operator = study.operator()
    study.store.read(study.associate("builtin", operator)).verify()
    operator.on_kill()


def test_engines_write_the_same_files(study, plink_image, nothing_left):
    builtin = study.store.read(study.associate("builtin"))
    plink = study.store.read(study.associate("plink"))
    assert plink.files == builtin.files
    assert plink.manifest.params["engine"] == "plink"
    assert plink.manifest.outputs != builtin.manifest.outputs


def test_a_killed_task_leaves_no_artefact(study, docker_engine, plink_image, nothing_left, monkeypatch):
    """As Airflow kills: ``on_kill`` of the operator, while its stage is in the container."""
    from tests.operators.test_container_faults import meanwhile, wait_for_container

    operator = study.operator()

    def kill():
        wait_for_container(docker_engine)
        operator.on_kill()

    killed = pytest.raises(ToolError, match=r"quick: associate shared 21 small: sleep was .*; run again")
    with monkeypatch.context() as patched, meanwhile(kill), killed:
        patched.setattr("gtl.engines.plink.association.plink_argv", lambda *options: ["sleep", "60"])
        study.associate("plink", operator)
    assert study.store.find(study.key) is None
    study.store.read(study.associate("plink")).verify()


def test_a_container_operator_by_itself_runs_its_argument_list(plink_image, nothing_left):
    context = {"run_id": "manual", "ti": SimpleNamespace(map_index=-1)}
    run_task(ContainerOperator(task_id="x", image=plink_image, command=["plink1.9", "--version"]), context)
    failing = ContainerOperator(task_id="x", image=plink_image, command=["test", "-e", "/nowhere"])
    with pytest.raises(ToolError, match="x: test ended with exit code 1"):
        run_task(failing, context)


def test_importing_the_operators_loads_nothing_heavy():
    heavy = ("tensorflow", "keras", "sklearn", "pandas", "scipy", "matplotlib", "pyarrow", "msprime", "numpy")
    program = (
        "import sys, operators.plink, operators.hapgen, operators.phenotype_simulator\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_two_clones_with_one_study_name_leave_each_other_s_containers_alone(tmp_path, monkeypatch):
    """A relative store is another folder in each; the label of a container tells them apart."""
    params, found = flatten(with_overrides(preset("quick"), ["store=results"])), []
    for name in ("one", "two", "one"):
        monkeypatch.setenv("AIRFLOW__GTL__HOME", str(tmp_path / name))
        found.append(task_of("associate").stage_tool(study_of({"params": params}))._step)
    assert found[0] == found[2] != found[1]
