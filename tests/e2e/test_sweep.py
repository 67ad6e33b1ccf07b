"""A sweep from the command line: every cell a study, one table of all, nothing computed twice."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from gtl.store import Store
from tests.e2e.conftest import TINY
from tests.e2e.test_command_line import gtl
from tests.stored import folder_of

SWEEP = {
    "name": "mini",
    "study": {"preset": "quick"},
    "grids": {"all": {"phenotypes.genetic_variance": [0.6, 0.8], "phenotypes.effect_correlation": [1.0, 0.0]}},
}
CHEAP = {
    **TINY,
    "association.plots": "false",
    "cohorts.fresh": "true",
    "training.networks": "[{name: Model 1, layers: [[dense, 30], [dense, 10], [dense, 2]]}]",
    "transfer.methods": "[no_transfer, snp_transfer, polygenic_score, oracle]",
}


def arguments(folder: Path) -> list[str]:
    file = folder / "mini.yaml"
    file.write_text(yaml.safe_dump(SWEEP, sort_keys=False))
    sets = [part for key, value in CHEAP.items() if key != "name" for part in ("--set", f"{key}={value}")]
    return ["sweep", str(file), "--store", str(folder / "results"), "--jobs", "1", *sets]


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("sweep")
    done = gtl(*arguments(folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"results: {folder_of(folder / 'results', 'sweeps/mini/results')}"
    assert "mini-all-genetic_variance-0p8-effect_correlation-0p0" in done.stdout
    return folder


def test_the_table_holds_every_cell_and_verifies(finished):
    store = Store(str(finished / "results"))
    store.read(store.find("sweeps/mini/results")).verify()
    table = pd.read_parquet(folder_of(finished / "results", "sweeps/mini/results") / "results.parquet")
    accuracy = table[table["metric"] == "accuracy"]
    assert len(accuracy) == 4 * 2 * 4
    assert set(table["split"]) == {"final"}
    own = accuracy[accuracy["study"] == "mini-all-genetic_variance-0p6-effect_correlation-0p0"]
    assert set(own["phenotypes.genetic_variance"]) == {0.6}
    assert set(own["phenotypes.effect_correlation"]) == {0.0}
    # The quick preset's SNPs make half of the genetic variance: 1/2 + asin(sqrt(0.3)) / pi.
    assert set(own["ceiling"].round(4)) == {0.6845}


def test_verdicts_and_following_stand_beside_it(finished):
    folder = folder_of(finished / "results", "sweeps/mini/results")
    verdicts, following = (pd.read_parquet(folder / f"{name}.parquet") for name in ("verdicts", "following"))
    assert len(following) == 4 * 2
    assert (following["people"] == 20).all()
    assert (following.loc[following["followed"] == "", "gain"] == 0).all()
    assert set(verdicts["phenotype"]) == {"YRI_3_1", "YRI_3_2", "all"}


def test_a_second_run_computes_nothing(finished):
    store = finished / "results"
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.is_file()}
    assert gtl(*arguments(finished)).returncode == 0
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*") if path.is_file()} == before
