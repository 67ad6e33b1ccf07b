"""The study from the command line: complete, repeatable, resumable, and clear about mistakes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from gtl.store import Store
from tests.e2e.conftest import TINY, manifests
from tests.stored import folder_of


def gtl(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gtl", *arguments], capture_output=True, text=True, check=False, timeout=500, **options
    )


def tiny_arguments(store: Path, **changes: str) -> list[str]:
    sets = [part for key, value in {**TINY, **changes}.items() for part in ("--set", f"{key}={value}")]
    return ["run", "--preset", "quick", "--store", str(store), *sets]


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    store = tmp_path_factory.mktemp("finished") / "results"
    done = gtl(*tiny_arguments(store))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-2] == f"results: {folder_of(store, 'studies/tiny/results')}"
    assert lines[-1] == f"report: {folder_of(store, 'studies/tiny/report')}/report.html"
    assert "YRI_3_1" in done.stdout
    assert "YRI_3_2: finished" in done.stderr
    return store


def test_every_artefact_verifies(finished):
    store = Store(str(finished))
    for key in store.keys(""):
        store.read(store.find(key), unseal=True).verify()


def test_the_study_is_complete(finished):
    study = finished / "studies" / "tiny"
    branch = study / "phenotypes" / "YRI_3_1"
    assert {path.name for path in branch.iterdir()} == {
        "phenotype", "split", "association_large", "association_small", "plots", "subsets_large",
        "subsets_small", "networks", "no_transfer", "snp_transfer", "snp_transfer_large", "deep_transfer", "scores",
    }  # fmt: skip
    assert len(list((branch / "plots").glob("*/*.png"))) == len(list((branch / "plots").glob("*/*.svg"))) == 6
    assert len(list((branch / "networks" / "Model-4").glob("*/*.keras"))) >= 1
    assert {path.name for path in (study / "results").glob("*/table_*")} == {
        f"table_{number}.csv" for number in ("1", "2", "3", "6", "6-large", "7", "8")
    }
    report = (folder_of(finished, "studies/tiny/report") / "report.html").read_text()
    assert "http://" not in report.replace("http://www.w3.org", "")
    assert "<script" not in report


def test_tables_are_printed(finished):
    done = gtl("results", "tiny", "--store", str(finished), "--table", "8", "--format", "csv")
    assert done.stdout.splitlines()[0] == "result,3_1,3_2"
    assert done.stdout.splitlines()[1].startswith("Results without transfer learning,")
    wrong = gtl("results", "tiny", "--store", str(finished), "--table", "4")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "has no table '4'; it has results" in wrong.stderr


def test_a_second_run_computes_nothing(finished):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()}
    assert gtl(*tiny_arguments(finished)).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in finished.rglob("*") if path.is_file()} == before


def test_another_phenotype_changes_no_other(finished, tmp_path):
    copy = tmp_path / "results"
    shutil.copytree(finished, copy)
    done = gtl(*tiny_arguments(copy, **{"phenotypes.iterations": "3"}))
    assert done.returncode == 0, done.stderr
    old, new = manifests(finished), manifests(copy)
    changed = {name for name in old if old[name] != new[name]}
    passes = [f"association/{population}/chr21" for population in ("large", "small")]  # lists of what each made
    assert changed == {f"studies/tiny/{stage}" for stage in ("traits", *passes, "results")}
    assert any("YRI_3_3" in name for name in new)


def test_a_killed_run_resumes_and_gives_the_same_bytes(finished, tmp_path):
    store = tmp_path / "results"
    process = subprocess.Popen(
        [sys.executable, "-m", "gtl", *tiny_arguments(store)], stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 300
    while not list(store.rglob("networks/Model-1/current.json")):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    resumed = gtl(*tiny_arguments(store))
    assert resumed.returncode == 0
    assert "leaked" not in resumed.stderr  # what Python's tracker says of locks that are not given back
    assert manifests(store) == manifests(finished)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training.epoch": "3"}, "unknown field training.epoch; did you mean training.epochs?"),
        ({"cohorts.large": "300"}, "140 + 20 + 40 = 200, but cohorts.large is 300"),
        ({"phenotypes.risk_snps": "[100000]"}, "100000"),
        ({"phenotypes.threshold": "50"}, "0 cases"),
        ({"preselection.p_values_large": "[1.0e-300]"}, "none of"),
        ({"transfer.methods": "[magic]"}, "there is no method 'magic'"),
        ({"panel.variants_shared": "90000000"}, "panel.sequence_length"),
    ],
)
def test_mistakes_end_with_a_message(tmp_path, changes, said):
    done = gtl(*tiny_arguments(tmp_path / "results", **changes))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not [*tmp_path.glob("results/.scratch/*")]


def test_a_store_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = gtl(*tiny_arguments(tmp_path / "file" / "results"))
    assert done.returncode == 2
    assert "a file stands where a folder is needed; choose another store" in done.stderr
    assert "Traceback" not in done.stderr


def test_own_haplotypes_from_a_study_file(shared, tmp_path):
    data = shared / "data"
    panel = {
        "source": "oxford",
        "hap_large": str(data / "hapmap2_chr21" / "hapmap2_chr21.CEU.hap.gz"),
        "hap_small": str(data / "hapmap2_chr21" / "hapmap2_chr21.YRI.hap.gz"),
        "legend": str(data / "hapmap2_chr21" / "hapmap2_chr21.legend.gz"),
        "genetic_map": str(data / "genetic_maps" / "chr21.b37.gmap.gz"),
    }
    study = tmp_path / "mine.yaml"
    study.write_text(yaml.safe_dump({"preset": "quick", "panel": panel}))
    changes = TINY | {
        "preselection.p_values_large": "[0.0001, 0.001]",
        "phenotypes.iterations": "1",
        "transfer.methods": "[no_transfer, snp_transfer]",  # where haplotypes come from matters to no network
        "association.plots": "false",
    }
    del changes["panel.sequence_length"]
    sets = [part for key, value in changes.items() for part in ("--set", f"{key}={value}")]
    done = gtl("run", str(study), "--store", str(tmp_path / "results"), *sets)
    assert done.returncode == 0, done.stderr
    assert "YRI_3_1" in done.stdout
