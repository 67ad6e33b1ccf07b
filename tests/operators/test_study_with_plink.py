"""A whole study through Airflow with PLINK's containers: the tables of the built-in engine."""

from pathlib import Path

import pandas as pd

from gtl.config import flatten, preset, with_overrides
from gtl.store import Store
from gtl.study_run import run_study
from operators.local_airflow import local_airflow
from tests.e2e.conftest import TINY
from tests.e2e.test_airflow_study import MINUTES, ended, until
from tests.stored import folder_of

TABLES = {f"table_{number}.csv" for number in ("1", "2", "3", "6", "8")}  # of a study without transfer of networks

CHANGES = {
    "phenotypes.iterations": "1",
    "transfer.methods": "[no_transfer, snp_transfer]",
    "training.networks": "[{name: Model 1, layers: [[dense, 30], [dense, 10], [dense, 2]]}]",
}
"""What makes the tiny study tinier still: its networks are not this test's concern."""


def test_tables_are_those_of_the_built_in_engine(tmp_path, plink_image, nothing_left):
    builtin = with_overrides(preset("quick"), [f"{name}={value}" for name, value in (TINY | CHANGES).items()])
    run_study(builtin, Store(str(tmp_path / "builtin")), jobs=2)
    with_plink = with_overrides(builtin, ["engines.association=plink", f"store={tmp_path / 'plink'}"])
    with local_airflow(tmp_path / "airflow") as airflow:
        until(lambda: airflow.has_dag("transfer_study"), 3 * MINUTES)
        run = airflow.trigger("transfer_study", flatten(with_plink))
        assert ended(airflow, "transfer_study", run) == "success"
    study = f"studies/{builtin.name}"
    assert tables(tmp_path / "plink", study) == tables(tmp_path / "builtin", study)
    for code in map(str, builtin.codes()):
        for population in ("large", "small"):
            check_association(tmp_path, f"{study}/phenotypes/{code}/association_{population}/chr21")


def tables(store: Path, study: str) -> dict[str, str]:
    found = {path.name: path.read_text() for path in folder_of(store, f"{study}/results").glob("table_*.csv")}
    assert set(found) == TABLES
    return found


def check_association(stores: Path, key: str) -> None:
    ours, theirs = (
        pd.read_parquet(folder_of(stores / engine, key) / "training.parquet") for engine in ("builtin", "plink")
    )
    exact = ["chrom", "pos", "rsid", "ref", "alt", "frequency_case", "frequency_control"]
    pd.testing.assert_frame_equal(theirs[exact], ours[exact])
    pd.testing.assert_frame_equal(theirs, ours, rtol=5.1e-4, atol=0)
    assert not theirs["p_value"].equals(ours["p_value"])  # PLINK's have four digits: these did come from PLINK
