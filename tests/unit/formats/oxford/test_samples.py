import io

import numpy as np
import pytest

from gtl.errors import InputError
from gtl.formats.oxford import read_sample, write_sample


def read(tmp_path, text):
    (tmp_path / "x.sample").write_text(text)
    return read_sample(tmp_path / "x.sample")


def test_reads_ids_and_case_status(tmp_path):
    found = read(tmp_path, "ID_1 ID_2 missing age pheno\n0 0 0 C B\na x 0 41 1\nb y 0 52 0\n")
    assert found.samples.tolist() == ["a", "b"]
    assert found.case is not None
    assert found.case.tolist() == [1, 0]


def test_a_file_without_a_binary_column_has_no_case_status(tmp_path):
    assert read(tmp_path, "ID_1 ID_2 missing\n0 0 0\na x 0\n").case is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ID_1 ID_2 missing pheno\na a 0 1\n", "line 2: expected the line of column types"),
        ("ID_1 ID_2 missing pheno\n", "line 2: expected the line of column types"),
        ("ID_1 ID_2 missing pheno\n0 0 0 B\na a 0\n", "line 3: 3 columns, expected 4"),
        ("ID_1 ID_2 missing pheno\n0 0 0 B\na a 0 1\nb b 0 1\na a 0 0\n", "line 5: sample 'a' appears twice"),
        ("", "file is empty"),
    ],
)
def test_bad_sample_files_are_refused(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize("written", ["3", "case", "0.5"])
def test_an_odd_case_status_refuses_no_people(tmp_path, written):
    found = read(tmp_path, f"ID_1 ID_2 missing pheno\n0 0 0 B\na a 0 {written}\n")
    assert found.samples.tolist() == ["a"]
    with pytest.raises(InputError, match=rf"x\.sample: line 3: case status '{written}', expected 0 or 1"):
        _ = found.case


@pytest.mark.parametrize(
    ("written", "case"),
    [
        (("0.0", "1.0"), [0, 1]),
        (("0", "NA"), [0, -1]),
        (("-9", "1"), [-1, 1]),
        (("1", "2"), [0, 1]),
        (("2", "0"), [1, -1]),
        (("0", "1"), [0, 1]),
    ],
)
def test_case_status_of_snptest_and_plink(tmp_path, written, case):
    rows = "".join(f"p{place} p{place} 0 {value}\n" for place, value in enumerate(written))
    assert read(tmp_path, f"ID_1 ID_2 missing pheno\n0 0 0 B\n{rows}").case.tolist() == case


@pytest.mark.parametrize(
    ("ids", "expected"), [("F a,F b", ["a", "b"]), ("F a,G a", ["F", "G"]), ("F a,F b,G a", ["F_a", "F_b", "G_a"])]
)
def test_people_of_families_are_told_apart(tmp_path, ids, expected):
    rows = "".join(f"{pair} 0 0\n" for pair in ids.split(","))
    assert read(tmp_path, f"ID_1 ID_2 missing pheno\n0 0 0 B\n{rows}").samples.tolist() == expected


def test_writes_hapgen2_layout():
    file = io.BytesIO()
    write_sample(np.array(["a", "b"], dtype=object), file, np.array([1, 0], dtype=np.int8))
    assert file.getvalue() == b"ID_1 ID_2 missing pheno\n0 0 0 B\na a 0 1\nb b 0 0\n"
