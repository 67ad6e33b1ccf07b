"""The tables of a sweep: what stands in the columns of the settings that vary."""

import pandas as pd
import pytest

from gtl.config.sweep import load_sweep
from gtl.schema import PREDICTIONS, RESULTS, VERDICT
from gtl.steps.sweep import read_sweep
from gtl.steps.tables_by_population import POPULATIONS, write_tables
from gtl.store import Store
from gtl.sweep import gather_sweep

SWEEP = """
name: mine
study: {preset: quick, phenotypes: {iterations: 1, risk_snps: [3], noise_variance: 0.4}}
grids: {g: {SETTING: VALUES}}
"""


@pytest.fixture
def gathered(tmp_path):
    """The tables of a sweep that varies one setting, gathered from studies with made-up figures."""

    def made(setting, values):
        file, store = tmp_path / "mine.yaml", Store(str(tmp_path / "results"))
        file.write_text(SWEEP.replace("SETTING", setting).replace("VALUES", values))
        cells = load_sweep(file).cells()
        gather_sweep("mine", cells, [_finished(store, cell.study) for cell in cells], store)
        return read_sweep(store, "mine")

    return made


def _finished(store, config):
    codes = list(map(str, config.codes()))
    code = codes[0]
    people = [("no_transfer", f"p{i}", 1, i % 2, 0.5) for i in range(8)]
    predictions = pd.DataFrame(people, columns=PREDICTIONS.names)
    figure = (config.name, code, "no_transfer", "SVM", 3, -1, "final", 1, "accuracy", 0.5, 0.4, 0.6, 8, 1)
    results = pd.DataFrame([figure], columns=RESULTS.names)
    verdict = pd.DataFrame(
        [("all", "tca", "accuracy", 1, 1, 8, 0.0, -0.1, 0.1, 0.95, "no evidence", float("nan"), "")],
        columns=VERDICT.names,
    )

    def write(out):
        names = config.populations.small_names
        if config.several:
            out.write_json(POPULATIONS, list(names))
        write_tables(out, "results.parquet", RESULTS, dict.fromkeys(names, results))
        write_tables(out, "verdict.parquet", VERDICT, dict.fromkeys(names, verdict))

    folder, scores = (
        f"studies/{config.name}",
        lambda out: out.write_table("predictions.parquet", predictions, PREDICTIONS),
    )
    for own in codes:
        store.run(f"{folder}/phenotypes/{own}/scores", scores, params={})
    return store.run(f"{folder}/results", write, params={})


@pytest.mark.parametrize(
    ("setting", "values", "found"),
    [
        ("cohorts.theta", "[null, 0.001]", [None, 0.001]),
        ("cohorts.theta", "[0.001, null]", [0.001, None]),
        ("phenotypes.noise_variance", "[null, 0.4]", [None, 0.4]),
        ("training.epochs", "[2, 3]", [2.0, 3.0]),
    ],
)
def test_numbers_are_numbers_and_empty_is_missing(gathered, setting, values, found):
    for table in gathered(setting, values).values():
        assert table[setting].dtype == "float64"
        assert [None if pd.isna(value) else value for value in table[setting]] == found


@pytest.mark.parametrize(
    ("setting", "values", "found"),
    [
        ("transfer.freeze_depths", "[null, [1]]", ["null", "[1]"]),
        ("cohorts.theta", "[null]", ["null"]),
        ("association.plots", "[true, false]", ["true", "false"]),
        ("panel.chromosome", "[21, X]", ["21", "X"]),
    ],
)
def test_anything_else_is_text(gathered, setting, values, found):
    for table in gathered(setting, values).values():
        assert table[setting].tolist() == found


def test_a_study_of_several_small_populations_gives_all_tables_a_column_of_them(gathered):
    tables = gathered("populations.small", "[YRI, [JPT, LWK]]")
    assert {name: table["population"].tolist() for name, table in tables.items()} == {
        name: ["YRI", "JPT", "LWK"] for name in ("results", "verdicts", "following")
    }
    assert tables["results"]["study"].tolist() == ["mine-g-small-yri", *["mine-g-small-jpt_lwk"] * 2]
    assert tables["verdicts"]["populations.small"].tolist() == ["YRI", *['["JPT", "LWK"]'] * 2]


def test_a_sweep_of_one_small_population_has_no_such_column(gathered):
    assert all("population" not in table.columns for table in gathered("training.epochs", "[2]").values())
