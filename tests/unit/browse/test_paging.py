import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.browse.paging import filtered, page_of
from gtl.errors import InputError

TABLE = pd.DataFrame(
    {
        "rsid": ["rs1", "rs2", "rs30", "rs4"],
        "chrom": ["21", "22", "X", "21"],
        "p_value": [0.5, 1e-9, float("nan"), 0.02],
        "chosen": [True, False, True, False],
    }
)


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("RS3", [2]),
        ("chrom=21", [0, 3]),
        ("chrom=21 p_value<0.1", [3]),
        ("chrom!=x", [0, 1, 3]),
        ("p_value>=0.5", [0]),
        ("chosen=true", [0, 2]),
        ("(rs1", []),  # text, no pattern
    ],
)
def test_every_word_of_a_filter_has_to_hold(where, rows):
    assert filtered(TABLE, where).index.tolist() == rows


def test_a_column_that_is_not_there_and_a_number_that_is_none_are_named():
    with pytest.raises(InputError, match="no column 'snp'; there are rsid, chrom, p_value, chosen"):
        filtered(TABLE, "snp=1")
    with pytest.raises(InputError, match="p_value is a column of numbers; expected one after <, got 'small'"):
        filtered(TABLE, "p_value<small")
    with pytest.raises(InputError, match="no column 'beta'"):
        page_of(TABLE, sort="beta")


def test_rows_are_sorted_with_unknown_figures_last_both_ways():
    assert page_of(TABLE, sort="p_value").rows["rsid"].tolist() == ["rs2", "rs4", "rs1", "rs30"]
    assert page_of(TABLE, sort="p_value", descending=True).rows["rsid"].tolist() == ["rs1", "rs4", "rs2", "rs30"]


@given(st.integers(0, 60), st.integers(1, 20))
def test_pages_put_together_are_the_table(length, size):
    table = pd.DataFrame({"n": range(length)})
    last = page_of(table, size=size).last
    pages = [page_of(table, number=number, size=size) for number in range(1, last + 1)]
    assert [n for page in pages for n in page.rows["n"]] == list(range(length))
    assert {page.total for page in pages} == {length}
    assert page_of(table, number=last + 5, size=size).number == last
