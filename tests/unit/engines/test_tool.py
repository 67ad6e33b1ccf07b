"""Reading a tool's tables: every way in which they can be incomplete is told."""

import pytest

from gtl.engines.tool import output_file, read_table
from gtl.errors import ToolError

GOOD = " SNP  P   OR \n v0 0.5  NA \n v1 1e-3 2 \n"
COLUMNS = {"SNP": "str", "P": "float64", "OR": "float64"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.assoc"


def test_columns_are_read_and_na_is_missing(path):
    path.write_text(GOOD)
    table = read_table(path, COLUMNS, ["v0", "v1"])
    assert table["P"].tolist() == [0.5, 1e-3]
    assert table["OR"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the output out.assoc is empty; .*disk is not full"),
        (GOOD[:-2], "the output out.assoc is cut off; .*disk is not full"),
        (GOOD + " v2 1 1 \n", "3 rows, expected 2; run again"),
        (GOOD.replace("v1", "v7"), "row 2 is 'v7', expected 'v1'"),
        (GOOD.replace("OR", "RR"), r"not as expected .*OR.*is it another version\?"),
        (GOOD.replace("1e-3", "low"), "not as expected .*low"),
    ],
)
def test_what_is_not_whole_is_refused(path, content, said):
    path.write_text(content)
    with pytest.raises(ToolError, match=said):
        read_table(path, COLUMNS, ["v0", "v1"])


def test_absent_output_is_told(path):
    with pytest.raises(ToolError, match=r"the output out.assoc is absent although the tool reported success"):
        output_file(path)
