import pytest
from typer.testing import CliRunner

from gtl.__main__ import app
from gtl.errors import InputError
from gtl.schema import RESULTS
from gtl.steps.evidence import EVIDENCE
from gtl.steps.results import table_file
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
    assert CliRunner().invoke(app, command).stdout == (
        "no rows: nothing of this kind could be worked out in this study\n"
    )
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
