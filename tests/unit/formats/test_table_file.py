import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gtl.errors import InputError
from gtl.formats.missing_values import is_missing
from gtl.formats.table_file import read_table_file

LINES = ["FID IID sex y", "F1 a M 1.5", "F2 b F NA"]


def written(tmp_path, text, name="people.tsv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("separator", ["\t", ",", " ", "   ", " \t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_separators_line_ends_and_packing_do_not_matter(tmp_path, separator, end, start, packed):
    text = end.join(line.replace(" ", separator) for line in LINES) + end
    table = read_table_file(written(tmp_path, packed(start + text.encode())))
    assert table.families.tolist() == ["F1", "F2"]
    assert table.ids.tolist() == ["a", "b"]
    assert table.lines.tolist() == [2, 3]
    assert table.columns.to_dict("list") == {"sex": ["M", "F"], "y": ["1.5", "NA"]}


@pytest.mark.parametrize(
    ("header", "row", "family"),
    [
        ("#FID IID y", "F1 a 1", "F1"),
        ("fid iid y", "F1 a 1", "F1"),
        ("#IID y", "a 1", "0"),
        ("iid y", "a 1", "0"),
        ("sample y", "a 1", "0"),
        ("Sample_ID y", "a 1", "0"),
        ("id y", "a 1", "0"),
        ("y IID", "1 a", "0"),
        ("#IID SID PAT MAT y", "a 1 0 0 1", "0"),
        ("FID IID y", "NA a 1", "0"),
        ("fid id y", "F1 a 1", "F1"),
        ("f.eid y", "a 1", "0"),
        ("Participant-ID y", "a 1", "0"),
        ("#made by me\n# on a day\n#FID IID y", "F1 a 1", "F1"),
        ("# x y\nIID y", "a 1", "0"),
    ],
)
def test_headers(tmp_path, header, row, family):
    table = read_table_file(written(tmp_path, f"{header}\n{row}\n"))
    assert (table.families.tolist(), table.ids.tolist()) == ([family], ["a"])
    assert table.columns.to_dict("list") == {"y": ["1"]}


def test_blank_fields_between_tabs_are_kept_and_empty_lines_left_out(tmp_path):
    table = read_table_file(written(tmp_path, "##made by us\nIID\tx\ty\na\t\t1\n\t\t\n\nb\t2\t\n"))
    assert table.columns.to_dict("list") == {"x": ["", "2"], "y": ["1", ""]}
    assert table.lines.tolist() == [3, 6]


# what spreadsheets and other programs write for a table of a, 1.5 and b, NA
UNTIDY = {
    "blank columns at the end": "IID,y,,\na,1.5,,\nb,NA,,\n",
    "blank lines at the end": "IID,y\na,1.5\nb,NA\n,\n,\n",
    "an index": ",IID,y\n0,a,1.5\n1,b,NA\n",
    "a tab behind each row": "IID\ty\na\t1.5\t\nb\tNA\t\n",
    "a comma in quotes in one line only": 'IID,y\n"a","1.5"\n"b",NA\n',
    "decimal commas": "IID;y\na;1,5\nb;NA\n",
    "everything in quotes, and a mark": '\ufeff"IID","y"\n"a","1.5"\n"b","NA"\n',
}


@pytest.mark.parametrize("text", UNTIDY.values(), ids=UNTIDY)
def test_untidy_tables_say_the_same(tmp_path, text):
    table = read_table_file(written(tmp_path, text))
    assert table.ids.tolist() == ["a", "b"]
    assert table.columns.to_dict("list") == {"y": ["1.5", "NA"]}


def test_separators_in_quotes_do_not_separate(tmp_path):
    table = read_table_file(written(tmp_path, 'IID,y\na,"1,234"\n"b, c",2\n'))
    assert (table.ids.tolist(), table.columns["y"].tolist()) == (["a", "b, c"], ["1,234", "2"])


def test_names_with_accents_in_an_old_encoding(tmp_path):
    table = read_table_file(written(tmp_path, "IID\tby\nRen\xe9\tJos\xe9\n".encode("latin-1")))
    assert (table.ids.tolist(), table.columns["by"].tolist()) == (["Ren\xe9"], ["Jos\xe9"])


def test_tabs_in_the_header_and_blanks_below_it(tmp_path):
    assert read_table_file(written(tmp_path, "FID\tIID\ty\nF a 1\nF b 2\n")).ids.tolist() == ["a", "b"]


@pytest.mark.parametrize("separator", [",", "\t", " "])
def test_quotes_keep_separators(tmp_path, separator):
    table = read_table_file(written(tmp_path, separator.join(['"IID"', '"city"']) + '\n"a"' + separator + '"X, Y"\n'))
    assert table.columns.to_dict("list") == {"city": ["X, Y"]}


def test_a_quote_that_does_not_end_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"people\.tsv: line 2: cannot be split"):
        read_table_file(written(tmp_path, 'IID,y\n"a,1\n'))


def test_a_fam_file_needs_no_header(tmp_path):
    table = read_table_file(written(tmp_path, "F1 a 0 0 2 -9\nF2 b 0 0 1 1.5\n", "x.fam"))
    assert table.columns.to_dict("list") == {"sex": ["2", "1"], "phenotype": ["-9", "1.5"]}
    assert table.lines.tolist() == [1, 2]
    assert read_table_file(written(tmp_path, "F1 a 0 0 2\nF2 b 0 0 1\n", "x.psam")).columns["sex"].tolist() == [
        "2",
        "1",
    ]


def test_oxford_sample_files(tmp_path):
    two = read_table_file(written(tmp_path, "ID_1 ID_2 missing sex y\n0 0 0 D P\nF a 0 1 2.5\n", "x.sample"))
    assert (two.families.tolist(), two.ids.tolist(), two.lines.tolist()) == (["F"], ["a"], [3])
    assert two.columns.to_dict("list") == {"sex": ["1"], "y": ["2.5"]}
    one = read_table_file(written(tmp_path, "ID missing y\n0 0 P\na 0 2.5\n", "y.sample"))
    assert (one.ids.tolist(), one.columns.to_dict("list")) == (["a"], {"y": ["2.5"]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("NA1 NA1 1\n", r"line 1: no column says who a person is \(first columns: 'NA1', 'NA1', '1'\); make the first"),
        ("IID y\na 1 2\n", r"line 2: 3 fields, expected 2 as in the header; .*row\.names = FALSE"),
        ("IID\ty\na\t1\nb\n", r"line 3: 1 fields, expected 2"),
        ("IID\t\ty\na\t1\t2\n", r"line 2: '1' in column 2, which has no name; name every column"),
        ("IID\ty\na\t1\t\t3\n", r"line 2: 4 fields, expected 2"),
        ("\t".join(["x"] * 3) + "\0\n", r"line 1: no column says who a person is"),
        ("IID y\na 1\n".encode("utf-16"), r"line 1: not text in UTF-8; it has zero bytes: save UTF-16 as UTF-8"),
        ("IID y y\na 1 2\n", r"line 1: column 'y' is there 2 times"),
        ("IID\ty\n\t1\n", r"line 2: no id in column 'IID'"),
        ("IID y\n", r"a header and nobody below it"),
        ("ID_1 ID_2 missing\na a 0\n", r"line 2: begins with 'a', expected a \.sample file's line of column types"),
    ],
)
def test_bad_tables_are_refused_with_file_and_line(tmp_path, text, message):
    with pytest.raises(InputError, match=rf"people\.tsv: {message}"):
        read_table_file(written(tmp_path, text))


def test_missing_values():
    missing = ["NA", "na", "nan", "", ".", "NONE", "None", "-9", "-9.0", "-9.000", "missing", "?", "-", "<NA>", "#N/A"]
    missing += ["#NULL!", "#DIV/0!", "#VALUE!", "NaT", "-nan", "nil"]
    values = ["0", "9", "-99", "none of them", "-9.01", "unknown", "x"]
    texts = np.array([*missing, *values], dtype=object)
    assert is_missing(texts).tolist() == [True] * len(missing) + [False] * len(values)


def test_many_rows_keep_their_order(tmp_path):
    rows = 45_000
    path = written(tmp_path, "IID y\n" + "".join(f"p{row} {row}\n" for row in range(rows)))
    table = read_table_file(path)
    assert table.columns["y"].tolist() == [str(row) for row in range(rows)]
    assert table.lines.tolist() == list(range(2, rows + 2))


WORDS = st.text("abzAB019.-_", min_size=1, max_size=4)


@given(
    rows=st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=6),
    separator=st.sampled_from(["\t", ",", " ", "  ", "\t "]),
    blank=st.integers(0, 2),
)
def test_any_table_is_read_as_it_was_written(tmp_path_factory, rows, separator, blank):
    lines = [separator.join(row) for row in [("IID", "x", "y"), *rows]]
    path = tmp_path_factory.mktemp("any") / "people.txt"
    path.write_text(("\n" * (blank + 1)).join(lines) + "\n")
    table = read_table_file(path)
    assert list(zip(table.ids, table.columns["x"], table.columns["y"], strict=True)) == rows
    assert table.lines.tolist() == [1 + (blank + 1) * row for row in range(1, len(rows) + 1)]
