"""The wheel: what is in it, and that ``gtl`` alone asks for no Airflow."""

import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
OF_AIRFLOW = re.compile("airflow|celery|docker|httpx|kubernetes|asyncpg|psycopg")
BUILD = "from setuptools import build_meta; build_meta.build_wheel('made')"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, made as any front end makes it, without a network."""
    source = tmp_path_factory.mktemp("source")
    for name in ("gtl", "operators"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    (source / "made").mkdir()
    subprocess.run([sys.executable, "-c", BUILD], cwd=source, check=True, capture_output=True)
    (path,) = (source / "made").glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def texts(wheel, end):
    (name,) = (name for name in wheel.namelist() if name.endswith(end))
    return wheel.read(name).decode()


def test_every_module_and_what_modules_read_is_in_it(wheel):
    there = {name for name in wheel.namelist() if ".dist-info/" not in name}
    wanted = {
        str(path.relative_to(ROOT))
        for package in ("gtl", "operators")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - there == set()
    assert {"operators/pools.json", "operators/dags/transfer_study.py", "gtl/config/presets/quick.yaml"} <= there


def test_only_extras_ask_for_airflow(wheel):
    needed = [Requirement(text) for text in Parser().parsestr(texts(wheel, "/METADATA")).get_all("Requires-Dist")]
    alone = [one.name for one in needed if one.marker is None]
    assert "numpy" in alone
    assert not any(OF_AIRFLOW.search(name) for name in alone)
    for extra, name in {
        "airflow": "apache-airflow",
        "celery": "apache-airflow-providers-celery",
        "kubernetes": "apache-airflow-providers-cncf-kubernetes",
    }.items():
        assert any(one.name == name and one.marker.evaluate({"extra": extra}) for one in needed if one.marker)


def test_the_command_and_the_doctor_are_announced(wheel):
    entries = texts(wheel, "/entry_points.txt")
    assert "gtl = gtl.__main__:main" in entries
    assert "airflow = operators.doctor:AirflowSurroundings" in entries
