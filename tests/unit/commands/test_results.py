import io
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from gtl.__main__ import app
from gtl.errors import InputError
from gtl.schema import EVIDENCE, RESULTS
from gtl.steps.study_tables import table_file
from gtl.store import Store
from tests.unit.report.conftest import config, results

__all__ = ["config", "results"]


@pytest.fixture
def tables(tmp_path, results):
    """``gtl results`` of a study with 5 risk SNPs and one with 5 and 10, whose tables 8 and 9 are there."""
    store = Store(str(tmp_path))
    of_five = results[results["phenotype"].str.startswith("YRI_5_")]
    for name, table, numbers in (("one", of_five, "8"), ("two", results, "89")):

        def write(out, table=table, numbers=numbers):
            out.write_table("results.parquet", table, RESULTS)
            for evidence, schema in EVIDENCE.items():
                out.write_table(f"{evidence}.parquet", schema.empty_table().to_pandas(), schema)
            for number in numbers:
                out.write_text(table_file(number), f"table\n{number}\n")

        store.run(f"studies/{name}/results", write, params={})
    arguments = ("--store", str(tmp_path), "--format", "csv", "--table")
    return lambda study, table: CliRunner().invoke(app, ["results", study, *arguments, table])


def test_a_study_with_one_number_of_risk_snps_says_why_it_has_no_table_9(tables):
    assert tables("one", "8").stdout == "table\n8\n"
    done = tables("one", "9")
    assert isinstance(done.exception, InputError)
    assert str(done.exception) == (
        "study 'one' has no table '9': tables 8, 9 and on are one for each number of risk SNPs (phenotypes.risk_snps), "
        "and this study has only 8 (5 risk SNPs)"
    )


def test_a_study_of_real_people_shows_its_verdict_and_has_no_table_of_the_paper(tmp_path, results):
    def write(out):
        out.write_table("results.parquet", results.assign(phenotype="height"), RESULTS)
        for evidence, schema in EVIDENCE.items():
            out.write_table(f"{evidence}.parquet", schema.empty_table().to_pandas(), schema)

    Store(str(tmp_path)).run("studies/real/results", write, params={})
    command = ["results", "real", "--store", str(tmp_path)]
    by_default = CliRunner().invoke(app, [*command, "--format", "csv"]).stdout
    assert by_default.startswith("phenotype,method,metric,")
    shown = CliRunner().invoke(app, command)
    assert shown.stdout == "no rows: nothing of this kind could be worked out in this study\n"
    assert shown.stderr.endswith("every method's scores: gtl results real --table results\n")
    for table in ("8", "9"):
        done = CliRunner().invoke(app, [*command, "--table", table])
        assert f"study 'real' has no table '{table}'; it has results, verdict, " in str(done.exception)


def test_a_study_with_two_has_both(tables):
    assert [tables("two", number).stdout for number in "89"] == ["table\n8\n", "table\n9\n"]
    assert "has only 8 (" in str(tables("two", "10").exception)


@pytest.mark.parametrize(
    ("study", "table", "said"), [("one", "4", "has no table '4'; it has"), ("no", "9", "no results")]
)
def test_other_tables_and_studies_are_named_as_before(tables, study, table, said):
    assert said in str(tables(study, table).exception)


@pytest.fixture
def two_seeds(tmp_path, results):
    """A store in which a study of real people was run with seed 1, then with seed 2."""
    store = Store(str(tmp_path))
    for seed in (1, 2):

        def write(out, seed=seed):
            out.write_table("results.parquet", results.assign(phenotype=f"seed{seed}"), RESULTS)
            for evidence, schema in EVIDENCE.items():
                out.write_table(f"{evidence}.parquet", schema.empty_table().to_pandas(), schema)

        store.run("studies/real/results", write, params={"seed": seed, "transfer": {"epochs": 5}})
    return store


def test_results_of_another_seed_stay_and_both_are_named(two_seeds):
    def gtl(*arguments):
        return CliRunner().invoke(app, ["results", "real", "--store", str(two_seeds.root), *arguments])

    listed = gtl("--versions", "--format", "csv")
    table = pd.read_csv(io.StringIO(listed.stdout), dtype=str, keep_default_na=False)
    assert table[["seed", "current", "differs"]].to_numpy().tolist() == [["2", "True", ""], ["1", "False", "seed=1"]]
    assert table["made"].str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d").all()
    shown = gtl("--table", "results", "--format", "csv")
    assert set(pd.read_csv(io.StringIO(shown.stdout))["phenotype"]) == {"seed2"}
    assert re.search(r"study real: made .* UTC, seed 2, version \w{16}; 1 other version", shown.stderr)
    earlier = gtl("--table", "results", "--format", "csv", "--version", table["version"][1][:6])
    assert set(pd.read_csv(io.StringIO(earlier.stdout))["phenotype"]) == {"seed1"}
    assert "seed 1, version" in earlier.stderr


def test_a_version_that_is_not_there_is_named_with_those_that_are(two_seeds):
    done = CliRunner().invoke(app, ["results", "real", "--store", str(two_seeds.root), "--version", "xyz"])
    assert isinstance(done.exception, InputError)
    assert re.search(
        r"has 0 versions that begin with 'xyz'; it has: made .* seed 2, .*; made .* seed 1,", str(done.exception)
    )
